import { valueAt, valuesOf } from './alphabet.ts'
import { type Bytes, broken, decoded, type Layer } from './layer.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/' // RFC 4648 §4
const values = valuesOf(alphabet)

/** Base64 with padding: RFC 4648 §4. */
export const bytesToBase64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index
    const group =
      ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0)
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63)
    text += left > 1 ? alphabet.charAt((group >> 6) & 63) : '='
    text += left > 2 ? alphabet.charAt(group & 63) : '='
  }
  return text
}

/**
 * Strict base64 with padding (RFC 4648 §4): no white space, no URL alphabet, unused bits zero.
 *
 * Codes: BASE64_LENGTH, BASE64_CHARACTER, BASE64_TRAILING_BITS.
 */
export const base64ToBytes = (
  text: string,
): Layer<Bytes, 'BASE64_LENGTH' | 'BASE64_CHARACTER' | 'BASE64_TRAILING_BITS'> => {
  if (text.length % 4 !== 0) return broken('BASE64_LENGTH')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const characters = text.length - padding
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let held = 0
  let heldBits = 0
  let offset = 0
  for (let index = 0; index < characters; index++) {
    const value = valueAt(text, index, values)
    if (value < 0) return broken('BASE64_CHARACTER')
    held = ((held << 6) | value) & 0xfff
    heldBits += 6
    if (heldBits >= 8) {
      heldBits -= 8
      bytes[offset++] = (held >> heldBits) & 0xff
    }
  }
  if ((held & ((1 << heldBits) - 1)) !== 0) return broken('BASE64_TRAILING_BITS')
  return decoded(bytes)
}
