/**
 * Latin letters that are no A–Z with a mark on top: those of ICAO Doc 9303-3 (8th edition), §6.A,
 * and, beyond it, the letters of West African alphabets that French registers meet.
 * Keys are capitals.
 */
const latinLetters: ReadonlyMap<string, string> = new Map([
  ['Æ', 'AE'],
  ['Œ', 'OE'],
  ['ẞ', 'SS'],
  ['Þ', 'TH'],
  ['Ĳ', 'IJ'],
  ['Ð', 'D'],
  ['Đ', 'D'],
  ['Ħ', 'H'],
  ['Ł', 'L'],
  ['Ŀ', 'L'],
  ['Ŋ', 'N'],
  ['Ŧ', 'T'],
  ['ĸ', 'Q'],
  ['Ə', 'E'],
  ['Ɛ', 'E'],
  ['Ǝ', 'E'],
  ['Ɔ', 'O'],
  ['Ɵ', 'O'],
  ['Ɓ', 'B'],
  ['Ɗ', 'D'],
  ['Ɖ', 'D'],
  ['Ɠ', 'G'],
  ['Ɨ', 'I'],
  ['Ɩ', 'I'],
  ['Ƙ', 'K'],
  ['Ɲ', 'N'],
  ['Ʋ', 'V'],
  ['Ƴ', 'Y'],
  ['Ƶ', 'Z'],
])

const diaeresis = '\u0308'
const ring = '\u030a'

/**
 * Letters that ICAO writes with two. It permits the plain letter too (`AE or A`); the first form is
 * taken, which is what German, Finnish and Swedish passports carry.
 */
const icaoPairs: ReadonlyMap<string, string> = new Map([
  [`A${diaeresis}`, 'AE'],
  [`O${diaeresis}`, 'OE'],
  [`U${diaeresis}`, 'UE'],
  [`A${ring}`, 'AA'],
  ['Ø', 'OE'],
])

/** French registers drop the mark and keep the letter. */
const plainPairs: ReadonlyMap<string, string> = new Map([['Ø', 'O']])

/** `icao` writes Ä as AE, `plain` as A. */
export type LatinStyle = 'icao' | 'plain'

/**
 * A–Z for one Latin letter.
 *
 * @param base a capital, without its marks
 * @param marks its combining marks in canonical order
 * @returns one or two of A–Z, or undefined for a letter of no table
 */
export const latinToBasic = (
  base: string,
  marks: string,
  style: LatinStyle,
): string | undefined => {
  const pairs = style === 'icao' ? icaoPairs : plainPairs
  for (const mark of ['', ...marks]) {
    const pair = pairs.get(base + mark)
    if (pair) return pair
  }
  return /^[A-Z]$/.test(base) ? base : latinLetters.get(base)
}
