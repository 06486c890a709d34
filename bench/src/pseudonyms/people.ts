/**
 * Invented people who are hard to tell apart, and the ways in which one of them comes to be written: what the figure of
 * pseudonyms is measured on. Neighbours are brothers, twins, and people whose names differ by one letter, born on one day.
 */
import type { PersonNames } from '@sidep/identifiers'

export interface Somebody extends PersonNames {
  readonly birthDate: string
}

const familyNames =
  `Martin Martine Durand Durant Lecœur Lecoq Le_Goff Legof Noël Noëlle Müller Möller Meyer Mayer D’Aboville
  Daboville-Roux Garçon Garcia Béranger Bérenger Saint-Étienne Sainte-Étienne N’Guyen Nguyet Œuvrard Œuvrié Ångström Agström Weiß
  Weisz Yıldırım Yildiz Lefèvre Lefebvre Le_Bihan-Kermeur Le_Bihan Fitzgérald Fitzgibbon Şahin Sahinn`
    .split(/\s+/)
    .map((name) => name.replaceAll('_', ' '))

const givenNames =
  `Jean-Pierre Jean-Paul Jean Pierre Marie-Claire Marie-Claude Marie Claire Zoé Lou-Anne Anne-Sophie Sophie
  Léon Noël Amir Mira Alan Lana Éric Érica François Françoise André Andrée René Renée Joël Joëlle Raphaël Raphaëlle
  M’Hamed Hamed Chloé Cléo Loïc Louis-Philippe Philippe Maël Maëlle Rémi Rémy`.split(/\s+/)

/**
 * @param count at most some 16,000, each with another identity
 */
export const inventedPeople = (count: number): Somebody[] =>
  Array.from({ length: count }, (_, index) => {
    const first = givenNames[index % givenNames.length] ?? ''
    const family = familyNames[Math.floor(index / givenNames.length) % familyNames.length] ?? ''
    const round = Math.floor(index / (givenNames.length * familyNames.length))
    // Some have a second given name, or a third, that a brother of the same day has not.
    const more = [[], ['Ulysse'], ['Ulysse', 'Virgile'], ['Virgile']][round % 4] ?? []
    const day = String(1 + (round % 3)).padStart(2, '0')
    const birthDate = `19${60 + (round % 40)}-06-${day}`
    return { familyName: family, firstNames: [first, ...more].join(' '), birthDate }
  })

const bare = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ı', 'i')

const spelled = (text: string): string =>
  text.replace(/Œ/g, 'OE').replace(/œ/g, 'oe').replace(/ß/g, 'ss')

const inOrder = (firstNames: string, random: () => number): string =>
  firstNames
    .split(/[ -]/)
    .map((word) => ({ word, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ word }) => word)
    .join(' ')

type Spelling = (person: Somebody, random: () => number) => PersonNames

const both = (change: (text: string) => string): Spelling => {
  return ({ familyName, firstNames }) => ({
    familyName: change(familyName),
    firstNames: change(firstNames),
  })
}

/** Ten ways, each of which has been seen on a form, a card or a file. */
export const spellings: Readonly<Record<string, Spelling>> = {
  asGiven: both((text) => text),
  capitalsWithoutAccents: both((text) => spelled(bare(text)).toUpperCase()),
  smallLetters: both((text) => text.toLowerCase()),
  hyphensAsBlanks: both((text) => text.replaceAll('-', ' ')),
  otherHyphens: both((text) => text.replaceAll('-', '\u2011').replaceAll('’', "'")),
  marksApart: both((text) => text.normalize('NFD')),
  ligaturesOpened: both((text) => spelled(text).replaceAll('fi', 'ﬁ').replaceAll('fl', 'ﬂ')),
  copiedFromAnAddressBook: both((text) => `\u202a${text.replaceAll(' ', '\u00a0 ')}\u202c\u200b `),
  givenNamesInAnotherOrder: ({ familyName, firstNames }, random) => ({
    familyName: bare(spelled(familyName)),
    firstNames: inOrder(firstNames, random),
  }),
  // Blanks left out of the family name and hyphens out of the given ones, points and commas between.
  puncturedAndGlued: ({ familyName, firstNames }) => ({
    familyName: familyName.replaceAll(/[ -]/g, '').toUpperCase(),
    firstNames: firstNames.replaceAll('-', '').replaceAll(' ', ', ').concat('.'),
  }),
}
