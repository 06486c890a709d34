import type { LinkMessage } from './messages.ts'

/** One message to one person, as a sender gets it. */
export interface OutgoingMessage extends LinkMessage {
  /** Stays the same over every try: whoever receives a message twice can tell. */
  readonly messageId: string
  /** An e-mail address or an E.164 number, normalised by intake. */
  readonly address: string
}

/**
 * How one try ended:
 * - `delivered`: the next party has taken it over;
 * - `rejected`: this message will never be taken, trying again is useless;
 * - `failed`: it may work later.
 * `code` names the reason for logs and metrics; it never holds an address or an answer's words.
 */
export type DeliveryOutcome =
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'rejected'; readonly code: string }
  | { readonly outcome: 'failed'; readonly code: string; readonly retryAfterMilliseconds?: number }

export interface Sender {
  /** Tries once, within its own time limit; never throws for what the other party does. */
  send(message: OutgoingMessage): Promise<DeliveryOutcome>
  /** Lets go of connections; sends under way end as failed. */
  close(): Promise<void>
}
