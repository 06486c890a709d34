import { cyrillicLetters } from './cyrillic.ts'
import { type GreekLetter, greekToBasic, isGreek } from './greek.ts'
import { type LatinStyle, latinToBasic } from './latin.ts'

/** Longest `fnt` and `gnt` of a DCC (schema 1.3). */
export const icaoNameLengthMax = 80

/** Apostrophes of every shape, and the half rings and turned commas that stand for ʿayn and hamza. */
const apostrophes = "'\u2019\u2018\u00b4\u0060\u02b9\u02bb\u02bc\u02be\u02bf\ua78b\ua78c"

/** Marks that stand within a word without parting it: full stops and the Catalan middle dot. */
const wordPoints = '.\u00b7'

/** What may stand between the letters of a written name. */
export const betweenLetters = new RegExp(`[ \\-${wordPoints}${apostrophes}]`, 'u')

/**
 * A name as the DCC carries it for machines (`fnt`, `gnt`): ICAO Doc 9303-3, §6 and §4.6.
 *
 * @param name Latin, Greek or Cyrillic, with or without accents; what no table knows is left out
 * @returns A–Z with `<` for spaces and hyphens; apostrophes and points left out; at most 80 characters
 * @example transliterateIcao('Musterfrau-Gößinger') // 'MUSTERFRAU<GOESSINGER'
 */
export const transliterateIcao = (name: string): string => {
  const words = name.split(/[\s\p{Pd},/]+/u).map((word) => wordToBasic(word, 'icao'))
  return words
    .filter((word) => word !== '')
    .join('<')
    .slice(0, icaoNameLengthMax)
    .replace(/<$/, '')
}

/**
 * A name as the 2D-DOC carries it: A–Z and space, as French registers strip accents.
 *
 * @param name Latin, Greek or Cyrillic, with or without accents; what no table knows is left out
 * @returns words with one space between; hyphens, apostrophes and full stops part words; no bound
 * @example transliterate2dDoc('Le Goff-Kermeur d’Örsay') // 'LE GOFF KERMEUR D ORSAY'
 */
export const transliterate2dDoc = (name: string): string => {
  const words = name
    .split(/[\s\p{Pd},/.'\u2019\u2018\u00b4\u0060\u02bc]+/u)
    .map((word) => wordToBasic(word, 'plain'))
  return words.filter((word) => word !== '').join(' ')
}

const unspoken = new RegExp(`[\\s\\p{Pd},/${wordPoints}${apostrophes}]`, 'u')

/**
 * Whether every character of a text is in a table, so that nothing of it gets lost on the way.
 * Spaces, hyphens, points and apostrophes do not count.
 */
export const isTransliterable = (text: string): boolean => {
  for (const character of text.toUpperCase().normalize('NFC')) {
    if (transliterable.has(character)) continue
    // Marks that stand by themselves belong to what is before them.
    if (isMark(character)) return clusters(text).every(isKnown)
    if (!clusters(character).every(isKnown)) return false
    if (transliterable.size < composedLettersMax) transliterable.add(character)
  }
  return true
}

const isKnown = (cluster: Cluster): boolean =>
  unspoken.test(cluster.base) || isGreek(cluster.base) || toBasic(cluster, 'icao') !== undefined

const basicWord = /^[A-Za-z]*$/

const wordToBasic = (word: string, style: LatinStyle): string => {
  if (basicWord.test(word)) return word.toUpperCase()
  return composedToBasic(word, style) ?? clustersToBasic(word, style)
}

/** Letters that are one character, marks included, as the styles write them: most that there are. */
const composedLetters = { icao: new Map<string, string>(), plain: new Map<string, string>() }
/** More than all alphabets of the tables have. */
const composedLettersMax = 2_000

/** Single characters that a table has. */
const transliterable = new Set<string>()

/** Undefined where letters cannot be told apart character by character: Greek, and marks that stand by themselves. */
const composedToBasic = (word: string, style: LatinStyle): string | undefined => {
  const letters = composedLetters[style]
  let text = ''
  for (const character of word.toUpperCase().normalize('NFC')) {
    let basic = letters.get(character)
    if (basic === undefined) {
      if (isMark(character)) return undefined
      const [cluster, ...others] = clusters(character)
      if (cluster === undefined || others.length > 0 || isGreek(cluster.base)) return undefined
      basic = toBasic(cluster, style) ?? ''
      if (letters.size < composedLettersMax) letters.set(character, basic)
    }
    text += basic
  }
  return text
}

const clustersToBasic = (word: string, style: LatinStyle): string => {
  let text = ''
  let greek: GreekLetter[] = []
  for (const cluster of clusters(word)) {
    if (isGreek(cluster.base)) {
      greek.push(cluster)
    } else {
      text += greekToBasic(greek) + (toBasic(cluster, style) ?? '')
      greek = []
    }
  }
  return text + greekToBasic(greek)
}

/** A capital and the combining marks that follow it. */
interface Cluster {
  readonly base: string
  readonly marks: string
}

// Every combining mark stands from here on; what is below needs no look into the tables of Unicode.
const firstMark = '\u0300'
const isMark = (character: string): boolean => character >= firstMark && /^\p{M}$/u.test(character)

const clusters = (text: string): Cluster[] => {
  const found: { base: string; marks: string }[] = []
  for (const character of text.toUpperCase().normalize('NFD')) {
    if (!isMark(character)) found.push({ base: character, marks: '' })
    else {
      const last = found.at(-1)
      // A mark that nothing stands before belongs to nothing.
      if (last !== undefined) last.marks += character
    }
  }
  return found
}

const toBasic = ({ base, marks }: Cluster, style: LatinStyle): string | undefined => {
  // Й and Ё are letters of their own, not И and Е with a mark.
  const cyrillic = cyrillicLetters.get((base + marks).normalize('NFC')) ?? cyrillicLetters.get(base)
  return cyrillic ?? latinToBasic(base, marks, style)
}
