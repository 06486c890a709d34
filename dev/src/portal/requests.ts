/** A request to the fake portal and its answer, as HTTP has them. */
import type { FieldFault, ProblemCode } from '@sidep/contracts'

export interface PortalRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown
}

export interface PortalReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** To be written as JSON; undefined for none. */
  readonly body: unknown
}

/** What a handler says: a body, or the problem that is in the way. */
export type Answered =
  | { readonly status: number; readonly body?: unknown }
  | {
      readonly problem: ProblemCode
      readonly retryAfterSeconds?: number
      readonly faults?: readonly FieldFault[]
    }
