/**
 * How much of a message there is to take apart, counted before anything is: a delimiter costs a hundred times what a letter
 * does. Of a message as large as may be most is documents, which have none.
 */
import type { Delimiters } from './escape.ts'

/** Lines of one frame, blank ones too: of a batch as large as may be there are some 25,000. */
const linesMax = 50_000

/** MSH, in characters: ten times what anybody writes into it. All of its names are said back. */
export const headerCharactersMax = 4_096

/** Of 384 results that come each with a patient and an order of its own there are 130,000. */
const delimitersMax = 200_000

/** Two for each escape sequence: fifty lines of formatted text for each of as many results as may be. */
const escapesMax = 40_000

const carriageReturn = 0x0d
const lineFeed = 0x0a

export const hasTooManyLines = (bytes: Uint8Array): boolean => {
  let lines = 0
  for (const byte of bytes) {
    if (byte === carriageReturn || byte === lineFeed) lines += 1
    if (lines > linesMax) return true
  }
  return false
}

export const hasTooManyDelimiters = (
  binary: string,
  { field, component, repetition, subcomponent, escape: sign }: Delimiters,
): boolean => {
  const parting = new Set(
    [field, component, repetition, subcomponent].map((one) => one.charCodeAt(0)),
  )
  parting.add(carriageReturn)
  const escaping = sign.charCodeAt(0)
  let delimiters = 0
  let escapes = 0
  for (let at = 0; at < binary.length; at += 1) {
    const code = binary.charCodeAt(at)
    if (code === escaping) escapes += 1
    else if (parting.has(code)) delimiters += 1
    if (delimiters > delimitersMax || escapes > escapesMax) return true
  }
  return false
}
