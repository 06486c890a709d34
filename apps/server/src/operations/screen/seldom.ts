/** A reading that costs the database a bounded share of its time, however much there is to read. */
import { type Clock, monotonicMilliseconds } from '../../platform/clock.ts'

/** Of the time: what took a second is kept for twenty. */
const keptTimes = 20
const keptMillisecondsMax = 60_000

/** @returns reads anew, or gives what was read last while that is fresh by what it took; @throws as `read` does */
export const seldom = <T>({ now }: Clock, read: () => Promise<T>): (() => Promise<T>) => {
  let held: { readonly value: T; readonly until: number } | null = null
  return async () => {
    if (held !== null && now().getTime() < held.until) return held.value
    const begunAt = monotonicMilliseconds()
    const value = await read()
    const took = monotonicMilliseconds() - begunAt
    held = { value, until: now().getTime() + Math.min(took * keptTimes, keptMillisecondsMax) }
    return value
  }
}
