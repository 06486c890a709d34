import { backoffMilliseconds } from '@sidep/continuity'

/** Somebody looks at the page: it tries again at least so often. */
const pageCapMilliseconds = 60_000

/**
 * Milliseconds before a page asks again, as the outbox waits, but with somebody before it.
 *
 * @param failures in a row, 1 at the first
 * @param retryAfterSeconds of the answer, or null
 * @param random uniform in [0, 1)
 */
export const pageBackoffMilliseconds = (
  failures: number,
  retryAfterSeconds: number | null,
  random: number,
): number => backoffMilliseconds(failures, retryAfterSeconds, random, pageCapMilliseconds)
