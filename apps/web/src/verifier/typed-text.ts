/** What people type or paste, made into what a code says. */

/** Longest text looked at; a verdict refuses what is longer than any code, this bounds the field. */
export const typedCharactersMax = 10_000

const writtenSeparators: Readonly<Record<string, string>> = {
  '<GS>': '\u001d',
  '<RS>': '\u001e',
  '<US>': '\u001f',
  '␝': '\u001d',
  '␞': '\u001e',
  '␟': '\u001f',
}

/**
 * Line breaks come from a mail or a PDF, never from a code; some scanners write the separators of a 2D-DOC
 * out. Spaces stay: base45 uses them, even at the end.
 */
export function codeTextOf(typed: string): string {
  const joined = typed.slice(0, typedCharactersMax).replace(/[\r\n\t\u200b\ufeff]/g, '')
  const text = joined.replace(/^ +/, '')
  if (!text.startsWith('DC')) return text
  const separated = text.replace(
    /<(?:GS|RS|US)>|[␝␞␟]/g,
    (written) => writtenSeparators[written] ?? written,
  )
  let end = separated.length
  while (separated[end - 1] === ' ') end -= 1
  return separated.slice(0, end)
}
