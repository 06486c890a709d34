/** Primitive types of FHIR R4 (§2.24.0.1): which JSON they are, and which texts. */
import { isCalendarDate } from '@sidep/identifiers'
import { isBase64 } from '../base64.ts'

const day = String.raw`\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?`
const clock = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?`
const offset = String.raw`(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)`

const dateShape = new RegExp(`^${day}$`)
const dateTimeShape = new RegExp(`^(?:${day}|\\d{4}-\\d{2}-\\d{2}T${clock}${offset})$`)
const instantShape = new RegExp(`^\\d{4}-\\d{2}-\\d{2}T${clock}${offset}$`)

/** Whether the day that a date begins with is in the calendar. */
const isReal = (text: string): boolean =>
  isCalendarDate(text.slice(0, 10) + '0000-01-01'.slice(Math.min(text.length, 10)))

const texts: Readonly<Record<string, (text: string) => boolean>> = {
  string: (text) => /\S/.test(text) && text.length <= 1_048_576,
  markdown: (text) => /\S/.test(text),
  code: (text) => /^\S+(?: \S+)*$/.test(text),
  id: (text) => /^[A-Za-z0-9.-]{1,64}$/.test(text),
  uri: (text) => /^\S+$/.test(text),
  url: (text) => /^\S+$/.test(text),
  canonical: (text) => /^\S+$/.test(text),
  oid: (text) => /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/.test(text),
  uuid: (text) => /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
  date: (text) => dateShape.test(text) && isReal(text),
  dateTime: (text) => dateTimeShape.test(text) && isReal(text),
  instant: (text) => instantShape.test(text) && isReal(text),
  time: (text) => new RegExp(`^${clock}$`).test(text),
  base64Binary: isBase64,
  xhtml: (text) => text.trimStart().startsWith('<div') && text.trimEnd().endsWith('</div>'),
}

const numbers: Readonly<Record<string, (value: number) => boolean>> = {
  decimal: Number.isFinite,
  integer: (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  unsignedInt: (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 31,
  positiveInt: (value) => Number.isInteger(value) && value >= 1 && value < 2 ** 31,
}

/** `type`: another kind of JSON; `text`: the kind is right, what it says is not. */
export type PrimitiveFault = 'type' | 'text'

export const isPrimitive = (type: string): boolean =>
  type === 'boolean' || Object.hasOwn(texts, type) || Object.hasOwn(numbers, type)

/** What is wrong with a primitive; null for nothing. */
export const primitiveFault = (value: unknown, type: string): PrimitiveFault | null => {
  if (type === 'boolean') return typeof value === 'boolean' ? null : 'type'
  const isNumber = Object.hasOwn(numbers, type) ? numbers[type] : undefined
  if (isNumber !== undefined) {
    if (typeof value !== 'number') return 'type'
    return isNumber(value) ? null : 'text'
  }
  if (typeof value !== 'string') return 'type'
  return texts[type]?.(value) === false ? 'text' : null
}
