import type { Json, JsonObject } from './json.ts'
import { isAsWritten, parseInstant, readDate, writeInstant } from './times.ts'

/** DCC schema: `maxLength` of the texts that have one. */
export const textLengthMax = 80

/**
 * Reads the fields of one object; after the first wrong one `wrong` is true and what was read
 * must not be used. An absent optional field may be written null or left blank, as some member states do.
 */
export class Fields {
  readonly #json: JsonObject
  readonly #written: Record<string, Json> = {}
  wrong = false

  /** @param json its texts without blanks around them */
  constructor(json: JsonObject) {
    this.#json = json
  }

  /** A text of any length. */
  text(key: string): string {
    const value = this.#json[key]
    return typeof value === 'string' ? value : this.#refuse('')
  }

  /** A text that the schema holds to 80 characters. */
  shortText(key: string): string {
    const value = this.text(key)
    return fits(value) ? value : this.#refuse('')
  }

  optionalText(key: string): string | undefined {
    return this.#isAbsent(key) ? undefined : this.text(key)
  }

  optionalShortText(key: string): string | undefined {
    return this.#isAbsent(key) ? undefined : this.shortText(key)
  }

  matching(key: string, pattern: RegExp): string {
    const value = this.text(key)
    return pattern.test(value) ? value : this.#refuse('')
  }

  /** A positive integer. */
  count(key: string): number {
    const value = this.#json[key]
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
      ? value
      : this.#refuse(0)
  }

  /** A complete calendar date. */
  date(key: string): string {
    const day = readDate(this.text(key))
    if (day === null) return this.#refuse('')
    this.#written[key] = day
    return day
  }

  instant(key: string): Date {
    const text = this.text(key)
    const instant = parseInstant(text)
    if (instant === null) return this.#refuse(new Date(0))
    if (!isAsWritten(text)) this.#written[key] = writeInstant(instant)
    return instant
  }

  optionalInstant(key: string): Date | undefined {
    return this.#isAbsent(key) || this.#json[key] === '' ? undefined : this.instant(key)
  }

  /** The object with the dates and times that were read written in one form. */
  canonical(): JsonObject {
    return { ...this.#json, ...this.#written }
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
