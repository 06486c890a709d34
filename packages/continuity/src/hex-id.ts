import { type Bytes, bytesToHex, hexToBytes } from '@sidep/encoding'

/** Bytes of a booklet's random id. */
export const bookletIdBytes = 8

/** The id of a booklet as lists and logs write it: 16 hexadecimal digits, lower case. */
export const bookletIdText = (id: Uint8Array): string => bytesToHex(id)

/** @throws RangeError when the text is not 16 hexadecimal digits */
export const bookletIdFrom = (text: string): Bytes => {
  const bytes = hexToBytes(text)
  if (!bytes.ok || bytes.value.length !== bookletIdBytes) {
    throw new RangeError('a booklet id is 16 hexadecimal digits')
  }
  return bytes.value
}
