import { luhnSum } from './luhn.ts'
import { accepted, type Identifier, type Parsed, refused } from './parsed.ts'

/** Number of a site in the national file of health establishments (FINESS): 9 characters. */
export type Finess = Identifier<'Finess'>
export type FinessCode = 'FINESS_FORMAT' | 'FINESS_CHECK'

// Corsican numbers begin with 2A or 2B; in the check A counts as 1 and B as 2, as in the numbers
// of the hospitals of Ajaccio (2A0000014) and Bastia (2B0000020).
const digitOf = (character: string): number =>
  character === 'A' ? 1 : character === 'B' ? 2 : Number(character)

/**
 * Reads a FINESS number.
 *
 * @param text two characters for the département (`01`–`98`, `2A`, `2B`), six digits, a Luhn check digit
 * @returns the number in capitals, or FINESS_FORMAT, or FINESS_CHECK when its last digit is wrong
 * @example parseFiness('750712184') // { ok: true, value: '750712184' }
 */
export const parseFiness = (text: string): Parsed<Finess, FinessCode> => {
  const finess = text.toUpperCase()
  if (!/^(?:[0-9]{2}|2[AB])[0-9]{7}$/.test(finess)) return refused('FINESS_FORMAT')
  if (luhnSum([...finess].map(digitOf), 10) !== 0) return refused('FINESS_CHECK')
  return accepted(finess as Finess)
}
