/**
 * The code of a person's link. It is a secret on a phone that may be shared: it is read from the address
 * once, taken out of the address bar and the history, and kept in memory, and over a reload (kept-link.ts).
 */

import { parseSlipCode, parseSlipSerial, readSlip, slipPath } from '@sidep/continuity'
import { decodeBase32 } from '@sidep/encoding'
import { finessFromNumber } from '@sidep/identifiers'

/** Base32 of four bytes for the site and sixteen secret ones (`retrievalCodeOf`). */
const codeCharacters = 32
/** The longest slip's address and a message around it. */
const textCharactersMax = 4_000
/** Marks that a messenger or a mail program leaves in a text and nobody sees. */
const invisible = /[\p{Cf}\p{Cc}]/gu
/** The same, blanks, quotes and brackets, as addresses encode them: U+200B to U+200F, U+202A to U+202E, U+FEFF. */
const encodedInvisible = /%(?:20|0A|0D|09|2[2789]|3C|C2%A0|E2%80%(?:8[B-F]|A[A-E])|EF%BB%BF)/gi

/**
 * The code in a fragment, or the first one anywhere in what was pasted or typed: a whole message, a link whose mark was
 * encoded (`%23`) or to which something was added (`?utm_source=`, a full stop, `>`, a word glued behind), a slip's number,
 * lower case and spaces. A code names its site, whose number has a check digit: what only looks like one is none.
 *
 * @returns null when there is no code in it
 */
export const parseLinkCode = (text: string): string | null => {
  if (text.length > textCharactersMax) return null
  const parts = rejoined(text).normalize('NFKC').split('#')
  const marked = parts.slice(1).map((part) => codeAfterMark(part.replace(invisible, '')))
  const found = marked.find((code) => code !== null)
  if (found !== undefined) return found
  return codeInWords(text.normalize('NFKC'))
}

/**
 * The mark as addresses encode it, once or within another, as mails do (RFC 2045 §6.7), and as a filter of links does
 * (`_-23`); lines as mails break and quote them.
 */
const rejoined = (text: string): string =>
  text
    .replace(/=[ \t]{0,8}(?:\r\n?|\n)/g, '')
    .replace(/%(?:25){0,3}23|=23|(?<=[/_])-23/g, '#')
    .replace(/\r?\n>[> ]{0,8}/g, '')
    .replace(encodedInvisible, '')

/** What is wrong with a slip's code or number as somebody typed it; null when it is neither, or sound. */
export type TypedCodeFault =
  /** The end of a number, as slips of before had it in large print: without the line above it, nobody can look it up. */
  | 'NUMBER_WITHOUT_SITE'
  /** A character is mistyped, or two are exchanged. */
  | 'CODE_MISTYPED'

export const readCodeFault = (text: string): TypedCodeFault | null => {
  const typed = text.slice(text.lastIndexOf('#') + 1).replace(/[\s.–-]/g, '')
  if (/^[0-9OILSoils]{5}[0-9A-Za-z]{7}$/.test(typed)) return 'NUMBER_WITHOUT_SITE'
  const [code, number] = [parseSlipCode(typed), parseSlipSerial(typed)]
  const isMistyped =
    (!code.ok && code.code === 'SLIP_CODE_CHECK') || (!number.ok && number.code === 'SERIAL_CHECK')
  return isMistyped ? 'CODE_MISTYPED' : null
}

/** Whether a code is of a slip: it is printed before there is a result under it. */
export const isSlipCode = (code: string): boolean =>
  parseSlipCode(code).ok || parseSlipSerial(code).ok

/** Whether it is a slip's number: what opens its result, unless the slip has a code of its own for that. */
export const isSlipNumber = (code: string): boolean => parseSlipSerial(code).ok

/** The code at the beginning of what follows the mark of a fragment. */
const codeAfterMark = (fragment: string): string | null => {
  const written = /^[A-Z2-7]+/i.exec(fragment.trim())?.[0] ?? ''
  const typed = /^[A-Z2-7]+/i.exec(fragment.replace(/[\s-]/g, ''))?.[0] ?? ''
  return (
    slipSerialIn(written) ??
    withoutGluedWord(written)
      .map(slipSerialIn)
      .find((serial) => serial !== null) ??
    linkCodeIn(written.slice(0, codeCharacters)) ??
    linkCodeIn(typed.slice(0, codeCharacters)) ??
    slipTextIn(fragment) ??
    slipTextIn(/^[0-9A-Z]{24}/i.exec(fragment)?.[0] ?? '')
  )
}

/** A code without the rest of its address: alone, in groups of letters, or as one word of a message. */
const codeInWords = (text: string): string | null => {
  const bare = text.replace(invisible, '')
  const typed = bare.replace(betweenGroups, '')
  const alone = linkCodeIn(typed) ?? slipTextIn(bare) ?? linkCodeIn(withLetters(typed))
  if (alone !== null) return alone
  const words = text.replace(/\p{Cc}/gu, ' ').split(/[^A-Z2-7]+/i)
  const candidates = words.flatMap((word, index) => [word, groupsFrom(words, index)])
  return candidates.map(linkCodeIn).find((code) => code !== null) ?? null
}

const betweenGroups = /[\s.,_\-\u2010-\u2015]/gu

/** Figures that no code has, for the letters that they were read from. */
const withLetters = (text: string): string =>
  text.replaceAll('0', 'O').replaceAll('1', 'I').replaceAll('8', 'B')

/** A code in groups of one length among other words; what is over makes the last one. */
const groupsFrom = (words: readonly string[], index: number): string => {
  const length = words[index]?.length ?? 0
  if (length < 2 || length > codeCharacters / 2) return ''
  const groups = words.slice(index, index + Math.ceil(codeCharacters / length))
  const isEven = groups.slice(0, -1).every((group) => group.length === length)
  return isEven ? groups.join('') : ''
}

const linkCodeIn = (text: string): string | null => {
  if (text.length !== codeCharacters) return null
  const code = text.toUpperCase()
  const decoded = decodeBase32(code)
  if (!decoded.ok) return null
  const bytes = decoded.value
  const site = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  // No site has a number of noughts, which its check digit would allow.
  return site === 0 || finessFromNumber(site) === null ? null : code
}

/** A slip's own code, or its number. */
const slipTextIn = (text: string): string | null => {
  const code = parseSlipCode(text)
  if (code.ok) return code.value.text
  const serial = parseSlipSerial(text)
  return serial.ok ? serial.value.text : null
}

/** The serial in a slip's address: the code of its result. Null for any other text. */
const slipSerialIn = (fragment: string): string | null => {
  const read = readSlip(`https://slip${slipPath}#${fragment}`)
  return read.ok ? read.slip.serial.text : null
}

/** A slip's address is in capitals; a word that was written right behind it is not, but for its first letter. */
const withoutGluedWord = (text: string): readonly string[] => {
  const lower = text.search(/[a-z]/)
  return lower < 1 ? [] : [text.slice(0, lower), text.slice(0, lower - 1)]
}

/** The parts of a window that are needed, so that a test can stand in. */
export interface AddressBar {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>
  readonly history: Pick<History, 'replaceState'>
}

/** Takes the code out of the address: read, then gone from the bar and the history. */
export const takeLinkCode = ({ location, history }: AddressBar): string | null => {
  if (location.hash === '') return null
  const code = parseLinkCode(location.hash)
  history.replaceState(null, '', `${location.pathname}${location.search}`)
  return code
}
