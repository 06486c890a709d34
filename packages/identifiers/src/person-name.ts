import { cleanText } from './clean-text.ts'
import { accepted, type Parsed, refused } from './parsed.ts'
import {
  betweenLetters,
  isTransliterable,
  transliterate2dDoc,
} from './transliteration/transliterate.ts'

export type NameCode = 'NAME_EMPTY' | 'NAME_CHARACTERS' | 'NAME_TOO_LONG'

/** Longest name, in characters as people count them (code points, composed): DCC schema 1.3, `fn`. */
export const nameLengthMax = 80

// Two or three letters in one character: ﬁ, ﬂ, as they are copied out of printed documents; ǆ, ǉ, ǌ, as Croatian has them.
const ligatures = /[\ufb00-\ufb06\u01c4-\u01cc\u01f1-\u01f3]/g

// What lists have before and behind a name: `- Anne`, `Petit -`. A name that begins or ends so is nobody's.
const hyphensAround = /^[- ]+(?=[^- ])|(?<=[^- ])[- ]+$/g

const scripts = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u]

// A letter with at most two marks that did not compose: more than any name of Europe, Africa or
// Viêt Nam needs, fewer than it takes to draw over the line above. Letters and marks of living alphabets: the medieval
// and liturgical ones beyond these blocks are in nobody's papers. A test of the tools holds that each can be drawn.
const letters =
  /^(?:[A-Za-z\u00c0-\u02af\u0370-\u0481\u048a-\u052f\u1e00-\u1fff][\u0300-\u0338\u0342\u0345\u0358\u035c-\u0361]{0,2})*$/u

// Most names are such letters, each a character and none a ligature, with a space or a hyphen here and there, and need no cleaning.
const plainLatin =
  /^[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01c3\u01cd-\u01f0\u01f4-\u024f\u1e00-\u1e95\u1ea0-\u1ef9](?:[ -]?[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01c3\u01cd-\u01f0\u01f4-\u024f\u1e00-\u1e95\u1ea0-\u1ef9])*$/

const isPermitted = (name: string): boolean =>
  name.split(betweenLetters).every((part) => letters.test(part))

/**
 * Reads a family name or first names as a person writes them.
 *
 * Letters are Latin with any marks, Greek or Cyrillic (one of the three in one name, so that no
 * look-alike hides in it): those that can be transliterated into both certificates. Arabic, Hebrew
 * or Chinese writing is refused, since the transcription of the identity document is what the
 * certificates need.
 *
 * @param text any text; the bound is checked before anything costly
 * @returns the name in NFC with single spaces, hyphens as `-`, commas as spaces; or NAME_EMPTY;
 *   NAME_TOO_LONG beyond 80 characters; NAME_CHARACTERS for digits, emoji, other scripts, mixed
 *   scripts, control characters, or no letter at all
 * @example parsePersonName('  Le  Goff–Kermeur ') // { ok: true, value: 'Le Goff-Kermeur' }
 */
export const parsePersonName = (text: string): Parsed<string, NameCode> => {
  // A bound on the raw text: NFC shortens by at most a factor of four, so no real name is lost.
  if (text.length > nameLengthMax * 8) return refused('NAME_TOO_LONG')
  if (text.length <= nameLengthMax && plainLatin.test(text) && /[A-Za-z]/.test(text)) {
    return isTransliterable(text) ? accepted(text) : refused('NAME_CHARACTERS')
  }
  const name = cleanText(
    text
      .replace(ligatures, (sign) => sign.normalize('NFKC'))
      .replace(/[\u2010\u2011\u2012\u2013]/g, '-')
      .replace(/[\t,]/g, ' '),
  ).replace(hyphensAround, '')
  if (name === '') return refused('NAME_EMPTY')
  if ([...name].length > nameLengthMax) return refused('NAME_TOO_LONG')
  if (!isPermitted(name)) return refused('NAME_CHARACTERS')
  if (scripts.filter((script) => script.test(name)).length !== 1) return refused('NAME_CHARACTERS')
  if (!isTransliterable(name) || transliterate2dDoc(name) === '') return refused('NAME_CHARACTERS')
  return accepted(name)
}

/** What stands where a name would, for somebody who has none there: a dash, or words that say so. */
const noName =
  /^(?:[-\u2014/._]+|(?:sans|pas de|aucun) (?:nom|prénoms?|prenoms?)|n[ée]ant|non (?:renseigné|communiqué)|inconnue?|no (?:first |given |family |last )?names?|n\/a|unknown|\(?(?:aucun|none)\)|fnu|lnu)$/i

/** Whether a text says that there is no such name; an empty one says nothing. */
export const saysNoName = (text: string): boolean =>
  noName.test(cleanText(text).replace(/[\u2010-\u2013]/g, '-'))

/** The names of a person. Somebody who has one name only has it as family name, and no first names. */
export interface PersonNames {
  readonly familyName: string
  /** Empty for somebody of one name. */
  readonly firstNames: string
}

export type NameFaults = Partial<Record<keyof PersonNames, NameCode>>

/**
 * Reads both names of a person. First names may be empty, and either of the two may say that there is none (`-`,
 * `sans prénom`): the other is then the family name, as ICAO Doc 9303-3 §4.2 (primary identifier) and the DCC (`fn`
 * required, `gn` left out) have a person of one name. A family name that is just empty was forgotten.
 *
 * @returns the names as `parsePersonName` reads each; or what is wrong, by name
 */
export const parsePersonNames = (
  names: PersonNames,
):
  | { readonly ok: true; readonly value: PersonNames }
  | { readonly ok: false; readonly faults: NameFaults } => {
  const familyName = saysNone(names.familyName) ? accepted('') : parsePersonName(names.familyName)
  const isWithoutGiven = saysNone(names.firstNames) || noneGiven.test(names.firstNames)
  const given = isWithoutGiven ? accepted('') : parsePersonName(names.firstNames)
  const firstNames = !given.ok && given.code === 'NAME_EMPTY' ? accepted('') : given
  if (familyName.ok && firstNames.ok) {
    if (familyName.value !== '') return accepted(valuesOf(familyName.value, firstNames.value))
    return firstNames.value === ''
      ? { ok: false, faults: { familyName: 'NAME_EMPTY' } }
      : accepted(valuesOf(firstNames.value, ''))
  }
  return {
    ok: false,
    faults: {
      ...(familyName.ok ? {} : { familyName: familyName.code }),
      ...(firstNames.ok ? {} : { firstNames: firstNames.code }),
    },
  }
}

const valuesOf = (familyName: string, firstNames: string): PersonNames => ({
  familyName,
  firstNames,
})

/** Words that are a family name of somebody, and nobody's first name. */
const noneGiven = /^\s{0,9}(?:aucun|sans)\s{0,9}$/i

// Longer texts say nothing of the kind; the bound stands before anything costly.
const saysNone = (text: string): boolean => text.length < 30 && saysNoName(text)
