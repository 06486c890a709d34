/** Times and days as requests write them. */
import { isCalendarDate } from '@sidep/identifiers'

// RFC 3339 §5.6: `T` and an offset are required; seconds with at most nine decimals.
const shape =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Reads an RFC 3339 date-time with offset; undefined when it is not one, or not a moment that exists. */
export const parseMoment = (text: string): Date | undefined => {
  const [, day, hour, minute, second] = shape.exec(text) ?? []
  if (day === undefined || !isCalendarDate(day)) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const moment = new Date(text)
  return Number.isNaN(moment.getTime()) ? undefined : moment
}

/** Reads a day; undefined when it is not one. */
export const parseDay = (text: string): string | undefined =>
  isCalendarDate(text) ? text : undefined
