import { type Bytes, bytesToHex } from '@sidep/encoding'
import type { Read2dDoc } from './read.ts'
import { messageEnd } from './reading.ts'

/** Order of the group of P-256: SEC 2, version 2.0, §2.4.2. */
const groupOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const halfBytes = 32

/**
 * A 2D-DOC with its signature: what tells it from another one that says the same on the same day, since each signature has
 * a random number in it.
 *
 * Of s and n − s, which are signatures of the same by anybody who has one of them, the smaller one stands: nobody makes of
 * a code another one that is as genuine.
 *
 * @param read what `read2dDoc` returned, its signature checked
 * @returns the signed text, US, r‖s (64 bytes)
 */
export const wholeCodeBytes = ({
  signedBytes,
  signature,
}: Pick<Read2dDoc, 'signedBytes' | 'signature'>): Bytes => {
  const bytes = new Uint8Array(signedBytes.length + 1 + signature.length)
  bytes.set(signedBytes)
  bytes[signedBytes.length] = messageEnd.charCodeAt(0)
  bytes.set(signature, signedBytes.length + 1)
  const s = BigInt(`0x${bytesToHex(signature.subarray(halfBytes))}`)
  const least = s > groupOrder / 2n ? groupOrder - s : s
  const digits = least.toString(16).padStart(halfBytes * 2, '0')
  for (let at = 0; at < halfBytes; at += 1) {
    bytes[bytes.length - halfBytes + at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16)
  }
  return bytes
}
