/** Titles of columns, as the template, people and programs write them. */
import { cleanText, parseNir } from '@sidep/identifiers'
import { type Column, columns } from './columns.ts'

/** What a column of a file may hold: a column of the grid, or the matricule of an INS, which stands beside the identity. */
export type Taken = Column | 'ins'

/** The matricule's, where a file is written that has one. */
export const insHeader = 'Matricule INS'

/** The first line of a file; French, as the people who fill it in. */
export const headers: Readonly<Record<Column, string>> = {
  slip: 'Numéro de fiche',
  familyName: 'Nom de naissance',
  firstNames: 'Prénoms',
  birthDate: 'Date de naissance',
  sex: 'Sexe',
  contact: 'Téléphone ou e-mail',
  device: 'Test utilisé',
  sampledDay: 'Date du prélèvement',
  sampledTime: 'Heure du prélèvement',
  result: 'Résultat',
}

/**
 * Other words, compared without case, accents, signs or hints. `sure` says what the column is; `vague` is taken only
 * where no surer title is: «Nom» beside «Nom de naissance» is another name.
 */
const others: Readonly<Record<Column, { readonly sure: string; readonly vague: string }>> = {
  slip: {
    sure: 'n de fiche, no de fiche, n fiche, no fiche, numero fiche, fiche n, fiche no, fiche numero, fiche, slip number, slip',
    vague: 'numero, no, n, serie, serial',
  },
  familyName: {
    sure: 'nom naissance, nom de jeune fille, nom a la naissance, name at birth, birth name',
    vague: 'nom, nom de famille, nom patronymique, family name, last name, surname',
  },
  firstNames: {
    sure: 'prenom s, prenoms de naissance, prenom de naissance, first names, given names',
    vague: 'prenom, premier prenom, 1er prenom, prenom 1, first name, given name',
  },
  birthDate: {
    sure: 'ne le, nee le, ne e le, date naissance, date de naiss, date naiss, birth date, date of birth, born on',
    vague: 'naissance, d naissance, d de naissance, ddn, born, dob',
  },
  sex: { sure: 'sex', vague: 'genre, civilite, gender' },
  contact: {
    sure:
      'telephone e mail, telephone, tel, telephone 1, telephone 2, tel 1, tel 2, telephone fixe, tel fixe, fixe, tel portable, telephone portable, tel mobile, telephone mobile, ' +
      'numero de telephone, n de telephone, no de telephone, num tel, n tel, portable, mobile, gsm, e mail, email, mail, ' +
      'courriel, adresse e mail, adresse mail, adresse email, adresse electronique, phone, phone number, phone or e mail',
    vague: 'contact',
  },
  device: {
    sure: 'nom du test, test antigenique utilise, dispositif, device, test used, device used',
    vague: 'test, tag, kit, nom du kit, marque du test, marque, reference du test',
  },
  sampledDay: {
    sure:
      'preleve le, date prelevement, date de prelevement, date du test, date de test, jour du prelevement, ' +
      'date et heure du prelevement, date et heure de prelevement, date heure prelevement, date prelevement heure, ' +
      'sampled on, sampling date, date of sampling',
    vague:
      'date, jour, day, date et heure, date heure, date et heure du test, date et heure de test, horodatage',
  },
  sampledTime: {
    sure: 'preleve a, heure prelevement, heure de prelevement, heure du test, heure de test, sampled at, sampling time',
    vague: 'heure, time',
  },
  result: {
    sure: 'resultat du test, resultat test, resultat de test, resultat antigenique, resultat tag, resultat trod, resultat antigene, result, test result',
    vague: 'res',
  },
}

/**
 * A social security number alone (NIR) may be that of somebody by whom the person is insured: it is none of these.
 * «Matricule» may be an employer's, and is taken where some of it are INS.
 */
const insTitles =
  'ins, ins nir, ins matricule, matricule de l ins, matricule ins nir, n ins, no ins, numero ins, num ins, ' +
  'identifiant national de sante, identite nationale de sante, ins number'

const plain = (text: string): string =>
  cleanText(text)
    // As programs write them: `lastName`.
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()

interface Known {
  readonly column: Taken
  readonly isSure: boolean
}

const known: ReadonlyMap<string, Known> = new Map<string, Known>([
  ...[plain(insHeader), ...insTitles.split(', ')].map(
    (title) => [title, { column: 'ins', isSure: true }] as const,
  ),
  ['matricule', { column: 'ins', isSure: false }] as const,
  ...columns.flatMap((column): (readonly [string, Known])[] => [
    ...others[column].vague.split(', ').map((title) => [title, { column, isSure: false }] as const),
    ...others[column].sure.split(', ').map((title) => [title, { column, isSure: true }] as const),
    [plain(headers[column]), { column, isSure: true }] as const,
  ]),
])

