/**
 * What can be made to go wrong with a receiver of a feed: what the mailbox's channels can, and
 * - `nonsense`: everything is answered 200 with a page of somebody else's, and nothing is kept;
 * - `forget`: only every other event of a batch is kept and named;
 * - `refuse-some`: those whose id begins with one of `A`–`Z` are refused one by one.
 */
import { type Fault, parseFault } from '../mailbox/faults.ts'

export type ReceiverFault =
  | Fault
  | { readonly kind: 'nonsense' }
  | { readonly kind: 'forget' }
  | { readonly kind: 'refuse-some' }

/** Undefined when it is none of ours. */
export const parseReceiverFault = (value: unknown): ReceiverFault | undefined => {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : null
  return kind === 'nonsense' || kind === 'forget' || kind === 'refuse-some'
    ? { kind }
    : parseFault(value)
}
