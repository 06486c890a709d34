/** Bounds how much of one kind of work is under way in a process (invariant 12 of the house). */
import { Problem } from './problems.ts'

export interface InFlightBound {
  /** @throws Problem UNAVAILABLE when full */
  enter(): void
  leave(): void
  count(): number
  /** Does work within the bound. @throws Problem UNAVAILABLE when full */
  within<T>(work: () => Promise<T>): Promise<T>
}

/** The excess is refused before anything is read, with a time to come back. */
export const makeInFlightBound = ({
  max,
  retrySeconds,
}: {
  readonly max: number
  readonly retrySeconds: number
}): InFlightBound => {
  let count = 0
  const enter = (): void => {
    if (count >= max) throw new Problem('UNAVAILABLE', { retryAfterSeconds: retrySeconds })
    count += 1
  }
  const leave = (): void => {
    count -= 1
  }
  return {
    enter,
    leave,
    count: () => count,
    async within(work) {
      enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
