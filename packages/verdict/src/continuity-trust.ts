import {
  type CancelledSlips,
  cancelledSlipsFrom,
  noSlipCancelled,
  nothingWithdrawn,
  type Withdrawn,
  withdrawnFrom,
} from '@sidep/continuity'
import type { Trust, WithdrawnContinuity } from '@sidep/trust'

interface Lookups {
  readonly booklets: Withdrawn
  readonly slips: CancelledSlips
}

const nothing: Lookups = { booklets: nothingWithdrawn, slips: noSlipCancelled }

// Made once a list: a verifier asks at each scan.
const known = new WeakMap<WithdrawnContinuity, Lookups>()

/** What a bundle says is withdrawn, for looking up. */
export const withdrawnIn = ({ withdrawn }: Pick<Trust, 'withdrawn'>): Lookups => {
  if (withdrawn === null) return nothing
  const before = known.get(withdrawn)
  if (before !== undefined) return before
  const made = { booklets: withdrawnFrom(withdrawn), slips: cancelledSlipsFrom(withdrawn) }
  known.set(withdrawn, made)
  return made
}
