/**
 * JSON from outside is looked over before it is parsed: brackets within brackets, and many small values, cost a parser
 * hundreds of times what the same bytes of text do, and it has the thread meanwhile. Looking costs one step a character.
 */

/** Deeper than anything that is sent here by a factor of two: elements of FHIR are followed to forty. */
export const jsonDepthMax = 100

export interface JsonBounds {
  /** Brackets within brackets. */
  readonly depthMax: number
  /** Signs that part values: opening brackets, commas and colons outside strings. */
  readonly signsMax: number
}

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const backslash = 0x5c
const openingBracket = 0x5b
const closingBracket = 0x5d
const openingBrace = 0x7b
const closingBrace = 0x7d

/** Where a string ends that begins at `from`; the end of the text for one that does not. */
const endOfString = (text: string, from: number): number => {
  let at = from + 1
  while (at < text.length) {
    const sign = text.charCodeAt(at)
    if (sign === quote) return at
    at += sign === backslash ? 2 : 1
  }
  return at
}

export type JsonExcess = 'TOO_DEEP' | 'TOO_MANY_VALUES'

/** Which bound a text is beyond as JSON, null for none; whether it is JSON at all, the parser says. */
export const jsonExcess = (text: string, { depthMax, signsMax }: JsonBounds): JsonExcess | null => {
  let depth = 0
  let signs = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at)
        break
      case openingBracket:
      case openingBrace:
        depth += 1
        signs += 1
        if (depth > depthMax) return 'TOO_DEEP'
        break
      case closingBracket:
      case closingBrace:
        depth -= 1
        break
      case comma:
      case colon:
        signs += 1
        break
    }
    if (signs > signsMax) return 'TOO_MANY_VALUES'
  }
  return null
}
