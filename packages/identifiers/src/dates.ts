import { accepted, type Parsed, refused } from './parsed.ts'

export type BirthDateCode = 'BIRTH_DATE_NOT_REAL' | 'BIRTH_DATE_IN_FUTURE' | 'BIRTH_DATE_TOO_OLD'

// The oldest person on record lived 122 years (Jeanne Calment, 1875–1997).
const ageYearsMax = 130

// A newborn in La Réunion (UTC+4) has a birth date that Paris has not reached yet.
const easternmostOffsetMilliseconds = 4 * 3_600_000

/**
 * Whether a text is a day of the Gregorian calendar.
 *
 * @param text `YYYY-MM-DD`
 */
export function isCalendarDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!parts) return false
  const date = new Date(`${text}T00:00:00Z`)
  // `Date` accepts 31 April and rolls it over; the way back shows it.
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text
}

/**
 * Reads a birth date.
 *
 * @param text `YYYY-MM-DD`
 * @param at now; a date not begun in any of the portal's time zones is in the future
 * @returns the same text, or BIRTH_DATE_NOT_REAL, BIRTH_DATE_IN_FUTURE, or BIRTH_DATE_TOO_OLD for
 *   more than 130 years ago
 */
export function parseBirthDate(text: string, at: Date): Parsed<string, BirthDateCode> {
  if (!isCalendarDate(text)) return refused('BIRTH_DATE_NOT_REAL')
  const today = new Date(at.getTime() + easternmostOffsetMilliseconds).toISOString().slice(0, 10)
  if (text > today) return refused('BIRTH_DATE_IN_FUTURE')
  if (Number(today.slice(0, 4)) - Number(text.slice(0, 4)) > ageYearsMax) {
    return refused('BIRTH_DATE_TOO_OLD')
  }
  return accepted(text)
}
