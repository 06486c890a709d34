/** Times and days as requests write them. */

// RFC 3339 §5.6: `T` and an offset are required; seconds with at most nine decimals.
const shape =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
const isDay = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/** Reads an RFC 3339 date-time with offset; undefined when it is not one, or not a moment that exists. */
export const parseMoment = (text: string): Date | undefined => {
  const [, day, hour, minute, second] = shape.exec(text) ?? []
  if (day === undefined || !isDay(day)) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const moment = new Date(text)
  return Number.isNaN(moment.getTime()) ? undefined : moment
}

/** Reads a day; undefined when it is not one. */
export const parseDay = (text: string): string | undefined =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text) ? text : undefined