/** What is longer is none, and stays one that is none. */
const insCharactersMax = 40

/** Longer ones are no titles. */
const titleCharactersMax = 80

/** «Nom du patient», «Patient - Nom»: a list of tests has nobody else's. */
const withoutWhose = (title: string): string =>
  title
    .replace(
      / (?:(?:du|de la|de l) )?(?:patiente?|usager|client|personne(?: testee| depistee)?)$/,
      '',
    )
    .replace(/^(?:patiente?|usager|client|personne(?: testee| depistee)?) /, '')

/** Which column a title names; a hint in brackets or behind a colon, `(JJ/MM/AAAA)`, is no part of it. */
const knownTitle = (title: string): Known | undefined => {
  if (title.length > titleCharactersMax) return undefined
  // «Né(e) le (JJ/MM/AAAA)»: a bracket within a word is part of it, one behind a blank, or failing that any, is a hint.
  const readings = [
    title,
    title.split(/\s[([]|[:*]/, 1)[0] ?? '',
    title.split(/[([:*]/, 1)[0] ?? '',
  ]
  const plainly = readings.map(plain)
  return [...plainly, ...plainly.map(withoutWhose)]
    .map((reading) => known.get(reading))
    .find((found) => found !== undefined)
}

/** How many titles are known in a text, whatever stands between them. */
export const titlesIn = (text: string): number =>
  text
    .slice(0, 4_000)
    .split(/\r\n|\r|\n/, headLinesMax)
    .flatMap((line) => line.split(/[;,\t]/))
    .filter((cell) => knownTitle(cell.replaceAll('"', '')) !== undefined).length

/** A title line and notes may stand above the titles. */
const headLinesMax = 15

export interface Head {
  /** Which line has the titles. */
  readonly index: number
  /** What a column of the file is taken into, by its place. */
  readonly places: readonly (Taken | undefined)[]
  /** Titles that nothing is taken from. */
  readonly ignored: readonly string[]
}

/** Numbers from one up are a count of lines, not of slips. */
const isLineCounter = (values: readonly string[]): boolean =>
  values.every((value) => /^\d{0,5}[.)]?$/.test(value.trim()))

const placesOf = (
  titles: readonly string[],
  valuesAt: (place: number) => readonly string[],
): (Taken | undefined)[] => {
  const named = titles.map(knownTitle)
  const sure = new Set(named.flatMap((title) => (title?.isSure === true ? [title.column] : [])))
  return named.map((title, place) => {
    if (title === undefined) return undefined
    const { column, isSure } = title
    if (isSure) return column
    if (sure.has(column)) return undefined
    if (column === 'slip' && isLineCounter(valuesAt(place))) return undefined
    if (column === 'ins' && !valuesAt(place).some((value) => parseNir(value).ok)) return undefined
    return column
  })
}

/** How many columns a line's cells name. */
export const columnsNamed = (line: readonly string[]): number =>
  new Set(line.flatMap((cell) => knownTitle(cell)?.column ?? [])).size

/**
 * Finds the line of titles: the one among the first that has most of them, and more than words by chance.
 *
 * @param titlesMin how many columns must be named
 */
export const findHead = (
  lines: readonly (readonly string[])[],
  titlesMin: number,
): Head | undefined => {
  const counts = lines.slice(0, headLinesMax).map(columnsNamed)
  const most = Math.max(0, ...counts)
  if (most < titlesMin) return undefined
  const index = counts.indexOf(most)
  const titles = lines[index] ?? []
  // A total or a note below says nothing of what a column holds.
  const body = lines
    .slice(index + 1)
    .filter((line) => line.filter((cell) => cell.trim() !== '').length > 1)
  const places = placesOf(titles, (place) => body.map((line) => line[place] ?? ''))
  const ignored = titles.filter(
    (title, place) => title.trim() !== '' && places[place] === undefined,
  )
  return { index, places, ignored }
}

/**
 * One cell of what the file has in one column or in several. Two that say different things are both kept, next to each
 * other: phone and e-mail go together, anything else is then a fault that a person settles. An empty one says nothing.
 */
export const joinedCell = (column: Taken, texts: readonly string[]): string => {
  const said = [...new Set(texts.filter((text) => text !== ''))]
  return said.join(column === 'contact' ? ' ; ' : ' / ')
}

/** The matricule that cells hold; undefined where they say that there is none: `-`, `néant`. What is wrong in it is said later. */
export const insOf = (texts: readonly string[]): string | undefined => {
  // Of a program that took it for a number, or was kept from that by a quote.
  const joined = joinedCell('ins', texts).replace(/^'?(\d{15})(?:[.,]0)?$/, '$1')
  const read = parseNir(joined)
  if (read.ok) return read.value
  return /\d/.test(joined) ? joined.slice(0, insCharactersMax) : undefined
}
