import type { PersonNames } from './person-name.ts'
import { transliterate2dDoc } from './transliteration/transliterate.ts'

/**
 * What two writings of one name have in common: without case, accents, spaces or signs, and with the two letters that
 * a passport writes for one (MUELLER, AAGE) folded into the one that a French register leaves (MULLER, AGE).
 *
 * @example nameKey('Lecœur') === nameKey('LECOEUR'), nameKey('Müller') === nameKey('Mueller')
 */
export const nameKey = (name: string): string =>
  transliterate2dDoc(name)
    .replaceAll(' ', '')
    .replace(/([AOU])E|AA/g, (pair, vowel?: string) => vowel ?? pair.charAt(0))

/** The first word of the first names, by which one person is found who gave all of them here and one there. */
const firstGivenName = (firstNames: string): string =>
  transliterate2dDoc(firstNames).split(' ', 1)[0] ?? ''

export interface ComparedPerson extends PersonNames {
  /** YYYY-MM-DD, YYYY-MM or YYYY. */
  readonly birthDate: string
}

/**
 * The key by which a person is found again: family name, first given name, birth date. The one key of server, grid and
 * form; `isSameName` says whether the other first names agree too.
 */
export const personKey = ({ familyName, firstNames, birthDate }: ComparedPerson): string =>
  [nameKey(familyName), nameKey(firstGivenName(firstNames)), birthDate].join('|')

/**
 * How far two people are one: `same` when all their names and the birth date are the same however written, `alike` when
 * only the first given name is (second first names left out on one paper).
 */
export const comparePersons = (
  a: ComparedPerson,
  b: ComparedPerson,
): 'same' | 'alike' | 'different' => {
  if (personKey(a) !== personKey(b)) return 'different'
  return nameKey(a.firstNames) === nameKey(b.firstNames) ? 'same' : 'alike'
}
