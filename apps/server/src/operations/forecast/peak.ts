import { hourSeconds } from '@sidep/time'
import type { HourForecast } from './history.ts'

export interface Peak extends HourForecast {
  /** The hour's mean, of what can be recorded in a second; null where the capacity was not told. */
  readonly shareOfCapacity: number | null
  /** The same at the upper end of the interval. */
  readonly shareOfCapacityAtMost: number | null
}

/**
 * The busiest of the hours to come.
 *
 * @param capacityPerSecond screenings that the portal was measured to record in a second
 */
export const peakOf = (hours: readonly HourForecast[], capacityPerSecond: number | null): Peak => {
  const [first, ...others] = hours
  if (first === undefined) throw new RangeError('no hours')
  const busiest = others.reduce(
    (most, hour) => (hour.expected > most.expected ? hour : most),
    first,
  )
  const shareOf = (count: number): number | null =>
    capacityPerSecond === null ? null : count / hourSeconds / capacityPerSecond
  return {
    ...busiest,
    shareOfCapacity: shareOf(busiest.expected),
    shareOfCapacityAtMost: shareOf(busiest.high),
  }
}
