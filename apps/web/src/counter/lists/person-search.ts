/** Finding somebody in a list by what a person at a counter types: a name or two, the beginning of one, a birth date. */
import { nameKey } from '@sidep/identifiers'
import { dayFirst } from '../../shared/typing/dates.ts'
import type { Row } from './rows.ts'

interface Sought {
  /** Whole names and their words, without accents, case and signs. */
  readonly names: readonly string[]
  /** `03041980`, and `19800403`. */
  readonly dates: readonly string[]
}

const wordsOf = (name: string): string[] => name.split(/[\s'’-]+/u).map(nameKey)

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '')

/** A list is searched at each letter, and its people stay the same. */
const known = new WeakMap<Row['person'], Sought>()

const soughtOf = (person: Row['person']): Sought => {
  const cached = known.get(person)
  if (cached !== undefined) return cached
  const { familyName, firstNames, birthDate } = person
  const sought = {
    names: [
      nameKey(familyName),
      nameKey(firstNames),
      ...wordsOf(familyName),
      ...wordsOf(firstNames),
    ],
    dates: [digitsOf(dayFirst(birthDate)), digitsOf(birthDate)],
  }
  known.set(person, sought)
  return sought
}

/**
 * Whether somebody is meant by what was typed: each word begins one of their names, each number their birth date (day
 * first, or year first).
 *
 * @returns null when nothing was typed that could be looked for
 */
export const personMatcher = (typed: string): ((person: Row['person']) => boolean) | null => {
  // A date may be written with blanks; between names a blank parts two words.
  const numbers = digitsOf(typed)
  const words = typed
    .split(/[\s'’,.-]+/u)
    .map(nameKey)
    .filter((word) => word !== '')
  if (numbers === '' && words.length === 0) return null
  return (person) => {
    const { names, dates } = soughtOf(person)
    return (
      words.every((word) => names.some((name) => name.startsWith(word))) &&
      dates.some((date) => date.startsWith(numbers))
    )
  }
}

/** Which of a day's results are shown. */
export const rowFilters = ['all', 'negative', 'positive', 'inconclusive', 'to-send'] as const
export type RowFilter = (typeof rowFilters)[number]

export const isShownBy = ({ state, result }: Pick<Row, 'state' | 'result'>, filter: RowFilter) =>
  filter === 'all' || (filter === 'to-send' ? state !== 'final' : result === filter)
