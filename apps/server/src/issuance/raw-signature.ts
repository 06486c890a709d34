/**
 * ECDSA P-256 signatures between the two forms in use: r‖s, as COSE, JOSE and 2D-DOC have them (RFC 9053 §2.1), and the DER
 * sequence of two integers that OpenSSL has (RFC 3279 §2.2.3).
 *
 * Node converts by itself when it is told `dsaEncoding`; but a key inside options costs it 50 µs a call, more than the
 * signature (measured with Node 24.21: it finds out by an exception that the options are no key).
 */

const coordinateBytes = 32
export const rawSignatureBytes = 2 * coordinateBytes
const sequenceTag = 0x30
const integerTag = 0x02

/** Two integers of at most 33 bytes, with tag and length each, in a sequence. */
const derBytesMax = 2 + 2 * (2 + coordinateBytes + 1)

/**
 * Writes a coordinate as a positive integer: without needless zeros, and with one where it would look negative
 * (X.690 §8.3). @returns where it ends
 */
const writeInteger = (der: Uint8Array, at: number, coordinate: Uint8Array): number => {
  let from = 0
  while (from < coordinateBytes - 1 && coordinate[from] === 0) from += 1
  const isHigh = (coordinate[from] ?? 0) >= 0x80
  const length = coordinateBytes - from + (isHigh ? 1 : 0)
  der[at] = integerTag
  der[at + 1] = length
  const start = at + 2 + (isHigh ? 1 : 0)
  der.set(coordinate.subarray(from), start)
  return at + 2 + length
}

/** @param raw r‖s, 64 bytes */
export const derSignature = (raw: Uint8Array): Uint8Array => {
  const der = new Uint8Array(derBytesMax)
  const middle = writeInteger(der, 2, raw.subarray(0, coordinateBytes))
  const end = writeInteger(der, middle, raw.subarray(coordinateBytes, rawSignatureBytes))
  der[0] = sequenceTag
  der[1] = end - 2
  return der.subarray(0, end)
}

/** @param der as OpenSSL makes it: lengths below 128, integers of at most 33 bytes */
export const rawSignature = (der: Uint8Array): Uint8Array => {
  const raw = new Uint8Array(rawSignatureBytes)
  let at = 2
  for (let end = coordinateBytes; end <= rawSignatureBytes; end += coordinateBytes) {
    const length = der[at + 1] ?? 0
    const first = at + 2 + Math.max(0, length - coordinateBytes)
    const last = at + 2 + length
    raw.set(der.subarray(first, last), end - (last - first))
    at = last
  }
  return raw
}
