import { luhnSum } from './luhn.ts'
import { accepted, type Parsed, refused } from './parsed.ts'

/** A unique vaccination, test or recovery certificate identifier, taken apart. */
export interface Uvci {
  /** As written, prefix and check character included. */
  readonly text: string
  /** Version of the scheme, `01`. */
  readonly version: string
  /** ISO 3166-1 alpha-2 code, or the name of an international organisation. */
  readonly country: string
  /** What the issuer put after the country, without the check character. */
  readonly opaque: string
  /** Whether the check character agrees; absent when there is none. Real certificates have it wrong. */
  readonly checkCharacter: 'right' | 'wrong' | 'absent'
}
export type UvciCode = 'UVCI_TOO_LONG' | 'UVCI_FORMAT'

export const uvciLengthMax = 80 // DCC schema 1.3, `ci`
const prefix = 'URN:UVCI:'
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:'
const characterValues = new Map([...alphabet].map((character, value) => [character, value]))
const opaqueAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const opaqueLength = 12

// `01:FR:…` as the guidelines write it, `01DE/…` and `01BE…` as some issuers do.
const shape =
  /^(?:URN:UVCI:)?(?<version>[0-9]{2})(?::(?<country>[A-Z]{2,10})(?=[:/])|(?<code>[A-Z]{2}))(?<opaque>[A-Z0-9/:#]*)$/

/**
 * Reads the identifier of a DCC as issuers really write it: in either case, with or without the
 * prefix `URN:UVCI:`, with or without a check character, right or wrong.
 *
 * @param text at most 80 characters
 * @returns its parts, or UVCI_TOO_LONG, or UVCI_FORMAT
 * @see eHealth Network, «Guidelines on verifiable vaccination certificates», annex 2
 */
export const parseUvci = (text: string): Parsed<Uvci, UvciCode> => {
  if (text.length > uvciLengthMax) return refused('UVCI_TOO_LONG')
  const upper = text.toUpperCase()
  const parts = shape.exec(upper)?.groups
  if (!parts) return refused('UVCI_FORMAT')
  const { version = '' } = parts
  const country = parts.country ?? parts.code ?? ''
  const rest = (parts.opaque ?? '').replace(/^[:/]/, '')
  // `#` may be the check character itself only by an issuer's mistake: the last but one separates.
  const separator = rest.length >= 2 && rest.at(-2) === '#' ? rest.length - 2 : -1
  const opaque = separator < 0 ? rest : rest.slice(0, separator)
  if (opaque === '' || opaque.includes('#')) return refused('UVCI_FORMAT')
  const expected = uvciCheckCharacter(separator < 0 ? upper : upper.slice(0, -2))
  const checkCharacter = separator < 0 ? 'absent' : expected === upper.at(-1) ? 'right' : 'wrong'
  return accepted({ text, version, country, opaque, checkCharacter })
}

/**
 * The check character of an identifier: Luhn mod 38 over `A–Z0–9/:`, the prefix included.
 *
 * @param text everything before `#`; letters count as capitals
 * @returns one character, or undefined when `text` holds a character outside the alphabet
 * @example uvciCheckCharacter('URN:UVCI:01:FR:8KM9E7E39X2X') // '6'
 */
export const uvciCheckCharacter = (text: string): string | undefined => {
  const values: number[] = []
  for (const character of text.toUpperCase()) {
    const value = characterValues.get(character)
    if (value === undefined) return undefined
    values.push(value)
  }
  values.push(0)
  const sum = luhnSum(values, alphabet.length)
  return alphabet[(alphabet.length - sum) % alphabet.length]
}

/**
 * Makes a new identifier: 12 random characters of A–Z0–9 (62 bits) and the check character.
 *
 * @param country issuing country
 * @param randomBytes source of randomness, returns as many bytes as asked
 * @returns such as `URN:UVCI:01:FR:8KM9E7E39X2X#6`
 */
export const makeUvci = (country: 'FR', randomBytes: (count: number) => Uint8Array): string => {
  const body = `${prefix}01:${country}:${randomCharacters(opaqueLength, randomBytes)}`
  return `${body}#${uvciCheckCharacter(body)}`
}

const randomCharacters = (count: number, randomBytes: (count: number) => Uint8Array): string => {
  // Bytes from 252 on are thrown away: 252 is the last multiple of 36, so each character is as likely.
  const fair = 256 - (256 % opaqueAlphabet.length)
  let text = ''
  for (let round = 0; text.length < count; round++) {
    if (round === 100) throw new Error('The source of randomness returns the same bytes for ever')
    for (const byte of randomBytes(count)) {
      if (byte < fair && text.length < count) text += opaqueAlphabet[byte % opaqueAlphabet.length]
    }
  }
  return text
}
