/** Lines of a byte stream, none longer than its bound in memory. */

export interface Line {
  /** From 1. */
  readonly number: number
  /** Without its line break; null when it was longer than allowed. */
  readonly text: string | null
}

/** The agency's longest lines are about 1,200 characters. */
export const lineCharactersMax = 16_384

/**
 * Splits UTF-8 text into lines at LF or CRLF; bytes that are no UTF-8 become U+FFFD.
 *
 * @param chunks as a file stream gives them
 */
export async function* boundedLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8')
  let pending = ''
  let tooLong = false
  let number = 0
  const take = (text: string): Line => {
    number += 1
    const whole = pending + text
    const line: Line = {
      number,
      text: tooLong || whole.length > lineCharactersMax ? null : whole.replace(/\r$/, ''),
    }
    pending = ''
    tooLong = false
    return line
  }
  for await (const chunk of chunks) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n')
    const rest = parts.pop() ?? ''
    for (const part of parts) yield take(part)
    pending += rest
    if (pending.length > lineCharactersMax) {
      tooLong = true
      pending = ''
    }
  }
  const end = decoder.decode()
  if (pending !== '' || end !== '' || tooLong) yield take(end)
}
