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

/**
 * A scanned text without what came along with it: line ends (also those of a text that was wrapped), spaces around,
 * characters without a shape, the symbology identifier before it. Spaces of other kinds become the usual one.
 */
export function cleanScannedText(text: string): string {
  const clean = plain.test(text)
    ? text
    : text.replace(shapeless, '').replace(otherSpaces, ' ').replace(/^ +/, '').trimEnd()
  return clean.startsWith(']') ? clean.replace(symbology, '').trimStart() : clean
}

interface Separator {
  readonly character: string
  /** The ways in which scanners, forms and files write it out. */
  readonly written: RegExp
}

const separator = (name: string, hex: string, caret: string): Separator => {
  const code = Number.parseInt(hex, 16)
  const forms = [
    // <GS>, {GS}, [GS], (GS), and the same with its number: <0x1D>, [1D]
    `[<{[(](?:${name}|(?:0?x)?${hex})[>}\\])]`,
    // \x1d, \u001d, \u{1d}, \035
    `\\\\(?:x${hex}|u00${hex}|u\\{0*${hex}\\}|0${code.toString(8)})`,
    // %1D of addresses, =1D of mails, &#29; and &#x1d; of pages, _x001D_ of spreadsheets, U+001D
    `[%=]${hex}`,
    `&#(?:0*${code}|x0*${hex});`,
    `_x00${hex}_`,
    `U\\+00${hex}`,
    // ^] of terminals, and the picture of the character
    `\\^\\${caret}`,
    String.fromCharCode(0x2400 + code),
  ]
  return { character: String.fromCharCode(code), written: new RegExp(forms.join('|'), 'gi') }
}

const separators = [
  separator('GS', '1D', ']'),
  separator('RS', '1E', '^'),
  separator('US', '1F', '_'),
]

/** A percent sign before a separator says that all of the text came from an address. */
const addressed = /%1[DEF]/i

const fromAddress = (text: string): string =>
  addressed.test(text)
    ? text.replace(/%[2-7][0-9A-F]/gi, (octet) =>
        String.fromCharCode(Number.parseInt(octet.slice(1), 16)),
      )
    : text

/**
 * Undoes what a scanner does to the text of a DataMatrix: what `cleanScannedText` takes off, and separators spelt out
 * (`<GS>`, `{GS}`, `^]`, `␝`, `\u001d`, `%1D` and their like).
 *
 * Each separator is put back only when the text has no true one of its kind, so that a text has one reading.
 *
 * @param text what the scanner typed or the reader returned
 * @returns the text that the code holds
 */
export function restoreScannedText(text: string): string {
  let restored = fromAddress(cleanScannedText(text))
  for (const { character, written } of separators) {
    if (!restored.includes(character)) restored = restored.replace(written, character)
  }
  return restored
}
