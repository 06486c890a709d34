import { hourMilliseconds } from '@sidep/time'

export interface RetryPolicy {
  /** Deliveries tried in all before a message is given up, ≥ 1. */
  readonly triesMax: number
  readonly firstDelayMilliseconds: number
  readonly delayMillisecondsMax: number
}

/**
 * Twenty tries over nine hours on average: a mail server that is down for an evening costs no message, and one
 * that never comes back does not keep us busy.
 */
export const defaultRetryPolicy: RetryPolicy = {
  triesMax: 20,
  firstDelayMilliseconds: 5_000,
  delayMillisecondsMax: 2 * hourMilliseconds,
}

/**
 * Exponential delay with full jitter: uniform between nothing and the doubled bound, so that a thousand messages
 * that failed together do not come back together.
 *
 * @param tries how often delivery has been tried already, ≥ 1
 * @param random uniform in [0, 1)
 * @returns milliseconds to wait, at least one second
 */
export const retryDelayMilliseconds = (
  policy: RetryPolicy,
  tries: number,
  random: number,
): number => {
  const bound = Math.min(
    policy.delayMillisecondsMax,
    policy.firstDelayMilliseconds * 2 ** Math.min(tries - 1, 40),
  )
  return Math.max(1_000, Math.floor(random * bound))
}
