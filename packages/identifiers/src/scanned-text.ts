/**
 * Characters that come along with a scanned or copied text and that no code holds: line ends and other control
 * characters but the separators GS, RS and US, and what has no shape (byte order mark, zero-width space, marks of
 * writing direction, soft hyphen).
 */
const shapeless = /[\0-\u001c\u007f-\u009f\u2028\u2029\p{Cf}]/gu
/** Every space that is not the usual one: no-break, thin, ideographic. */
const otherSpaces = /\p{Zs}/gu
/** What codes are made of; most texts are no more than that. */
const plain = /^[!-~](?:[\u001d-~]*[!-~])?$/
/** What some scanners put before the text: ISO/IEC 15424, symbology identifier and modifier. */
const symbology = /^\](?:Q|[dD])[0-9]/

/** A certificate that was part of an address: its colon, and all that an address may not have, stands there by its number. */
const certificateInAddress = /^[HF]C1%3A/i

const withOctets = (text: string): string =>
  text.replace(/%[2-7][0-9A-F]/gi, (octet) =>
    String.fromCharCode(Number.parseInt(octet.slice(1), 16)),
  )

/** Quotes on both sides, as texts are copied out of files and messages; of one alone a keyboard may have made a figure. */
const quoted = /^["'\u00ab\u2018-\u201f] ?(.*[^ ]) ?["'\u00bb\u2018-\u201f]$/

/**
 * A scanned text without what came along with it: line ends (also those of a text that was wrapped), spaces and quotes
 * around, characters without a shape, the symbology identifier before it. Spaces of other kinds become the usual one.
 */
export const cleanScannedText = (text: string): string => {
  const shaped = plain.test(text)
    ? text
    : text.replace(shapeless, '').replace(otherSpaces, ' ').replace(/^ +/, '').trimEnd()
  const bare = quoted.exec(shaped)?.[1] ?? shaped
  const clean = certificateInAddress.test(bare) ? withOctets(bare) : bare
  return clean.startsWith(']') ? clean.replace(symbology, '').trimStart() : clean
}

/**
 * The ways in which scanners, forms and files write a separator out: its name or number in brackets (`<GS>`, `{GS}`,
 * `[0x1D]`), escapes of programs (`\x1d`, `\u001d`, `\u{1d}`, `\035`), of addresses and mails (`%1D`, `=1D`), of pages
 * and spreadsheets (`&#29;`, `&#x1d;`, `_x001D_`), its code point (`U+001D`), the caret of terminals (`^]`), its picture.
 */
const separators: readonly (readonly [character: string, written: RegExp])[] = [
  [
    '\u001d',
    /[<{[(](?:GS|(?:0?x)?1D)[>}\])]|\\(?:x1D|u001D|u\{0{0,4}1D\}|035)|[%=]1D|&#(?:0{0,4}29|x0{0,4}1D);|_x001D_|U\+001D|\^\]|\u241d/gi,
  ],
  [
    '\u001e',
    /[<{[(](?:RS|(?:0?x)?1E)[>}\])]|\\(?:x1E|u001E|u\{0{0,4}1E\}|036)|[%=]1E|&#(?:0{0,4}30|x0{0,4}1E);|_x001E_|U\+001E|\^\^|\u241e/gi,
  ],
  [
    '\u001f',
    /[<{[(](?:US|(?:0?x)?1F)[>}\])]|\\(?:x1F|u001F|u\{0{0,4}1F\}|037)|[%=]1F|&#(?:0{0,4}31|x0{0,4}1F);|_x001F_|U\+001F|\^_|\u241f/gi,
  ],
]

/** A percent sign before a separator says that all of the text came from an address. */
const addressed = /%1[DEF]/i

const fromAddress = (text: string): string => (addressed.test(text) ? withOctets(text) : text)

/**
 * Undoes what a scanner does to the text of a DataMatrix: what `cleanScannedText` takes off, and separators spelt out
 * (`<GS>`, `{GS}`, `^]`, `␝`, `\u001d`, `%1D` and their like).
 *
 * Each separator is put back only when the text has no true one of its kind, so that a text has one reading.
 *
 * @param text what the scanner typed or the reader returned
 * @returns the text that the code holds
 */
export const restoreScannedText = (text: string): string => {
  let restored = fromAddress(cleanScannedText(text))
  for (const [character, written] of separators) {
    if (!restored.includes(character)) restored = restored.replace(written, character)
  }
  return restored
}
