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

/** Digits, and capitals without I, L, O, S and U, which hands and eyes mistake. */
const alphabet = '0123456789ABCDEFGHJKMNPQRTVWXYZ'
const base = alphabet.length
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
  const body = siteId + String(number).padStart(numberLength, '0') + randomCharacters(randomBytes)
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
  const typed = text
    .toUpperCase()
    .replace(/[\s.–-]/g, '')
    .replace(/[ILOSU]/g, likeness)
  const whole = typed.length === bodyLength + 1 - siteLength && siteId ? siteId + typed : typed
  if (whole.length !== bodyLength + 1) return broken('SERIAL_FORM')
  if ([...whole].some((character) => !alphabet.includes(character))) return broken('SERIAL_FORM')
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

const likeness = (character: string): string =>
  character === 'O' ? '0' : character === 'S' ? '5' : character === 'U' ? 'V' : '1'

/** Makes the weighted sum of all 21 characters 0 modulo 31; the check character weighs 1. */
function checkCharacter(body: string): string {
  let sum = 0
  for (let index = 0; index < body.length; index++) {
    sum += (index + 2) * alphabet.indexOf(body.charAt(index))
  }
  return alphabet.charAt((base - (sum % base)) % base)
}

function randomCharacters(randomBytes: (count: number) => Uint8Array): string {
  // Bytes from 248 on are thrown away: 248 is a multiple of 31, so each character is as likely.
  const fair = 256 - (256 % base)
  let text = ''
  for (let round = 0; text.length < randomLength; round++) {
    if (round === 100) throw new Error('The source of randomness returns the same bytes for ever')
    for (const byte of randomBytes(randomLength)) {
      if (byte < fair && text.length < randomLength) text += alphabet.charAt(byte % base)
    }
  }
  return text
}
