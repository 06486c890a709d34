/**
 * The clock on the wall of a place, as a Date that reads in UTC what the clock reads there: days and months can be
 * counted on it, over the nights when the clocks change too. The time zone database comes with `Intl`.
 */

const minuteMilliseconds = 60_000

// A formatter costs far more to make than to use; there are as many as there are rule sets' places.
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

// A door asks for the same minute over and over; certificates of one evening were sampled in a few hundred others.
const rememberedMax = 512
const remembered = new Map<string, number>()

/** Milliseconds that a place's clock is ahead of UTC. */
const offsetAt = (milliseconds: number, timeZone: string): number => {
  // Offsets have been whole minutes since 1972 wherever a rule set could be of.
  const minute = Math.floor(milliseconds / minuteMilliseconds) * minuteMilliseconds
  const key = `${timeZone} ${minute}`
  const before = remembered.get(key)
  if (before !== undefined) return before
  const parts = formatterOf(timeZone).formatToParts(minute)
  const part = (name: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find(({ type }) => type === name)?.value)
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
  if (remembered.size >= rememberedMax) remembered.clear()
  remembered.set(key, wall - minute)
  return wall - minute
}

/** What the clock on the wall reads at an instant. */
export const wallClockAt = (instant: Date, timeZone: string): Date =>
  new Date(instant.getTime() + offsetAt(instant.getTime(), timeZone))

/**
 * When the clock on the wall reads so for the first time; a reading that spring leaves out is as long after midnight
 * as it says.
 */
export const instantOfWallClock = (reading: Date, timeZone: string): Date => {
  const wall = reading.getTime()
  // The two offsets that can apply: that of half a day before, and that of half a day after.
  const halfDay = 12 * 60 * minuteMilliseconds
  const before = wall - offsetAt(wall - halfDay, timeZone)
  const after = wall - offsetAt(wall + halfDay, timeZone)
  const reads = [before, after].filter((instant) => instant + offsetAt(instant, timeZone) === wall)
  return new Date(reads.length === 0 ? before : Math.min(...reads))
}
