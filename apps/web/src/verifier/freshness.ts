/** How old the trust data is, as far as a doorman must know. */

import { hourMilliseconds } from '@sidep/time'

/** Withdrawn certificates travel in the bundle: after a day without news the line becomes a warning. */
const staleAfterHours = 24

/** A phone this far from the server's clock judges times wrongly. */
const clockDifferenceMinutesMax = 10

export interface Freshness {
  readonly kind: 'fresh' | 'stale' | 'clock' | 'expired'
  readonly issuedAt: Date
}

/**
 * @param clockDifferenceMilliseconds Device clock minus server clock at the last contact; null when unknown.
 */
export const freshnessOf = (
  bundle: { readonly issuedAt: Date; readonly expiresAt: Date },
  now: Date,
  clockDifferenceMilliseconds: number | null,
): Freshness => {
  const { issuedAt, expiresAt } = bundle
  if (now >= expiresAt) return { kind: 'expired', issuedAt }
  // Whichever shows more: a bundle from the device's future, or the server's clock at the last contact.
  const early = issuedAt.getTime() - now.getTime()
  const difference = Math.max(early, Math.abs(clockDifferenceMilliseconds ?? 0))
  if (difference > clockDifferenceMinutesMax * 60_000) return { kind: 'clock', issuedAt }
  const hours = (now.getTime() - issuedAt.getTime()) / hourMilliseconds
  return { kind: hours >= staleAfterHours ? 'stale' : 'fresh', issuedAt }
}
