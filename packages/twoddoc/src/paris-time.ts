/** French local time, which 2D-DOC writes without an offset. */
import { dayIn, instantOfWallClock, parisZone, wallClockAt } from '@sidep/time'

/**
 * @param at an instant; seconds are left out
 * @returns DDMMYYYYHHMM in Paris
 */
export const toParisMinute = (at: Date): string => {
  const shown = wallClockAt(at, parisZone).toISOString()
  return `${shown.slice(8, 10)}${shown.slice(5, 7)}${shown.slice(0, 4)}${shown.slice(11, 13)}${shown.slice(14, 16)}`
}

/** @returns YYYY-MM-DD in Paris */
export const toParisDate = (at: Date): string => dayIn(at, parisZone)

/**
 * The instant of a minute in Paris.
 *
 * In the hour that autumn repeats, the earlier of the two, so that nothing is valid for longer than
 * it should be; a minute that spring leaves out counts in winter time.
 *
 * @param text DDMMYYYYHHMM
 * @returns undefined when this is no minute of the calendar
 */
export const fromParisMinute = (text: string): Date | undefined => {
  const parts = /^([0-9]{2})([0-9]{2})([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(text)
  if (!parts) return undefined
  const [, day, month, year, hour, minute] = parts
  const asUtc = new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`)
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString().slice(8, 13) !== `${day}T${hour}`) {
    return undefined
  }
  return instantOfWallClock(asUtc, parisZone)
}
