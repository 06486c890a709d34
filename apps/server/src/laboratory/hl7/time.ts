/** Times of HL7 v2 (TS, DTM, DT; v2.5.1 §2.A.77), which say how precisely they are known. */
import { isPartialDate } from '@sidep/identifiers'
import { instantOfWallClock, rfc3339In } from '@sidep/time'

export interface Hl7Time {
  /** `2021`, `2021-08` or `2021-08-13`. */
  readonly day: string
  /** `14:05:09.123`; null when it is not known to the minute. */
  readonly clock: string | null
  /** `+02:00`; null where none is written. */
  readonly offset: string | null
}

const shape =
  /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\.\d{1,4})?)?)?)?)?)?([+-])?(\d{4})?$/

const offsetOf = (sign: string, digits: string): string | undefined => {
  const [hours, minutes] = [digits.slice(0, 2), digits.slice(2)]
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined
  return `${sign}${hours}:${minutes}`
}

/** HL7 table 0529, as how much of a day is known of it; hours alone are no clock. */
const daysByPrecision: ReadonlyMap<string, number> = new Map([
  ['Y', 4],
  ['L', 7],
  ['D', 10],
  ['H', 10],
])

/** What is written beyond the precision that TS.2 names is filling (§2.A.77, until 2.5.1). */
const atPrecision = (time: Hl7Time, precision: string): Hl7Time => {
  const characters = daysByPrecision.get(precision)
  return characters === undefined
    ? time
    : { ...time, day: time.day.slice(0, characters), clock: null }
}

/**
 * Reads a time; undefined when it is none, or does not exist.
 * @param precision TS.2 (table 0529), where the sender says how much of it is known
 */
export const parseHl7Time = (text: string, precision = ''): Hl7Time | undefined => {
  const time = readHl7Time(text)
  return time === undefined ? undefined : atPrecision(time, precision)
}

const readHl7Time = (text: string): Hl7Time | undefined => {
  const match = shape.exec(text)
  if (match === null) return undefined
  const [, year = '', month, date, hour, minute, second, fraction = '', sign, zone] = match
  if ((sign === undefined) !== (zone === undefined)) return undefined
  const day = [year, month, date].filter((part) => part !== undefined).join('-')
  if (!isPartialDate(day)) return undefined
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) {
    return undefined
  }
  const offset = sign === undefined || zone === undefined ? null : offsetOf(sign, zone)
  if (offset === undefined) return undefined
  const clock =
    hour === undefined || minute === undefined
      ? null
      : `${hour}:${minute}:${second ?? '00'}${fraction}`
  return { day, clock, offset }
}

/** Where a time without an offset is: that of MSH-7 where it has one (§2.A.77), else where the laboratory is. */
export interface TimeContext {
  readonly messageOffset: string | null
  readonly timeZone: string
}

/** The moment as RFC 3339; undefined when it is not known to the minute. */
export const momentOf = (
  { day, clock, offset }: Hl7Time,
  { messageOffset, timeZone }: TimeContext,
): string | undefined => {
  if (clock === null) return undefined
  const written = offset ?? messageOffset
  if (written !== null) return `${day}T${clock}${written}`
  return rfc3339In(instantOfWallClock(new Date(`${day}T${clock}Z`), timeZone), timeZone)
}
