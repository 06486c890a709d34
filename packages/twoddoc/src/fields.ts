import { accepted, fieldEnd, type Reading, refused, truncatedFieldEnd } from './reading.ts'

/** A field as it stands in the message. */
export interface FieldText {
  readonly value: string
  /** The issuer cut the value at the field's maximum length. */
  readonly truncated: boolean
}

/** Lengths in characters; equal when the field is of fixed length. */
interface FieldLength {
  readonly min: number
  readonly max: number
}
export type FieldTable = ReadonlyMap<string, FieldLength>

const fixed = (length: number): FieldLength => ({ min: length, max: length })

/** Type B2, result of a virological test: specification 3.2.6, identifiers F0–F6. */
export const testFields: FieldTable = new Map([
  ['F0', { min: 0, max: 60 }], // first names, `/` between
  ['F1', { min: 0, max: 38 }], // family name
  ['F2', fixed(8)], // birth date, DDMMYYYY
  ['F3', fixed(1)], // sex: M, F, U
  ['F4', { min: 3, max: 7 }], // LOINC code of the analysis without its hyphen
  ['F5', fixed(1)], // result: P, N, I, X
  ['F6', fixed(12)], // time of sampling, DDMMYYYYHHMM
])

/** Type L1, vaccination: specification 3.2.6, identifiers L0–LA. */
export const vaccinationFields: FieldTable = new Map([
  ['L0', { min: 0, max: 80 }], // family name
  ['L1', { min: 0, max: 80 }], // first names
  ['L2', fixed(8)], // birth date, DDMMYYYY
  ['L3', { min: 0, max: 30 }], // disease
  ['L4', { min: 5, max: 15 }], // prophylactic agent, ATC code
  ['L5', { min: 5, max: 30 }], // vaccine
  ['L6', { min: 5, max: 30 }], // maker
  ['L7', fixed(1)], // rank of the last dose
  ['L8', fixed(1)], // doses in a complete cycle
  ['L9', fixed(8)], // date of the last dose, DDMMYYYY
  ['LA', fixed(2)], // state of the cycle: TE complete, CO under way
])

/**
 * Takes a message apart.
 *
 * A variable field ends with GS, with RS when it was cut, with nothing when it has exactly its
 * maximum length, and at the end of the message. A GS too many, which some issuers put after a
 * field of fixed or maximum length, is passed over. Fields may come in any order.
 *
 * @param message what stands between header and US
 * @param table the fields of this kind of document; all are required
 */
export const readFields = (message: string, table: FieldTable): Reading<Map<string, FieldText>> => {
  const fields = new Map<string, FieldText>()
  let offset = 0
  while (offset < message.length) {
    const name = message.slice(offset, offset + 2)
    const length = table.get(name)
    if (!length) return refused('TWODDOC_FIELD_UNKNOWN')
    if (fields.has(name)) return refused('TWODDOC_FIELD_REPEATED')
    const value = valueAt(message, offset + 2, length.max)
    if (value.length < length.min) return refused('TWODDOC_FIELD_LENGTH')
    offset += 2 + value.length
    const end = message[offset]
    const truncated = end === truncatedFieldEnd
    if (truncated && length.min === length.max) return refused('TWODDOC_FIELD_LENGTH')
    if (!truncated && end !== fieldEnd && value.length < length.max && end !== undefined) {
      return refused('TWODDOC_FIELD_LENGTH')
    }
    if (truncated || end === fieldEnd) offset += 1
    fields.set(name, { value, truncated })
  }
  const complete = [...table.keys()].every((name) => fields.has(name))
  return complete ? accepted(fields) : refused('TWODDOC_FIELD_MISSING')
}

/**
 * Writes one field, cut and marked so when it is longer than it may be.
 *
 * @throws RangeError when the value is shorter than the field's minimum or longer than a fixed length
 */
export const writeField = (table: FieldTable, name: string, value: string): string => {
  const length = table.get(name)
  if (!length || value.length < length.min) throw new RangeError(`Field ${name} is too short`)
  if (length.min === length.max) {
    if (value.length > length.max) throw new RangeError(`Field ${name} is too long`)
    return name + value
  }
  if (value.length > length.max) return name + value.slice(0, length.max) + truncatedFieldEnd
  return name + value + (value.length < length.max ? fieldEnd : '')
}

const valueAt = (message: string, start: number, lengthMax: number): string => {
  const value = message.slice(start, start + lengthMax)
  const end = value.search(/[\u001d-\u001f]/)
  return end < 0 ? value : value.slice(0, end)
}
