/**
 * Characters that nobody sees and that come along with what is copied: marks of writing direction around a phone
 * number of an address book (U+202A…U+202C, U+2066…U+2069), zero-width spaces and joiners, soft hyphens, byte order
 * marks. Control characters are not among them: they are no accident of copying, and stay to be refused.
 */
const invisible = /\p{Default_Ignorable_Code_Point}/gu

/** Spaces of every width, the no-break ones too. */
const spaces = /[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g

/** Figures, letters and signs as wide as an ideograph, which an input method of East Asia writes: `０６`, `＠`. */
const fullWidth = /[\uff01-\uff5e]/g
const fullWidthAhead = 0xfee0

// Most texts have nothing to clean: one look tells.
const isPlain = /^(?:[!-~]+(?: [!-~]+)*)?$/

/**
 * A text without what nobody sees in it, composed (NFC), full-width signs as the usual ones, with single spaces and none
 * around: the one cleaning of whatever is typed, pasted, scanned or imported, before it is read.
 *
 * @param text any text; line ends and control characters within it stay
 */
export const cleanText = (text: string): string =>
  isPlain.test(text)
    ? text
    : text
        .replace(invisible, '')
        .normalize('NFC')
        .replace(fullWidth, (sign) => String.fromCharCode(sign.charCodeAt(0) - fullWidthAhead))
        .replace(spaces, ' ')
        .trim()
