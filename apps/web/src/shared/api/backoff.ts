/** First and longest wait between tries of the same request. */
const backoffBaseMilliseconds = 1_000
export const backoffMaxMilliseconds = 60_000

/**
 * How long to wait before the next try: full jitter, so that twenty thousand counters that lost the
 * server in the same second do not come back in the same second; never sooner than the server asked.
 *
 * @param attempt tries made so far, ≥ 1
 * @param retryAfterSeconds what `Retry-After` said, or null
 * @param random uniform in [0, 1)
 * @returns milliseconds
 */
export const backoffMilliseconds = (
  attempt: number,
  retryAfterSeconds: number | null,
  random: () => number,
): number => {
  const ceiling = Math.min(
    backoffMaxMilliseconds,
    backoffBaseMilliseconds * 2 ** Math.min(Math.max(attempt, 1), 16),
  )
  const jitter = random() * ceiling
  return Math.round((retryAfterSeconds ?? 0) * 1000 + jitter)
}
