/** What a forecast starts from, and what it says. Hours are of the clock in metropolitan France. */
import { dayAfter, isFrenchHoliday, weekdayOf } from '@sidep/time'

export const hoursPerDay = 24
export const daysPerWeek = 7

export interface HourlyHistory {
  /** `YYYY-MM-DD`, of the first day; whole days follow without a gap. */
  readonly firstDay: string
  /** Screenings recorded in each hour, 24 a day. */
  readonly counts: readonly number[]
}

export interface HourForecast {
  /** `YYYY-MM-DD`. */
  readonly day: string
  /** 0 to 23. */
  readonly hour: number
  readonly expected: number
  /** Four times in five the count comes between these two. */
  readonly low: number
  readonly high: number
}

/** Monday to Sunday, 0 to 6; a holiday is a kind of its own, whatever weekday it is. */
export const holidayKind = 7
export const dayKinds = 8

export interface CalendarDay {
  readonly kind: number
  /** The day before a holiday, and none itself: people come before the doors close. */
  readonly isEve: boolean
}

export const calendarDayOf = (day: string): CalendarDay => {
  if (isFrenchHoliday(day)) return { kind: holidayKind, isEve: false }
  return { kind: weekdayOf(day), isEve: isFrenchHoliday(dayAfter(day, 1)) }
}

export const daysOf = ({ counts }: HourlyHistory): number => Math.floor(counts.length / hoursPerDay)
