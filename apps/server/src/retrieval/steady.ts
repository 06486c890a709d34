import { setTimeout as wait } from 'node:timers/promises'

/**
 * Holds an answer back until a fixed time after its request came in: an unknown code costs less work than a wrong date,
 * and nobody should be able to tell the two apart by a clock.
 *
 * @param startedAtMilliseconds monotonic time at which the request came in
 * @param now monotonic milliseconds
 */
export const notBefore = async (
  startedAtMilliseconds: number,
  atLeastMilliseconds: number,
  now: () => number,
): Promise<void> => {
  const end = startedAtMilliseconds + atLeastMilliseconds
  // A timer may fire up to a millisecond early by this clock.
  for (let remaining = end - now(); remaining > 0; remaining = end - now()) {
    await wait(Math.ceil(remaining))
  }
}
