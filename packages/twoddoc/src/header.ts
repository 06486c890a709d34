import { dayMilliseconds } from '@sidep/time'
import { accepted, type Reading, refused } from './reading.ts'

/** Who signed what kind of document when; the first 24 (version 03) or 26 (version 04) characters. */
export interface TwoddocHeader {
  readonly version: '03' | '04'
  /** Identifier of the certificate authority, country then two characters, such as `FR03`. */
  readonly caId: string
  /** Identifier of the signer's certificate within its authority, such as `AHP1`. */
  readonly certificateId: string
  /** YYYY-MM-DD, or null when the header says none. */
  readonly emittedOn: string | null
  /** YYYY-MM-DD, or null when the header says none. */
  readonly signedOn: string | null
  readonly type: string
  readonly perimeter: string
  /** ISO 3166-1 alpha-2; version 03 has none. */
  readonly country: string | null
}

// Specification 3.2.6, «En-tête»: version 04 adds the country to version 03.
export const headerLengths: { readonly [version: string]: number } = { '03': 24, '04': 26 }

const shape =
  /^DC(0[34])([A-Z]{2}[A-Z0-9]{2})([A-Z0-9]{4})([0-9A-F]{4})([0-9A-F]{4})([A-Z0-9]{2})([A-Z0-9]{2})([A-Z]{2})?$/

const dayZeroMilliseconds = Date.UTC(2000, 0, 1)
const noDate = 'FFFF'

/**
 * Reads the header of a text that begins with `DC`.
 *
 * @returns the header, or TWODDOC_VERSION, TWODDOC_HEADER
 */
export const readHeader = (text: string): Reading<TwoddocHeader> => {
  const length = headerLengths[text.slice(2, 4)]
  if (length === undefined) {
    return refused(/^DC[0-9]{2}/.test(text) ? 'TWODDOC_VERSION' : 'TWODDOC_HEADER')
  }
  const parts = shape.exec(text.slice(0, length))
  if (!parts || text.length < length) return refused('TWODDOC_HEADER')
  const [, version, caId = '', certificateId = '', emitted = '', signed = ''] = parts
  const [type = '', perimeter = '', country] = parts.slice(6)
  return accepted({
    version: version === '03' ? '03' : '04',
    caId,
    certificateId,
    emittedOn: dateOf(emitted),
    signedOn: dateOf(signed),
    type,
    perimeter,
    country: country ?? null,
  })
}

/**
 * Writes a header of version 04.
 *
 * @param header dates as YYYY-MM-DD, from 2000-01-01 to 2179-06-04, or null for none
 * @throws RangeError when a part does not have its form: configuration is wrong, not input
 */
export const writeHeader = (header: Omit<TwoddocHeader, 'version'>): string => {
  const text = [
    'DC04',
    header.caId,
    header.certificateId,
    hexDaysOf(header.emittedOn),
    hexDaysOf(header.signedOn),
    header.type,
    header.perimeter,
    header.country,
  ].join('')
  if (!shape.test(text) || text.length !== headerLengths['04']) {
    throw new RangeError('A part of the 2D-DOC header does not have its form')
  }
  return text
}

const dateOf = (hexDays: string): string | null =>
  hexDays === noDate
    ? null
    : new Date(dayZeroMilliseconds + Number.parseInt(hexDays, 16) * dayMilliseconds)
        .toISOString()
        .slice(0, 10)

const hexDaysOf = (date: string | null): string => {
  if (date === null) return noDate
  const days = (Date.parse(`${date}T00:00:00Z`) - dayZeroMilliseconds) / dayMilliseconds
  if (!(days >= 0 && days < 0xffff)) throw new RangeError('A 2D-DOC has dates from 2000 to 2179')
  return days.toString(16).toUpperCase().padStart(4, '0')
}
