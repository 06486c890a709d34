import { valueAt, valuesOf } from './alphabet.ts'
import { type Bytes, broken, decoded, type Layer } from './layer.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567' // RFC 4648 §6
const values = valuesOf(alphabet)

/** Base32 in upper case, without padding: RFC 4648 §6, §3.2. */
export const encodeBase32 = (bytes: Uint8Array): string => {
  let text = ''
  let held = 0
  let heldBits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    heldBits += 8
    while (heldBits >= 5) {
      heldBits -= 5
      text += alphabet.charAt((held >> heldBits) & 31)
    }
  }
  if (heldBits > 0) text += alphabet.charAt((held << (5 - heldBits)) & 31)
  return text
}

/**
 * Strict base32 without padding, upper case only: RFC 4648 §6. A text has one reading only: unused
 * bits at its end must be zero (§3.5), so that no changed character goes unnoticed.
 *
 * Codes: BASE32_LENGTH, BASE32_CHARACTER, BASE32_TRAILING_BITS.
 */
export const decodeBase32 = (
  text: string,
): Layer<Bytes, 'BASE32_LENGTH' | 'BASE32_CHARACTER' | 'BASE32_TRAILING_BITS'> => {
  const rest = text.length % 8
  if (rest === 1 || rest === 3 || rest === 6) return broken('BASE32_LENGTH')
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  let held = 0
  let heldBits = 0
  let offset = 0
  for (let index = 0; index < text.length; index++) {
    const value = valueAt(text, index, values)
    if (value < 0) return broken('BASE32_CHARACTER')
    held = ((held << 5) | value) & 0xfff
    heldBits += 5
    if (heldBits >= 8) {
      heldBits -= 8
      bytes[offset++] = (held >> heldBits) & 0xff
    }
  }
  if ((held & ((1 << heldBits) - 1)) !== 0) return broken('BASE32_TRAILING_BITS')
  return decoded(bytes)
}
