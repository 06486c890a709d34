/** Weeks as names: their first day, a Monday in UTC, as `YYYY-MM-DD`; in order as texts too. */

import { dayMilliseconds, weekMilliseconds } from '@sidep/time'

/** The week of a date. */
export const weekOf = (at: Date): string => {
  const days = Math.floor(at.getTime() / dayMilliseconds)
  // 1970-01-01 was a Thursday, three days after its Monday.
  const monday = days - ((days + 3) % 7)
  return new Date(monday * dayMilliseconds).toISOString().slice(0, 10)
}

export const weekAfter = (week: string): string =>
  new Date(Date.parse(week) + weekMilliseconds).toISOString().slice(0, 10)

export const isWeek = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && weekOf(new Date(text)) === text
