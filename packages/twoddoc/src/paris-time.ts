/**
 * French local time, which 2D-DOC writes without an offset. The time zone database comes with
 * `Intl`, in Node as in browsers.
 */
const parisClock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
})

const hourMilliseconds = 3_600_000

/** A minute on the wall clock in Paris. */
interface ParisMinute {
  readonly year: string
  readonly month: string
  readonly day: string
  readonly hour: string
  readonly minute: string
}

const minuteMilliseconds = 60_000

// Formatting costs 10 µs, and counters ask for the same few minutes over and over: of now, and of a batch's samples.
const rememberedMinutesMax = 256
const remembered = new Map<number, ParisMinute>()

function parisMinuteOf(at: Date): ParisMinute {
  // Offsets of the zone have been whole minutes since 1911, and seconds are left out.
  const minute = Math.floor(at.getTime() / minuteMilliseconds)
  const before = remembered.get(minute)
  if (before !== undefined) return before
  if (remembered.size >= rememberedMinutesMax) remembered.clear()
  const parts = formatParisMinute(at)
  remembered.set(minute, parts)
  return parts
}

function formatParisMinute(at: Date): ParisMinute {
  const parts = new Map(parisClock.formatToParts(at).map(({ type, value }) => [type, value]))
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? ''
  return {
    year: part('year').padStart(4, '0'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  }
}

/**
 * @param at an instant; seconds are left out
 * @returns DDMMYYYYHHMM in Paris
 */
export function toParisMinute(at: Date): string {
  const { year, month, day, hour, minute } = parisMinuteOf(at)
  return day + month + year + hour + minute
}

/** @returns YYYY-MM-DD in Paris */
export function toParisDate(at: Date): string {
  const { year, month, day } = parisMinuteOf(at)
  return `${year}-${month}-${day}`
}

/**
 * The instant of a minute in Paris.
 *
 * In the hour that autumn repeats, the earlier of the two, so that nothing is valid for longer than
 * it should be; a minute that spring leaves out counts in winter time.
 *
 * @param text DDMMYYYYHHMM
 * @returns undefined when this is no minute of the calendar
 */
export function fromParisMinute(text: string): Date | undefined {
  const parts = /^([0-9]{2})([0-9]{2})([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(text)
  if (!parts) return undefined
  const [, day, month, year, hour, minute] = parts
  const asUtc = new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`)
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString().slice(8, 13) !== `${day}T${hour}`) {
    return undefined
  }
  const summer = new Date(asUtc.getTime() - 2 * hourMilliseconds)
  const winter = new Date(asUtc.getTime() - hourMilliseconds)
  return toParisMinute(summer) === text ? summer : winter
}
