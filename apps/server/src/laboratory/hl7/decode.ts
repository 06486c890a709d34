/**
 * Bytes of a message → text. MSH-18 is honoured where it can be true: laboratories' software says one character set and
 * sends another, so bytes that are valid UTF-8 are that, and others are of the single-byte set that is named, or else
 * of the one that everybody means (ISO 8859-1 in its Windows form).
 */

import { isUtf8 } from 'node:buffer'

/** HL7 table 0211, and what senders write in its place. */
const singleByteSets: Readonly<Record<string, string>> = {
  '8859/2': 'iso-8859-2',
  '8859/3': 'iso-8859-3',
  '8859/4': 'iso-8859-4',
  '8859/5': 'iso-8859-5',
  '8859/6': 'iso-8859-6',
  '8859/7': 'iso-8859-7',
  '8859/8': 'iso-8859-8',
  '8859/9': 'windows-1254',
  '8859/15': 'iso-8859-15',
  'ISO-8859-15': 'iso-8859-15',
  'ISO8859-15': 'iso-8859-15',
}

const usualSet = 'windows-1252'

const utf8 = new TextDecoder('utf-8')

/** Each made once: there are few sets, and an escape sequence of each letter may ask for one. */
const singleByteDecoders = new Map<string, TextDecoder>()

const decoderOf = (characterSet: string): TextDecoder => {
  const label = singleByteSets[characterSet.trim().toUpperCase()] ?? usualSet
  const made = singleByteDecoders.get(label) ?? new TextDecoder(label)
  singleByteDecoders.set(label, made)
  return made
}

/** The text of bytes in a character set by its name in table 0211; empty: the sender says nothing. */
export const decodeAs = (bytes: Uint8Array, characterSet: string): string =>
  (isUtf8(bytes) ? utf8 : decoderOf(characterSet)).decode(bytes)

/** MSH-18, read before anything is decoded: the delimiters and the names of sets are ASCII. */
export const characterSetOf = (header: string): string => {
  const separator = header.charAt(3)
  const repetition = header.charAt(5)
  const field = header.split(separator)[17] ?? ''
  return field.split(repetition === '' ? separator : repetition)[0] ?? ''
}
