import type { Effort } from './code-decoder.ts'
import type { Frame } from './frame.ts'
import type { FoundCode } from './reading-options.ts'

/** What the page sends to the decoder's worker. */
export interface ReadRequest {
  readonly id: number
  readonly effort: Effort
  /** Transferred. */
  readonly frame: Frame
}

/** What comes back, one for each request. */
export type ReadAnswer =
  | { readonly id: number; readonly ok: true; readonly codes: readonly FoundCode[] }
  | { readonly id: number; readonly ok: false; readonly reason: string }
