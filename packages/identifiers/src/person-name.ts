import { accepted, type Parsed, refused } from './parsed.ts'
import {
  betweenLetters,
  isTransliterable,
  transliterate2dDoc,
} from './transliteration/transliterate.ts'

export type NameCode = 'NAME_EMPTY' | 'NAME_CHARACTERS' | 'NAME_TOO_LONG'

/** Longest name, in characters as people count them (code points, composed): DCC schema 1.3, `fn`. */
export const nameLengthMax = 80

const scripts = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u]

// A letter with at most two marks that did not compose: more than any name of Europe, Africa or
// Viêt Nam needs, fewer than it takes to draw over the line above.
const letters = /^(?:[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}][\u0300-\u036f]{0,2})*$/u

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
 *   scripts, invisible or control characters, or no letter at all
 * @example parsePersonName('  Le  Goff–Kermeur ') // { ok: true, value: 'Le Goff-Kermeur' }
 */
export function parsePersonName(text: string): Parsed<string, NameCode> {
  // A bound on the raw text: NFC shortens by at most a factor of four, so no real name is lost.
  if (text.length > nameLengthMax * 8) return refused('NAME_TOO_LONG')
  const name = text
    .normalize('NFC')
    .replace(/[\u2010\u2011\u2012\u2013]/g, '-')
    .replace(/[ \t,\u00a0\u2009\u202f]+/g, ' ')
    .trim()
  if (name === '') return refused('NAME_EMPTY')
  if ([...name].length > nameLengthMax) return refused('NAME_TOO_LONG')
  if (!isPermitted(name)) return refused('NAME_CHARACTERS')
  if (scripts.filter((script) => script.test(name)).length !== 1) return refused('NAME_CHARACTERS')
  if (!isTransliterable(name) || transliterate2dDoc(name) === '') return refused('NAME_CHARACTERS')
  return accepted(name)
}
