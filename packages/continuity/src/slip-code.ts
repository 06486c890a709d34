/**
 * The code that opens the result of a slip: what the person keeps, and what nobody else needs.
 *
 *     1E7X-0K3T-9QW2-…   site, 7 characters; secret, 16 (79 bits); check
 *
 * It is in no other code of the sheet and does not follow from the slip's number: whoever checks a slip, types it, or
 * has the register cannot open the result.
 */
import { broken, decoded, type Layer } from '@sidep/encoding'
import { type Finess, finessFromNumber, finessToNumber } from '@sidep/identifiers'
import {
  charactersToNumber,
  checkCharacter,
  isTypedAlphabet,
  numberToCharacters,
  plainTyped,
  randomCharacters,
} from './typed-characters.ts'

const siteLength = 7
const secretLength = 16
const bodyLength = siteLength + secretLength
/** Characters of a code without its dashes. */
export const slipCodeLength = bodyLength + 1
const groupLength = 4

export interface SlipResultCode {
  /** 24 characters, capitals, without dashes. */
  readonly text: string
  readonly siteId: Finess
}

export type SlipResultCodeFault = 'SLIP_CODE_FORM' | 'SLIP_CODE_CHECK' | 'SLIP_CODE_SITE'

/** Makes a code of 79 random bits, which names its site so that it is looked for there alone. */
export const makeSlipCode = (
  siteId: Finess,
  randomBytes: (count: number) => Uint8Array,
): SlipResultCode => {
  const site = numberToCharacters(finessToNumber(siteId), siteLength)
  const body = site + randomCharacters(secretLength, randomBytes)
  return { text: body + checkCharacter(body), siteId }
}

/**
 * Reads a code as typed or scanned: either case, with dashes, spaces or points anywhere; I and L are 1, O is 0,
 * S is 5, U is V.
 *
 * Codes: SLIP_CODE_FORM (none), SLIP_CODE_CHECK (mistyped), SLIP_CODE_SITE (its first characters are no site)
 */
export const parseSlipCode = (text: string): Layer<SlipResultCode, SlipResultCodeFault> => {
  if (text.length > 80) return broken('SLIP_CODE_FORM')
  const typed = plainTyped(text)
  if (typed.length !== slipCodeLength || !isTypedAlphabet(typed)) return broken('SLIP_CODE_FORM')
  const body = typed.slice(0, bodyLength)
  if (checkCharacter(body) !== typed.slice(bodyLength)) return broken('SLIP_CODE_CHECK')
  const siteId = finessFromNumber(charactersToNumber(body.slice(0, siteLength)))
  return siteId === null ? broken('SLIP_CODE_SITE') : decoded({ text: typed, siteId })
}

/** The code as it is printed: six groups of four. */
export const writeSlipCode = ({ text }: Pick<SlipResultCode, 'text'>): string =>
  Array.from({ length: slipCodeLength / groupLength }, (_, group) =>
    text.slice(group * groupLength, (group + 1) * groupLength),
  ).join('-')
