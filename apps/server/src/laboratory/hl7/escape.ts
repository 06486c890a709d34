/** Escape sequences of text fields (HL7 v2.5.1 §2.7). */
import { hexToBytes } from '@sidep/encoding'

export interface Delimiters {
  readonly field: string
  readonly component: string
  readonly repetition: string
  readonly escape: string
  readonly subcomponent: string
}

/** §2.7.1 and §2.7.6: what stands for a delimiter, and what breaks a line of formatted text. */
const lineCommands = /^\.(?:br|sp\s*\+?\d*|in\s*[+-]?\d*|ti\s*[+-]?\d*|sk\s*\d*|ce|fi|nf)$/i

const meaningOf = (
  sequence: string,
  delimiters: Delimiters,
  decode: (bytes: Uint8Array) => string,
): string | undefined => {
  switch (sequence) {
    case 'F':
      return delimiters.field
    case 'S':
      return delimiters.component
    case 'T':
      return delimiters.subcomponent
    case 'R':
      return delimiters.repetition
    case 'E':
      return delimiters.escape
    case 'P': // 2.7: the truncation character
      return '#'
    case 'H':
    case 'N':
      return ''
    default: {
      if (lineCommands.test(sequence)) return ' '
      // `\Xdd…\`: bytes; one that says none stays as it is written.
      if (!sequence.startsWith('X') || sequence.length === 1) return undefined
      const bytes = hexToBytes(sequence.slice(1))
      return bytes.ok ? decode(bytes.value) : undefined
    }
  }
}

/** The text that a field means; a sequence that nobody knows stays as it is written. */
export const unescapeText = (
  text: string,
  delimiters: Delimiters,
  decode: (bytes: Uint8Array) => string,
): string => {
  const { escape: sign } = delimiters
  if (sign === '' || !text.includes(sign)) return text
  const parts = text.split(sign)
  let meant = parts[0] ?? ''
  let index = 1
  while (index < parts.length) {
    const sequence = parts[index] ?? ''
    const isClosed = index + 1 < parts.length
    const meaning = isClosed ? meaningOf(sequence, delimiters, decode) : undefined
    if (meaning === undefined) {
      meant += sign + sequence
      index += 1
    } else {
      meant += meaning + (parts[index + 1] ?? '')
      index += 2
    }
  }
  return meant
}

/** A text as it is written into a field. */
export const escapeText = (text: string, delimiters: Delimiters): string =>
  text.replace(/[\s\S]/gu, (character) => {
    switch (character) {
      case delimiters.escape:
        return `${delimiters.escape}E${delimiters.escape}`
      case delimiters.field:
        return `${delimiters.escape}F${delimiters.escape}`
      case delimiters.component:
        return `${delimiters.escape}S${delimiters.escape}`
      case delimiters.subcomponent:
        return `${delimiters.escape}T${delimiters.escape}`
      case delimiters.repetition:
        return `${delimiters.escape}R${delimiters.escape}`
      case '\r':
      case '\n':
        return ' '
      default:
        return character
    }
  })
