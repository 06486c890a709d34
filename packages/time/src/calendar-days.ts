/** Days of a calendar as texts, `YYYY-MM-DD`; no clock and no place in them. */
import { dayMilliseconds } from './durations.ts'

/**
 * The day so many days after another; before it where `days` is negative.
 *
 * @example dayAfter('2021-12-31', 1) // '2022-01-01'
 */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * dayMilliseconds).toISOString().slice(0, 10)

/** Monday is 0, Sunday 6. */
export const weekdayOf = (day: string): number => (new Date(Date.parse(day)).getUTCDay() + 6) % 7
