/** When to try again. */
const baseMilliseconds = 1_000
const outboxCapMilliseconds = 300_000
const retryAfterSecondsMax = 3_600

/** No backoff is longer, whatever the clock or the answer says. */
export const backoffMillisecondsMax = retryAfterSecondsMax * 1000 + outboxCapMilliseconds

/** Until when the portal wants no question, without our own jitter. */
export const askedUntil = (retryAfterSeconds: number | null, now: number): number =>
  now + backoffMilliseconds(0, retryAfterSeconds, 0)

/**
 * Milliseconds to wait after a failure: what the server asked, and on top of it full jitter, so that
 * counters told the same time do not come back in the same second.
 *
 * @param failures in a row, 1 at the first
 * @param retryAfterSeconds of the answer, or null
 * @param random uniform in [0, 1)
 * @param capMilliseconds the jitter is never longer; five minutes for what is sent without anybody looking
 * @see M. Brooker, «Exponential Backoff And Jitter», full jitter
 */
export const backoffMilliseconds = (
  failures: number,
  retryAfterSeconds: number | null,
  random: number,
  capMilliseconds = outboxCapMilliseconds,
): number => {
  const asked = Math.min(Math.max(retryAfterSeconds ?? 0, 0), retryAfterSecondsMax) * 1000
  const spread = Math.min(capMilliseconds, baseMilliseconds * 2 ** Math.min(failures, 16))
  return asked + Math.floor(random * spread)
}

/** Somebody waits in front of it: it tries again at least so often. */
const attendedCapMilliseconds = 60_000

/** The same with somebody who looks: the jitter stays below a minute. */
export const attendedBackoffMilliseconds = (
  failures: number,
  retryAfterSeconds: number | null,
  random: number,
): number => backoffMilliseconds(failures, retryAfterSeconds, random, attendedCapMilliseconds)
