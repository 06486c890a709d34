import type { Bytes } from './layer.ts'

/** Joins byte strings into a new one. */
export const concatBytes = (...parts: readonly Uint8Array[]): Bytes => {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Whether two byte strings are the same. Not constant in time: for public values only. */
export const equalBytes = (left: Uint8Array, right: Uint8Array): boolean => {
  if (left.length !== right.length) return false
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return false
  }
  return true
}

const encoder = new TextEncoder()

/** UTF-8 bytes of a text; a lone surrogate becomes U+FFFD, as the Encoding Standard says. */
export const utf8Bytes = (text: string): Bytes => encoder.encode(text)
