/**
 * The clock on the wall of a place, as a Date that reads in UTC what the clock reads there: days and months can be
 * counted on it, over the nights when the clocks change too. The time zone database comes with `Intl`, in Node as in
 * browsers.
 */
import { hourMilliseconds, minuteMilliseconds } from './durations.ts'

// A formatter costs far more to make than to use; there are as many as there are zones of sites and rule sets.
const formatters = new Map<string, Intl.DateTimeFormat>()

const formatterOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formatters.set(timeZone, made)
  return made
}

/** Of metropolitan France. */
export const parisZone = 'Europe/Paris'

/** Whether there is such a zone: IANA. */
export const isTimeZone = (name: string): boolean => {
  try {
    formatterOf(name)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

// Formatting costs 10 µs, and counters and doors ask for the same few minutes over and over: of now, of a batch's samples.
const rememberedMax = 512
const rememberedByZone = new Map<string, Map<number, number>>()

const rememberedOf = (timeZone: string): Map<number, number> => {
  const known = rememberedByZone.get(timeZone)
  if (known !== undefined) return known
  const made = new Map<number, number>()
  rememberedByZone.set(timeZone, made)
  return made
}

/** Milliseconds that a place's clock is ahead of UTC. */
const offsetAt = (milliseconds: number, timeZone: string): number => {
  // Offsets have been whole minutes since 1972 wherever a site or a rule set could be.
  const minute = Math.floor(milliseconds / minuteMilliseconds) * minuteMilliseconds
  const remembered = rememberedOf(timeZone)
  const before = remembered.get(minute)
  if (before !== undefined) return before
  const parts = formatterOf(timeZone).formatToParts(minute)
  const part = (name: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find(({ type }) => type === name)?.value)
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
  if (remembered.size >= rememberedMax) remembered.clear()
  remembered.set(minute, wall - minute)
  return wall - minute
}

/** Minutes that a zone's clock is ahead of UTC at a moment. */
export const offsetMinutesIn = (at: Date, timeZone: string): number =>
  offsetAt(at.getTime(), timeZone) / minuteMilliseconds

/** What the clock on the wall reads at an instant. */
export const wallClockAt = (instant: Date, timeZone: string): Date =>
  new Date(instant.getTime() + offsetAt(instant.getTime(), timeZone))

/**
 * When the clock on the wall reads so. Of an hour that comes twice in autumn it is the first; a reading that spring
 * leaves out is as long after midnight as it says, so that the clock then shows an hour more.
 */
export const instantOfWallClock = (reading: Date, timeZone: string): Date =>
  instantsOfWallClock(reading, timeZone)[0]

/** All of them, in their order: two in the hour that comes twice in autumn, else the one of `instantOfWallClock`. */
const instantsOfWallClock = (reading: Date, timeZone: string): readonly [Date, ...Date[]] => {
  const wall = reading.getTime()
  // The two offsets that can apply: that of half a day before, and that of half a day after.
  const halfDay = 12 * hourMilliseconds
  const before = wall - offsetAt(wall - halfDay, timeZone)
  const after = wall - offsetAt(wall + halfDay, timeZone)
  const isRead = (instant: number): boolean => instant + offsetAt(instant, timeZone) === wall
  if (before === after || !isRead(after)) return [new Date(before)]
  if (!isRead(before)) return [new Date(after)]
  return before < after ? [new Date(before), new Date(after)] : [new Date(after), new Date(before)]
}

/** The calendar day of a moment in a time zone, `YYYY-MM-DD`. */
export const dayIn = (at: Date, timeZone: string): string =>
  wallClockAt(at, timeZone).toISOString().slice(0, 10)

/** What a clock shows in a zone: `19:40`. */
export const clockIn = (at: Date, timeZone: string): string =>
  wallClockAt(at, timeZone).toISOString().slice(11, 16)

/**
 * The moment at which a clock in a zone shows a day and a time, as `instantOfWallClock` has it.
 *
 * @param day `YYYY-MM-DD`, a real one
 * @param clock `HH:MM`
 */
export const momentIn = (day: string, clock: string, timeZone: string): Date =>
  instantOfWallClock(new Date(`${day}T${clock}:00Z`), timeZone)

/** The moments at which a clock in a zone shows a day and a time, the earliest first: more than one when that hour comes twice. */
export const momentsIn = (
  day: string,
  clock: string,
  timeZone: string,
): readonly [Date, ...Date[]] => instantsOfWallClock(new Date(`${day}T${clock}:00Z`), timeZone)

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** `+04:00` */
const offsetText = (minutes: number): string => {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`
}

/** Whatever a clock in that zone shows, as RFC 3339 with its offset; the milliseconds too: `2021-08-13T19:40:00.000+04:00`. */
export const preciseMomentText = (at: Date, timeZone: string): string =>
  `${wallClockAt(at, timeZone).toISOString().slice(0, -1)}${offsetText(offsetMinutesIn(at, timeZone))}`

/** A moment as RFC 3339 with the zone's offset, to the second: `2021-08-13T19:40:00+04:00`. */
export const rfc3339In = (at: Date, timeZone: string): string =>
  preciseMomentText(at, timeZone).replace(/\.\d{3}/, '')
