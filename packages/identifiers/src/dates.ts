import { hourMilliseconds } from '@sidep/time'
import { accepted, type Parsed, refused } from './parsed.ts'

export type BirthDateCode = 'BIRTH_DATE_NOT_REAL' | 'BIRTH_DATE_IN_FUTURE' | 'BIRTH_DATE_TOO_OLD'

// The oldest person on record lived 122 years (Jeanne Calment, 1875–1997).
const ageYearsMax = 130

// DCC schema 1.3, `dob`: years 1900 to 2099.
const birthYearMin = 1900

// A newborn in Wallis (UTC+12) has a birth date that Paris has not reached yet: of the portal's zones the
// easternmost decides what has begun.
const easternmostOffsetMilliseconds = 12 * hourMilliseconds

/** The day that has begun in the easternmost of the portal's time zones, `YYYY-MM-DD`: no later one is anybody's. */
export const easternmostDay = (at: Date): string =>
  new Date(at.getTime() + easternmostOffsetMilliseconds).toISOString().slice(0, 10)

/**
 * Whether a text is a day of the Gregorian calendar.
 *
 * @param text `YYYY-MM-DD`
 */
export const isCalendarDate = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8))
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(month, year)
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const daysOf = (month: number, year: number): number => {
  if (month === 2) return isLeap(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/**
 * Whether a text is a day, or as much of one as is known: registers of many countries hold people of whose birth only
 * the month or the year was written down.
 *
 * @param text `YYYY-MM-DD`, `YYYY-MM` or `YYYY`
 */
export const isPartialDate = (text: string): boolean =>
  /^(?!0000)\d{4}(?:-\d{2}){0,2}$/.test(text) && isCalendarDate(text.padEnd(10, '-01'))

/**
 * A date whose unknown parts are written as noughts, as registers and cards do.
 *
 * @param date `YYYY-MM-DD`, with `00` for a day, or a day and a month, that nobody knows
 * @returns `1971-00-00` as `1971`, `1971-06-00` as `1971-06`; undefined when it is no such date
 */
export const dateWithoutNoughts = (date: string): string | undefined => {
  const known = date.replace(/(?:-00)?-00$/, '')
  return /^\d{4}-\d{2}-\d{2}$/.test(date) && isPartialDate(known) ? known : undefined
}

/** The same the other way: `1971` as `1971-00-00`. */
export const dateWithNoughts = (date: string): string => date.padEnd(10, '-00')

/**
 * Reads a birth date.
 *
 * @param text `YYYY-MM-DD`; `YYYY-MM` or `YYYY` for somebody whose day or month of birth nobody knows
 * @param at now; a date not begun in any of the portal's time zones is in the future
 * @returns the same text, or BIRTH_DATE_NOT_REAL, BIRTH_DATE_IN_FUTURE, or BIRTH_DATE_TOO_OLD for
 *   a year before 1900 or more than 130 years ago
 */
export const parseBirthDate = (text: string, at: Date): Parsed<string, BirthDateCode> => {
  if (!isPartialDate(text)) return refused('BIRTH_DATE_NOT_REAL')
  const today = easternmostDay(at)
  if (text > today.slice(0, text.length)) return refused('BIRTH_DATE_IN_FUTURE')
  const year = Number(text.slice(0, 4))
  if (year < birthYearMin || Number(today.slice(0, 4)) - year > ageYearsMax) {
    return refused('BIRTH_DATE_TOO_OLD')
  }
  return accepted(text)
}
