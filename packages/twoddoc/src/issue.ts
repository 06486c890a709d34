import { encodeBase32, utf8Bytes } from '@sidep/encoding'
import { dateWithNoughts, isPartialDate, transliterate2dDoc } from '@sidep/identifiers'
import type { TestResult } from './documents.ts'
import { testFields, writeField } from './fields.ts'
import { writeHeader } from './header.ts'
import { toParisDate, toParisMinute } from './paris-time.ts'
import { messageEnd } from './reading.ts'

export interface TestTo2dDoc {
  /** Certificate authority of the signer, four characters, such as `FR03`. */
  readonly caId: string
  /** The signer's certificate, four characters. */
  readonly certificateId: string
  readonly issuedAt: Date
  readonly person: {
    /** As `parsePersonNames` returns them, a space between first names; empty for somebody of one name. */
    readonly firstNames: string
    readonly familyName: string
    /** YYYY-MM-DD; YYYY-MM or YYYY where no more is known: the rest is written 00. */
    readonly birthDate: string
    readonly sex: 'M' | 'F' | 'U'
  }
  /** LOINC code of the analysis, with or without its hyphen: `94558-4` or `945584`. */
  readonly loinc: string
  readonly result: TestResult
  /** Written to the minute, in French local time. */
  readonly sampledAt: Date
}

/**
 * Makes a signed 2D-DOC of a test: version 04, type B2, perimeter 01, country FR.
 *
 * @param test parsed values; names are transliterated, and cut with a mark where they are too long
 * @param sign ECDSA P-256 with SHA-256 over the bytes given, returns r‖s (64 bytes)
 * @returns the text for a DataMatrix ECC 200, with GS, RS and US as they are (at most about 290 characters)
 * @throws RangeError when a value does not have its form; input has been parsed before
 * @see ANTS, «Spécifications techniques des codes à barres 2D-DOC», version 3.2.6
 */
export const issue2dDocB2 = async (
  test: TestTo2dDoc,
  sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>,
): Promise<string> => {
  const issuedOn = toParisDate(test.issuedAt)
  const header = writeHeader({
    caId: test.caId,
    certificateId: test.certificateId,
    emittedOn: issuedOn,
    signedOn: issuedOn,
    type: 'B2',
    perimeter: '01',
    country: 'FR',
  })
  const text = header + message(test)
  const signature = await sign(utf8Bytes(text))
  if (signature.length !== 64) throw new RangeError('A 2D-DOC signature has 64 bytes')
  return text + messageEnd + encodeBase32(signature)
}

const message = ({ person, loinc, result, sampledAt }: TestTo2dDoc): string => {
  const analysis = loinc.replaceAll('-', '')
  if (!/^[0-9]{3,7}$/.test(analysis)) throw new RangeError('The LOINC code does not have its form')
  if (!isPartialDate(person.birthDate)) throw new RangeError('The birth date is no calendar date')
  const values: readonly (readonly [name: string, value: string])[] = [
    ['F0', firstNames2dDoc(person.firstNames)],
    ['F1', transliterate2dDoc(person.familyName)],
    ['F2', dateWithNoughts(person.birthDate).replace(/^(....)-(..)-(..)$/, '$3$2$1')],
    ['F3', person.sex],
    ['F4', analysis],
    ['F5', result],
    ['F6', toParisMinute(sampledAt)],
  ]
  return values.map(([name, value]) => writeField(testFields, name, value)).join('')
}

/** Each first name transliterated, `/` between: `Jean-Pierre Zoé` is `JEAN PIERRE/ZOE`. */
const firstNames2dDoc = (firstNames: string): string =>
  firstNames
    .split(/[\s,]+/)
    .map(transliterate2dDoc)
    .filter((name) => name !== '')
    .join('/')
