/** What became of a message, whichever way it came and goes back. */
import type { MessageFault } from './faults.ts'

export interface RecordedResult {
  /** Where the result stands in the message. */
  readonly location: string
  /** Of its screening. */
  readonly id: string
}

export type Answer =
  /** Durable. */
  | { readonly kind: 'accepted'; readonly recorded: readonly RecordedResult[] }
  /** The sender mends it. */
  | { readonly kind: 'faulty'; readonly faults: readonly MessageFault[] }
  /** Our trouble: the sender comes back with the same. */
  | { readonly kind: 'later'; readonly code: string; readonly retryAfterSeconds: number }
