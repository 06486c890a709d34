/** Given names as words, however somebody has put them together or in which order. */
import { type ComparedPerson, nameKey } from './name-key.ts'
import { transliterate2dDoc } from './transliteration/transliterate.ts'

/**
 * Names that compound names of French registers are made of (INSEE, fichier des prénoms): JEANPIERRE is written by who
 * leaves the hyphen out, and is two of these.
 */
const parts = new Set(
  `Agnès Alain Alice Amélie André Ange Ann Anna Anne Antoine Antoinette Baptiste Béatrice Bernadette Bernard Catherine
  Cécile Charles Charlotte Christian Christine Christophe Claire Claude Daniel David Denis Dominique Édouard Élisabeth
  Élise Émile Emma Emmanuel Emmanuelle Étienne Eudes Ève Flore France François Françoise Frédéric Gabriel Georges Guy
  Hélène Henri Hugues Jacques Jean Jeanne José Joseph Laure Lili Line Lise Lou Louis Louise Loup Luc Madeleine Marc Marie
  Maurice Michel Noël Noëlle Odile Olivier Pascal Paul Paule Philippe Pierre Reine Rémi René Robert Roger Rose Sébastien
  Simon Sophie Thérèse Victor Xavier Yves`
    .split(/\s+/)
    .map(nameKey),
)

/** The two names that one word is written from without a hyphen; the word itself when it is not. */
const parted = (word: string): readonly string[] => {
  if (parts.has(word)) return [word]
  for (let cut = 2; cut < word.length - 1; cut += 1) {
    const [first, second] = [word.slice(0, cut), word.slice(cut)]
    if (parts.has(first) && parts.has(second)) return [first, second]
  }
  return [word]
}

/**
 * The keys of all given names, in alphabetical order: who writes the second one first, hyphens or none, has the same.
 *
 * @example givenNameKeys('Jean-Pierre Noël') // ['JEAN', 'NOL', 'PIERRE'], as givenNameKeys('NOEL JEANPIERRE')
 * @returns none for somebody of one name
 */
export const givenNameKeys = (firstNames: string): readonly string[] => {
  const words = transliterate2dDoc(firstNames)
    // A single letter belongs to the word after it: M'HAMED, D JAMILA.
    .replace(/\b(\p{L}) (?=\p{L}{2})/gu, '$1')
    .split(' ')
    .map(nameKey)
    .filter((word) => word !== '')
  return words.flatMap(parted).sort()
}

/**
 * The key by which a person is counted once, however their names are written: family name, all given names in any order,
 * birth date. Finer than `personKey`, by which somebody is looked for: twins share the first of their given names.
 */
export const identityKey = ({ familyName, firstNames, birthDate }: ComparedPerson): string =>
  [nameKey(familyName), givenNameKeys(firstNames).join(' '), birthDate].join('|')
