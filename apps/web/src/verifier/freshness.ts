/** How old the trust data is, kind by kind, as far as a doorman must know. */
import {
  agesByKind,
  indexTimeFault,
  type KindAge,
  type TrustIndex,
  type TrustWarning,
  warningsOf,
} from '@sidep/trust'

/** A phone this far from the server's clock judges times wrongly. */
const clockDifferenceMinutesMax = 10

export interface Freshness {
  /** When the index was signed. */
  readonly issuedAt: Date
  /** Of keys, revocations, rules and notices, each by itself. */
  readonly ages: readonly KindAge[]
  /** What to warn of, gravest first. */
  readonly warnings: readonly TrustWarning[]
  /** The device's clock and the server's, or the index's, do not agree. */
  readonly isClockWrong: boolean
}

/**
 * @param clockDifferenceMilliseconds Device clock minus server clock at the last contact; null when unknown.
 */
export const freshnessOf = (
  index: TrustIndex,
  now: Date,
  clockDifferenceMilliseconds: number | null,
): Freshness => {
  const issuedAt = new Date(index.issuedAt)
  // Whichever shows more: an index from the device's future, or the server's clock at the last contact.
  const early = issuedAt.getTime() - now.getTime()
  const difference = Math.max(early, Math.abs(clockDifferenceMilliseconds ?? 0))
  return {
    issuedAt,
    ages: agesByKind(index, now),
    warnings: warningsOf(index, now),
    isClockWrong: difference > clockDifferenceMinutesMax * 60_000,
  }
}

/** Whether an index vouches for anything at a time; what its age makes unsafe the verdict says, certificate by certificate. */
export const isUsable = (index: TrustIndex, now: Date): boolean =>
  indexTimeFault(index, now) === null
