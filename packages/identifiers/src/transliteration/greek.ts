/**
 * Modern Greek by ISO 843:1997 type 2, the same as ELOT 743, which Greek passports use. ICAO
 * Doc 9303 has no Greek table; the DCC guidelines leave it to the national practice.
 */
const letters: ReadonlyMap<string, string> = new Map([
  ['Α', 'A'],
  ['Β', 'V'],
  ['Γ', 'G'],
  ['Δ', 'D'],
  ['Ε', 'E'],
  ['Ζ', 'Z'],
  ['Η', 'I'],
  ['Θ', 'TH'],
  ['Ι', 'I'],
  ['Κ', 'K'],
  ['Λ', 'L'],
  ['Μ', 'M'],
  ['Ν', 'N'],
  ['Ξ', 'X'],
  ['Ο', 'O'],
  ['Π', 'P'],
  ['Ρ', 'R'],
  ['Σ', 'S'],
  ['Τ', 'T'],
  ['Υ', 'Y'],
  ['Φ', 'F'],
  ['Χ', 'CH'],
  ['Ψ', 'PS'],
  ['Ω', 'O'],
])

const acute = '\u0301'
const diaeresis = '\u0308'
const voiceless = /[ΘΚΞΠΣΤΦΧΨ]/

/** A Greek capital and its combining marks. */
export interface GreekLetter {
  readonly base: string
  readonly marks: string
}

export const isGreek = (base: string): boolean => letters.has(base)

/**
 * A–Z for one Greek word; pairs of letters sound together, so a letter alone is not enough.
 *
 * @param word capitals with their marks, all of the alphabet (`isGreek`)
 * @returns such as `EFSTRATIOU` for Ευστρατίου
 */
export const greekToBasic = (word: readonly GreekLetter[]): string => {
  let text = ''
  for (let index = 0; index < word.length; ) {
    const pair = pairAt(word, index)
    text += pair ?? letters.get(word[index]?.base ?? '') ?? ''
    index += pair === undefined ? 1 : 2
  }
  return text
}

const pairAt = (word: readonly GreekLetter[], index: number): string | undefined => {
  const first = word[index]
  const second = word[index + 1]
  if (!first || !second) return undefined
  const atEdge = index === 0 || index + 2 === word.length
  switch (first.base + second.base) {
    case 'ΓΓ':
      return 'NG'
    case 'ΓΞ':
      return 'NX'
    case 'ΓΧ':
      return 'NCH'
    case 'ΜΠ':
      return atEdge ? 'B' : 'MP'
    case 'ΟΥ':
      return isSplit(first, second) ? undefined : 'OU'
    case 'ΑΥ':
    case 'ΕΥ':
    case 'ΗΥ': {
      if (isSplit(first, second)) return undefined
      const next = word[index + 2]?.base
      return (letters.get(first.base) ?? '') + (!next || voiceless.test(next) ? 'F' : 'V')
    }
    default:
      return undefined
  }
}

// A diaeresis on the second or an accent on the first says that each is spoken for itself.
const isSplit = (first: GreekLetter, second: GreekLetter): boolean =>
  second.marks.includes(diaeresis) || first.marks.includes(acute)
