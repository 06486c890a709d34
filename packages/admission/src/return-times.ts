/**
 * Times to come back that do not bring everybody back at once. Whoever is sent away is given a time of their own, as
 * long after the one before as serving one of them takes; so ten thousand who came in the same minute come back in a line.
 *
 * Invariants: a time is never sooner than `retrySeconds` nor later than `returnSecondsMax`; the pace follows what was really served
 * while somebody was sent away, and grows while nobody is.
 */
export interface ReturnTimes {
  /** One was served. */
  served(nowMilliseconds: number): void
  /** One is sent away. @returns seconds after which to come back */
  give(nowMilliseconds: number): number
}

/** No one is sent away for longer: by then the pace is known better. */
export const returnSecondsMax = 900

/** The pace is measured over windows of this length. */
const windowMilliseconds = 2_000
/** A window with fewer served says little. */
const servedMin = 5
/** More are asked back than are served: the queue holds the difference, so that one who does not come leaves no gap. */
const callingShare = 1.35
/** Growth of the pace in a window in which nobody was sent away. */
const growth = 1.25

/**
 * @param retrySeconds shortest time
 * @param random uniform in [0, 1)
 */
export const makeReturnTimes = (retrySeconds: number, random: () => number): ReturnTimes => {
  let startedAt = 0
  let servedCount = 0
  let sentAway = 0
  /** How many are asked back a second; null until something was measured. */
  let pace: number | null = null
  let next = 0

  const measure = (now: number): void => {
    const elapsed = now - startedAt
    if (elapsed < windowMilliseconds) return
    const served = (servedCount * 1_000) / elapsed
    if (sentAway > 0 && servedCount >= servedMin) pace = served * callingShare
    else if (sentAway === 0 && pace !== null)
      pace = Math.max(pace, Math.min(pace * growth, served * 2))
    startedAt = now
    servedCount = 0
    sentAway = 0
  }

  return {
    served(now) {
      measure(now)
      servedCount += 1
    },
    give(now) {
      measure(now)
      sentAway += 1
      const soonest = now + retrySeconds * 1_000 * (1 + 2 * random())
      if (pace === null) return Math.ceil((soonest - now) / 1_000)
      next = Math.max(next + 1_000 / pace, soonest)
      const latest = now + returnSecondsMax * 1_000
      if (next > latest) next = latest - random() * returnSecondsMax * 500
      return Math.ceil((next - now) / 1_000)
    },
  }
}
