/**
 * The identity provider: it finishes so many sign-ins a second, first come first served, and does not know who has left.
 * A sign-in whose professional gave up costs it as much as any other. That is why it falls: once its queue is longer than
 * people's patience, all its work is for those who have gone, until fewer ask than it can serve.
 */
export interface Provider {
  /** @returns when it ends, and whether in a session */
  attempt(at: number): { readonly isIn: boolean; readonly endsAt: number }
  /** Seconds that somebody who comes now would wait. */
  queueSeconds(at: number): number
}

/** Typing a number and confirming on the phone, seconds. Assumption. */
const interactionSeconds = 20

export const makeProvider = (dependencies: {
  readonly perSecond: number
  readonly queueSecondsMax: number
  readonly patienceSeconds: number
  readonly isUp: (at: number) => boolean
}): Provider => {
  const { perSecond, queueSecondsMax, patienceSeconds, isUp } = dependencies
  let busyUntil = 0
  const queueSeconds = (at: number): number => Math.max(0, busyUntil - at)
  return {
    queueSeconds,
    attempt(at) {
      const gaveUp = { isIn: false, endsAt: at + patienceSeconds }
      if (!isUp(at)) {
        // What waited is lost with it.
        busyUntil = at
        return gaveUp
      }
      if (queueSeconds(at) >= queueSecondsMax) return gaveUp
      const startsAt = Math.max(busyUntil, at)
      busyUntil = startsAt + 1 / perSecond
      const endsAt = startsAt + interactionSeconds
      return startsAt - at <= patienceSeconds && isUp(endsAt) ? { isIn: true, endsAt } : gaveUp
    },
  }
}
