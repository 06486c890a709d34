/** The forms of dates and times that certificates in circulation have, and what each of them says. */

import { minuteMilliseconds } from '@sidep/time'

// RFC 3339 §5.6 with what issuers write besides: no seconds, no offset, and the offsets `+2`, `+02`, `+200`, `+2:00`
// that CertLogic names (CertLogic specification, «plusTime»). Its parts are checked below.
const timeOfDay =
  '(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d+))?)?(?:([Zz])|([+-])(\\d{1,2}?):?(\\d\\d)?)?'
const timeBehindPattern = new RegExp(`^[Tt ]${timeOfDay}$`)

/**
 * Milliseconds from the midnight of its day in UTC to a time of day; null when there is no such time. Without an
 * offset it counts as UTC, as in CertLogic. A leap second is the first moment of the next minute.
 *
 * @param text from the `T` on
 */
const readTimeBehind = (text: string): number | null => {
  const match = timeBehindPattern.exec(text)
  if (match === null) return null
  const [
    ,
    hours,
    minutes,
    seconds = '00',
    fraction = '',
    ,
    sign,
    offsetHours = '0',
    offsetMinutes = '0',
  ] = match
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return null
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return null
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1)
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3))
  return (
    (Number(hours) * 60 + Number(minutes) - offset) * minuteMilliseconds +
    Number(seconds) * 1000 +
    milliseconds
  )
}

const isRealDay = (year: number, month: number, day: number): boolean => {
  if (month < 1 || month > 12 || day < 1) return false
  if (day <= 28) return year >= 100
  // A year below 100 would be one of the last century: ECMA-262 §21.4.1.31.
  if (year < 100) return false
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

const dayPattern = /^(\d{4})-(\d\d)-(\d\d)/

/** `YYYY-MM-DD` of a real day at the start of a text, or null. */
const dayAtStart = (text: string): string | null => {
  const match = dayPattern.exec(text)
  if (match === null) return null
  const [day, year, month, dayOfMonth] = match
  return isRealDay(Number(year), Number(month), Number(dayOfMonth)) ? day : null
}

/**
 * Reads a calendar date. A time of day behind it, as many certificates have, must be one and is left out: it says
 * nothing about which day was meant.
 *
 * @returns `YYYY-MM-DD`, or null for what is no date
 */
export const readDate = (text: string): string | null => {
  const day = dayAtStart(text)
  if (day === null) return null
  const behind = text.slice(day.length)
  return behind === '' || readTimeBehind(behind) !== null ? day : null
}

/** Reads a date and time; null when it is not one or not a real one. */
export const parseInstant = (text: string): Date | null => {
  const day = dayAtStart(text)
  const sinceMidnight = day === null ? null : readTimeBehind(text.slice(day.length))
  return sinceMidnight === null ? null : new Date(Date.parse(`${day}T00:00:00Z`) + sinceMidnight)
}

/** The one way in which an instant is written for the rules: RFC 3339 in UTC, a fraction only where there is one. */
export const writeInstant = (instant: Date): string => {
  const text = instant.toISOString()
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text
}

const writtenPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\dZ$/

/** Whether a text that was read as an instant is what `writeInstant` writes of it: nearly all are. */
export const isAsWritten = (text: string): boolean => writtenPattern.test(text)

// Schema, dob: years 1900 to 2099; month and day from the right may be missing.
const birthDatePattern = /^(?:(?:19|20)\d\d(?:-\d\d){0,2}|0000-00-00)?(?=$|[Tt ])/

/**
 * Reads a birth date, of which day or month may be unknown: left out, or written `00`.
 *
 * @returns `YYYY-MM-DD`, `YYYY-MM`, `YYYY`, or empty for unknown; null for what is no such date
 */
export const readBirthDate = (text: string): string | null => {
  const written = birthDatePattern.exec(text)?.[0]
  if (written === undefined) return null
  const behind = text.slice(written.length)
  if (behind !== '' && (written === '' || readTimeBehind(behind) === null)) return null
  if (written === '' || written.startsWith('0000')) return ''
  // Without the month a day says nothing.
  const known = written.replace(/-00(?:-\d\d)?$/, '')
  const [year, month = '01', day = '01'] = known.split('-')
  // The day of an unknown month was cut off unread: a 45th is a mistake all the same.
  const isDay = Number(written.slice(8)) <= 31
  return isDay && isRealDay(Number(year), Number(month), Number(day)) ? known : null
}
