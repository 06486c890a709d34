/**
 * Times to come back that do not bring everybody back at once. Whoever is sent away is given a turn of their own, as far
 * behind the one before as one of them takes to serve; so ten thousand who came in the same minute come back in a line.
 *
 * Invariants: a turn is never before `retrySeconds` nor after `turnSecondsMax`; the pace follows what was really served
 * while somebody was sent away, and grows while nobody is.
 */
export interface Turns {
  /** One was served. */
  served(nowMilliseconds: number): void
  /** One is sent away. @returns seconds after which to come back */
  give(nowMilliseconds: number): number
}

/** No one is sent away for longer: by then the pace is known better. */
export const turnSecondsMax = 900

/** The pace is measured over windows of this length. */
const windowMilliseconds = 2_000
/** A window with fewer served says little. */
const servedMin = 5
/** More than are served are called: the queue takes up the difference, and one who does not come leaves no gap. */
const callingShare = 1.35
/** Growth of the pace in a window in which nobody was sent away. */
const growth = 1.25

/**
 * @param retrySeconds shortest time
 * @param random uniform in [0, 1)
 */
export const makeTurns = (retrySeconds: number, random: () => number): Turns => {
  let startedAt = 0
  let servedCount = 0
  let sentAway = 0
  /** Turns a second; null until something was measured. */
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
      const latest = now + turnSecondsMax * 1_000
      if (next > latest) next = latest - random() * turnSecondsMax * 500
      return Math.ceil((next - now) / 1_000)
    },
  }
}
