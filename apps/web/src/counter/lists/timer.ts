/** How ripe a waiting screening is. */
export interface Ripeness {
  readonly isRipe: boolean
  /** Whole minutes still to wait, rounded up; 0 when ripe. */
  readonly minutesLeft: number
  /** Whole minutes since it was ripe; 0 when not. */
  readonly minutesOver: number
}

/**
 * @param sampledAt RFC 3339
 * @param minutesToResult of the kind of test, from the catalogue
 */
export const ripeness = (sampledAt: string, minutesToResult: number, now: Date): Ripeness => {
  const leftMilliseconds = Date.parse(sampledAt) + minutesToResult * 60_000 - now.getTime()
  return {
    isRipe: leftMilliseconds <= 0,
    // A clock read a moment before the sampling must not show a minute more than there is.
    minutesLeft: Math.min(minutesToResult, Math.max(0, Math.ceil(leftMilliseconds / 60_000))),
    minutesOver: Math.max(0, Math.floor(-leftMilliseconds / 60_000)),
  }
}

/** The longest waiting first: the ripe ones are at the top. */
export const ripestFirst = <T extends { readonly sampledAt: string; readonly id: string }>(
  entries: readonly T[],
): T[] =>
  entries.toSorted(
    (a, b) => Date.parse(a.sampledAt) - Date.parse(b.sampledAt) || (a.id < b.id ? -1 : 1),
  )
