/**
 * The serial of a slip: 21 characters that a person can type.
 *
 *     750712184-00042-7KX4QM-C
 *     site      number random check
 *
 * 31 characters, a prime: weighted by position modulo 31, the check character notices every single
 * wrong character and every two exchanged ones.
 */
import { broken, decoded, type Layer } from '@sidep/encoding'
import { type Finess, parseFiness } from '@sidep/identifiers'
import {
  checkCharacter,
  isTypedAlphabet,
  plainTyped,
  randomCharacters,
} from './typed-characters.ts'

const siteLength = 9
const numberLength = 5
const randomLength = 6
const bodyLength = siteLength + numberLength + randomLength
export const slipNumberMax = 10 ** numberLength - 1

export interface SlipSerial {
  /** 21 characters, capitals, without dashes. */
  readonly text: string
  readonly siteId: Finess
  /** 1 … 99,999. */
  readonly number: number
}

export type SlipSerialCode = 'SERIAL_FORM' | 'SERIAL_CHECK' | 'SERIAL_SITE'

/**
 * Makes a serial; 6 random characters (30 bits) keep one serial from telling the next.
 *
 * @param number 1 … 99,999, never used before at this site
 * @throws RangeError for another number
 */
export const makeSlipSerial = (
  siteId: Finess,
  number: number,
  randomBytes: (count: number) => Uint8Array,
): SlipSerial => {
  if (!Number.isSafeInteger(number) || number < 1 || number > slipNumberMax) {
    throw new RangeError('the number of a slip is 1 … 99,999')
  }
  const body =
    siteId +
    String(number).padStart(numberLength, '0') +
    randomCharacters(randomLength, randomBytes)
  return { text: body + checkCharacter(body), siteId, number }
}

/**
 * Reads a serial as typed or scanned: either case, with dashes, spaces or points anywhere; I and L
 * are 1, O is 0, S is 5, U is V.
 *
 * @param text a whole serial, or without its site when `siteId` says which
 * Codes: SERIAL_FORM, SERIAL_CHECK (mistyped), SERIAL_SITE (its first nine characters are no FINESS)
 */
export const parseSlipSerial = (
  text: string,
  siteId?: Finess,
): Layer<SlipSerial, SlipSerialCode> => {
  if (text.length > 60) return broken('SERIAL_FORM')
  const typed = plainTyped(text)
  const whole = typed.length === bodyLength + 1 - siteLength && siteId ? siteId + typed : typed
  if (whole.length !== bodyLength + 1) return broken('SERIAL_FORM')
  if (!isTypedAlphabet(whole)) return broken('SERIAL_FORM')
  const body = whole.slice(0, bodyLength)
  if (checkCharacter(body) !== whole.slice(bodyLength)) return broken('SERIAL_CHECK')
  const number = body.slice(siteLength, siteLength + numberLength)
  if (!/^[0-9]{5}$/.test(number) || Number(number) === 0) return broken('SERIAL_FORM')
  const site = parseFiness(body.slice(0, siteLength))
  if (!site.ok) return broken('SERIAL_SITE')
  return decoded({ text: whole, siteId: site.value, number: Number(number) })
}

/** The serial as it is printed, in four groups. */
export const writeSlipSerial = ({ text }: Pick<SlipSerial, 'text'>): string =>
  [
    text.slice(0, siteLength),
    text.slice(siteLength, siteLength + numberLength),
    text.slice(siteLength + numberLength, bodyLength),
    text.slice(bodyLength),
  ].join('-')
