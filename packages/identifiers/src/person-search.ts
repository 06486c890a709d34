/** Finding somebody by what a person at a counter types: a name or two, the beginning of one, a birth date. */
import { isCalendarDate } from './dates.ts'
import { type ComparedPerson, nameKey } from './name-key.ts'

interface Sought {
  /** Whole names and their words, without accents, case and signs. */
  readonly names: readonly string[]
  /** `03041980`, and `19800403`. */
  readonly dates: readonly string[]
}

const wordsOf = (name: string): string[] => name.split(/[\s'’-]+/u).map(nameKey)

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '')

/** A list is searched at each letter, and its people stay the same. */
const known = new WeakMap<ComparedPerson, Sought>()

const soughtOf = (person: ComparedPerson): Sought => {
  const cached = known.get(person)
  if (cached !== undefined) return cached
  const { familyName, firstNames, birthDate } = person
  const dayFirst = birthDate.split('-').reverse().join('')
  const sought = {
    names: [
      nameKey(familyName),
      nameKey(firstNames),
      ...wordsOf(familyName),
      ...wordsOf(firstNames),
    ],
    dates: [dayFirst, digitsOf(birthDate)],
  }
  known.set(person, sought)
  return sought
}

/** The digits that were typed, a day or a month of one with its nought; the last may be followed by more, or be whole. */
const digitsTyped = (typed: string): readonly string[] => {
  const groups = typed.match(/\d+/g) ?? []
  const whole = groups.map((group) => group.padStart(2, '0')).join('')
  const begun = groups.slice(0, -1).map((group) => group.padStart(2, '0'))
  return [
    ...new Set([[...begun, groups.at(-1) ?? ''].join(''), groups.length > 1 ? whole : '']),
  ].filter((digits) => digits !== '')
}

/** What was typed, as words of names and the digits of a date: a date may be written with blanks, and without noughts. */
const parted = (
  typed: string,
): { readonly words: readonly string[]; readonly digits: readonly string[] } => ({
  digits: digitsTyped(typed),
  words: typed
    .split(/[\s'’,.-]+/u)
    .map(nameKey)
    .filter((word) => word !== ''),
})

/**
 * Whether somebody is meant by what was typed: each word begins one of their names, each number their birth date (day
 * first, or year first).
 *
 * @returns null when nothing was typed that could be looked for
 */
export const personMatcher = (typed: string): ((person: ComparedPerson) => boolean) | null => {
  const { digits, words } = parted(typed)
  if (digits.length === 0 && words.length === 0) return null
  return (person) => {
    const { names, dates } = soughtOf(person)
    return (
      words.every((word) => names.some((name) => name.startsWith(word))) &&
      (digits.length === 0 || dates.some((date) => digits.some((begun) => date.startsWith(begun))))
    )
  }
}

/** Names of more words are cut: nobody types them all to find somebody. */
const wordsMax = 8

const dateOf = (digits: string): string | undefined => {
  if (digits.length !== 8) return undefined
  const dayFirst = `${digits.slice(4)}-${digits.slice(2, 4)}-${digits.slice(0, 2)}`
  const yearFirst = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
  return [dayFirst, yearFirst].find(isCalendarDate)
}

/**
 * Everybody who may be meant by whole names and a whole birth date, in whichever order the names were typed: what people
 * are looked up by where only hashes of all of it are kept (`personKey`).
 *
 * @example personsMeant('Camille Dupont 03/04/1980') // Camille DUPONT, and a Dupont CAMILLE
 * @returns none where a name or a part of the date is missing
 */
export const personsMeant = (typed: string): readonly ComparedPerson[] => {
  const { digits, words: all } = parted(typed)
  const birthDate = digits.map(dateOf).find((date) => date !== undefined)
  const words = all.slice(0, wordsMax)
  if (birthDate === undefined || words.length === 0) return []
  const meant = (familyName: readonly string[], firstName: string): ComparedPerson => ({
    familyName: familyName.join(' '),
    firstNames: firstName,
    birthDate,
  })
  return [
    // People of one name have no first name.
    meant(words, ''),
    ...words.slice(1).map((word, index) => meant(words.slice(0, index + 1), word)),
    ...words.slice(1).map((_, index) => meant(words.slice(index + 1), words[0] ?? '')),
  ]
}
