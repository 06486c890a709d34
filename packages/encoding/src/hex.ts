import { type Bytes, broken, decoded, type Layer } from './layer.ts'

const digits = '0123456789abcdef'
const pairs = Array.from(
  { length: 256 },
  (_, byte) => digits.charAt(byte >> 4) + digits.charAt(byte & 15),
)

/** Lower-case hexadecimal, two digits a byte. */
export const bytesToHex = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += pairs[byte]
  return text
}

/**
 * Hexadecimal text, upper or lower case, without separators.
 *
 * Codes: HEX_LENGTH (odd number of digits), HEX_CHARACTER.
 */
export const hexToBytes = (text: string): Layer<Bytes, 'HEX_LENGTH' | 'HEX_CHARACTER'> => {
  if (text.length % 2 !== 0) return broken('HEX_LENGTH')
  if (!/^[0-9a-fA-F]*$/.test(text)) return broken('HEX_CHARACTER')
  const bytes = new Uint8Array(text.length / 2)
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16)
  }
  return decoded(bytes)
}
