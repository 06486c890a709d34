import { cleanText } from './clean-text.ts'
import { accepted, type Identifier, type Parsed, refused } from './parsed.ts'

/** Social security number with its key, 15 characters: the matricule of an INS. */
export type Nir = Identifier<'Nir'>
export type NirCode = 'NIR_FORMAT' | 'NIR_MONTH' | 'NIR_PLACE' | 'NIR_KEY'

// Sex or status (1, 2; 3, 4 for numbers awaiting registration; 7, 8 provisional), year, month,
// place of birth (département and commune, 2A and 2B in Corsica), order in the register, key.
const shape =
  /^(?<status>[123478])(?<year>[0-9]{2})(?<month>[0-9]{2})(?<place>(?:[0-9]{2}|2[AB])[0-9]{3})(?<order>[0-9]{3})(?<key>[0-9]{2})$/

const typedLengthMax = 60 // with spaces, and what nobody sees

/**
 * Reads a social security number with its key (NIR, or NIA while a person's registration waits).
 *
 * @param text 15 characters; spaces between groups, as on the card, are left out
 * @returns the 15 characters without spaces, or NIR_FORMAT, NIR_MONTH, NIR_PLACE, or NIR_KEY
 * @see INSEE, structure of the NIR (décret n° 82-103 of 22 January 1982, art. 4)
 * @example parseNir('2 55 08 14 168 025 38') // { ok: true, value: '255081416802538' }
 */
export const parseNir = (text: string): Parsed<Nir, NirCode> => {
  if (text.length > typedLengthMax) return refused('NIR_FORMAT')
  const nir = cleanText(text).replaceAll(' ', '').toUpperCase()
  const parts = shape.exec(nir)?.groups
  if (!parts) return refused('NIR_FORMAT')
  if (!isMonth(Number(parts.month))) return refused('NIR_MONTH')
  if (!isPlace(parts.place ?? '') || parts.order === '000') return refused('NIR_PLACE')
  if (nirKey(nir.slice(0, 13)) !== parts.key) return refused('NIR_KEY')
  return accepted(nir as Nir)
}

/**
 * The key of a social security number: 97 − (number mod 97).
 *
 * @param number the first 13 characters; in Corsica 2A counts as 19 and 2B as 18
 * @returns two digits, 01–97
 */
export const nirKey = (number: string): string => {
  // 13 digits are below 2^53: plain numbers are exact.
  const value = Number(number.replace('2A', '19').replace('2B', '18'))
  return String(97 - (value % 97)).padStart(2, '0')
}

// 1–12; 20 unknown; 21–42 and 50–99 when the civil register is incomplete or its months are full.
const isMonth = (month: number): boolean =>
  (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50

const isPlace = (place: string): boolean => {
  const overseas = /^9[78]/.test(place)
  const commune = overseas ? place.slice(3) : place.slice(2)
  return !place.startsWith('00') && /[1-9]/.test(commune)
}
