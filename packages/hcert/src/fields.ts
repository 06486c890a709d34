import type { JsonObject } from './json.ts'

/** DCC schema: `maxLength` of every free text. */
export const textLengthMax = 80

/**
 * Reads the fields of one object; after the first wrong one `wrong` is true and what was read
 * must not be used. An absent optional field may be written null, as some member states do.
 */
export class Fields {
  readonly #json: JsonObject
  wrong = false

  constructor(json: JsonObject) {
    this.#json = json
  }

  text(key: string): string {
    const value = this.#json[key]
    if (typeof value !== 'string' || !fits(value)) return this.#refuse('')
    return value
  }

  optionalText(key: string): string | undefined {
    return this.#isAbsent(key) ? undefined : this.text(key)
  }

  matching(key: string, pattern: RegExp): string {
    const value = this.text(key)
    return pattern.test(value) ? value : this.#refuse('')
  }

  optionalMatching(key: string, pattern: RegExp): string | undefined {
    return this.#isAbsent(key) ? undefined : this.matching(key, pattern)
  }

  /** A positive integer. */
  count(key: string): number {
    const value = this.#json[key]
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
      ? value
      : this.#refuse(0)
  }

  /** A complete calendar date; a time of day behind it, as older certificates have, is left out. */
  date(key: string): string {
    const day = calendarDate(this.text(key))
    return day ?? this.#refuse('')
  }

  instant(key: string): Date {
    return parseInstant(this.text(key)) ?? this.#refuse(new Date(0))
  }

  optionalInstant(key: string): Date | undefined {
    return this.#isAbsent(key) ? undefined : this.instant(key)
  }

  #isAbsent(key: string): boolean {
    const value = this.#json[key]
    return value === undefined || value === null
  }

  #refuse<Placeholder>(placeholder: Placeholder): Placeholder {
    this.wrong = true
    return placeholder
  }
}

/** JSON Schema counts characters, not UTF-16 units. */
const fits = (text: string): boolean =>
  text.length <= textLengthMax ||
  (text.length <= 2 * textLengthMax && [...text].length <= textLengthMax)

const datePattern = /^(\d{4})-(\d\d)-(\d\d)(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?$/

/** `YYYY-MM-DD` of a real day, or null. */
function calendarDate(text: string): string | null {
  const match = datePattern.exec(text)
  if (match === null) return null
  const [, year, month, day] = match
  return isRealDay(Number(year), Number(month), Number(day)) ? text.slice(0, 10) : null
}

const isRealDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

// RFC 3339 §5.6, with the offset also as +02 and +0200: DCC schema, valid examples T-rat-dates1 and 2.
const instantPattern =
  /^(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):?(\d\d)?)$/

/** Reads a date and time with its offset; null when it is not one or not a real one. */
export function parseInstant(text: string): Date | null {
  const match = instantPattern.exec(text)
  const day = calendarDate(text.slice(0, 10))
  if (match === null || day === null) return null
  const [, , hours, minutes, seconds, fraction, , sign, offsetHours, offsetMinutes] = match
  // A leap second (60) is the first moment of the next minute here.
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return null
  if (Number(offsetHours ?? 0) > 23 || Number(offsetMinutes ?? 0) > 59) return null
  const offset =
    (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * (sign === '-' ? -1 : 1)
  const milliseconds = Number((fraction ?? '').padEnd(3, '0').slice(0, 3))
  const dayStart = Date.parse(`${day}T00:00:00Z`)
  const secondsOfDay = (Number(hours) * 60 + Number(minutes) - offset) * 60 + Number(seconds)
  return new Date(dayStart + secondsOfDay * 1000 + milliseconds)
}
