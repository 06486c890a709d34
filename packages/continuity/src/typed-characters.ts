/**
 * Texts that a person types from paper: 31 characters, a prime, so that one check character, weighted by position
 * modulo 31, notices every single wrong character and every two exchanged ones.
 */

/** Digits, and capitals without I, L, O, S and U, which hands and eyes mistake. */
const typedAlphabet = '0123456789ABCDEFGHJKMNPQRTVWXYZ'
const base = typedAlphabet.length

/** As typed or scanned: either case, dashes, spaces or points anywhere; I and L are 1, O is 0, S is 5, U is V. */
export const plainTyped = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[\s.–-]/g, '')
    .replace(/[ILOSU]/g, likeness)

const likeness = (character: string): string =>
  character === 'O' ? '0' : character === 'S' ? '5' : character === 'U' ? 'V' : '1'

export const isTypedAlphabet = (text: string): boolean =>
  [...text].every((character) => typedAlphabet.includes(character))

/**
 * Makes the weighted sum of all characters 0 modulo 31; the check character weighs 1.
 * @param body at most 29 characters: no two have the same weight then
 */
export const checkCharacter = (body: string): string => {
  let sum = 0
  for (let index = 0; index < body.length; index++) {
    sum += (index + 2) * typedAlphabet.indexOf(body.charAt(index))
  }
  return typedAlphabet.charAt((base - (sum % base)) % base)
}

/** Characters of which each is as likely as any other. */
export const randomCharacters = (
  length: number,
  randomBytes: (count: number) => Uint8Array,
): string => {
  // Bytes from 248 on are thrown away: 248 is a multiple of 31.
  const fair = 256 - (256 % base)
  let text = ''
  for (let round = 0; text.length < length; round++) {
    if (round === 100) throw new Error('The source of randomness returns the same bytes for ever')
    for (const byte of randomBytes(length)) {
      if (byte < fair && text.length < length) text += typedAlphabet.charAt(byte % base)
    }
  }
  return text
}

/** A whole number of so many characters, the largest first. */
export const numberToCharacters = (value: number, length: number): string => {
  let text = ''
  for (let left = value, index = 0; index < length; index++, left = Math.floor(left / base)) {
    text = typedAlphabet.charAt(left % base) + text
  }
  return text
}

export const charactersToNumber = (text: string): number =>
  [...text].reduce((value, character) => value * base + typedAlphabet.indexOf(character), 0)
