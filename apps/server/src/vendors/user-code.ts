/** The code that software shows and a professional types (RFC 8628 §6.1): no vowels, so that no words come of it. */
import type { RandomBytes } from '../platform/clock.ts'

const alphabet = 'BCDFGHJKLMNPQRSTVWXZ'
/** 20⁸ codes: 34 bits for some hundred that wait at a time, ten minutes each. */
const characters = 8

const drawn = (randomBytes: RandomBytes): string => {
  // 240 = 12 × 20: what is above would favour the first letters.
  const [byte = 255] = randomBytes(1)
  return byte < 240 ? (alphabet[byte % alphabet.length] ?? '') : drawn(randomBytes)
}

/** As it is stored: `WDJBMJHT`. */
export const makeUserCode = (randomBytes: RandomBytes): string =>
  Array.from({ length: characters }, () => drawn(randomBytes)).join('')

/** As it is shown: `WDJB-MJHT`. */
export const showUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`

/** What somebody typed, as it is stored; null when it cannot be one. */
export const readUserCode = (typed: string): string | null => {
  const tidy = typed.toUpperCase().replace(/[^A-Z0-9]/g, '')
  return tidy.length === characters && [...tidy].every((one) => alphabet.includes(one))
    ? tidy
    : null
}
