import { cleanScannedText } from '@sidep/identifiers'

// RFC 9285 §4: no text in base45 ends with a space, and none of a zlib stream begins with one.
const blankAfterPrefix = /^(?:HC|FC)1: /

const read = (written: string): string => {
  const clean = cleanScannedText(written)
  return blankAfterPrefix.test(clean) ? clean.slice(0, 4) + clean.slice(4).trimStart() : clean
}

const lineEnd = /\r\n?|[\n\v\f\u0085\u2028\u2029]/g
/** Where each space became several line ends, as many everywhere: two spaces became twice as many. */
const withSpacesOfSeveral = (lines: readonly string[]): string => {
  const ends = /\n+/g
  const text = lines.join('\n')
  const each = Math.min(...[...text.matchAll(ends)].map(([run]) => run.length))
  return text.replace(ends, ({ length }) => ' '.repeat(Math.round(length / each)))
}

/**
 * What a text may have been before it was copied, mailed or scanned, the likeliest first; all but the first only for
 * texts of several lines or with tabs. Which one it was, checksum and signature prove.
 *
 * A program that wraps a text puts a line end into it, or puts it in the place of a space, or sets the next line in by
 * some; and both base45 and the names in a 2D-DOC hold spaces.
 *
 * @param text of bounded length
 */
export const readingsOf = (text: string): readonly [string, ...string[]] => {
  const first = read(text)
  // Nearly every text comes as it is in its code.
  if (first === text) return [first]
  const whole = text.trim()
  if (!/[^\S ]|\u0085/.test(whole)) return [first]
  const lines = whole.split(lineEnd)
  const setIn = lines.map((line) => line.trim()).filter((line) => line !== '')
  const others = [
    setIn.join(''),
    lines.join(' '),
    setIn.join(' '),
    withSpacesOfSeveral(lines),
    lines.join('').replaceAll('\t', ' '),
  ].map(read)
  return [first, ...new Set(others.filter((other) => other !== first))]
}
