import { Problem } from '../platform/problems.ts'

/** People's requests in work at a time. More than the pool can serve in a moment only wait for each other. */
export const inFlightMaxDefault = 200

const busyRetrySeconds = 5

/**
 * Bounds how much of one kind of work is under way: the excess is refused before anything is read, with a time to
 * come back.
 *
 * @throws Problem UNAVAILABLE when full
 */
export const makeInFlightBound = (inFlightMax: number) => {
  let count = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (count >= inFlightMax) {
      throw new Problem('UNAVAILABLE', { retryAfterSeconds: busyRetrySeconds })
    }
    count += 1
    try {
      return await work()
    } finally {
      count -= 1
    }
  }
}
