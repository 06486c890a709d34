import { valueAt, valuesOf } from './alphabet.ts'
import { type Bytes, broken, decoded, type Layer } from './layer.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:' // RFC 9285 §4.2
const values = valuesOf(alphabet)
/** The first two characters of three, by their value. */
const pairs = Array.from(
  { length: 45 * 45 },
  (_, value) => alphabet.charAt(value % 45) + alphabet.charAt(Math.floor(value / 45)),
)

/** More than twice what the largest QR code (version 40-L, 4,296 characters) can hold. */
export const base45BytesMax = 8192

export type Base45Code =
  | 'BASE45_TOO_LARGE'
  | 'BASE45_LENGTH'
  | 'BASE45_CHARACTER'
  | 'BASE45_OVERFLOW'

/** Base45: RFC 9285 §4. */
export const encodeBase45 = (bytes: Uint8Array): string => {
  let text = ''
  for (let index = 0; index + 1 < bytes.length; index += 2) {
    const pair = ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)
    text += (pairs[pair % 2025] ?? '') + alphabet.charAt(Math.floor(pair / 2025))
  }
  if (bytes.length % 2 === 1) {
    const last = bytes[bytes.length - 1] ?? 0
    text += alphabet.charAt(last % 45) + alphabet.charAt(Math.floor(last / 45))
  }
  return text
}

export interface Base45Bounds {
  /** Characters before it, as the prefix of a code, are not looked at. */
  readonly from?: number
  /** Most bytes to decode to; longer texts are refused before they are looked at. */
  readonly maxBytes?: number
}

/**
 * Strict base45: RFC 9285 §4 and §6. Every text has one reading and every reading one text.
 *
 * @param text of which nothing but base45 follows from the start on
 * Codes: BASE45_TOO_LARGE, BASE45_LENGTH (one character too many), BASE45_CHARACTER,
 * BASE45_OVERFLOW (three characters above 65,535 or two above 255).
 */
export const decodeBase45 = (
  text: string,
  { from = 0, maxBytes = base45BytesMax }: Base45Bounds = {},
): Layer<Bytes, Base45Code> => {
  const characters = text.length - from
  const rest = characters % 3
  const length = Math.floor(characters / 3) * 2 + (rest === 0 ? 0 : 1)
  if (length > maxBytes) return broken('BASE45_TOO_LARGE')
  const bytes = new Uint8Array(length)
  let offset = 0
  for (let index = from; index < text.length; index += 3) {
    const low = valueAt(text, index, values)
    if (low < 0) return broken('BASE45_CHARACTER')
    if (index + 1 === text.length) return broken('BASE45_LENGTH')
    const middle = valueAt(text, index + 1, values)
    if (middle < 0) return broken('BASE45_CHARACTER')
    if (index + 2 === text.length) {
      const last = low + 45 * middle
      if (last > 0xff) return broken('BASE45_OVERFLOW')
      bytes[offset] = last
      break
    }
    const high = valueAt(text, index + 2, values)
    if (high < 0) return broken('BASE45_CHARACTER')
    const pair = low + 45 * middle + 2025 * high
    if (pair > 0xffff) return broken('BASE45_OVERFLOW')
    bytes[offset++] = pair >> 8
    bytes[offset++] = pair & 0xff
  }
  return decoded(bytes)
}
