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
 * Writes the coordinate that begins there as a positive integer: without needless zeros, and with one where it would look negative
 * (X.690 §8.3). @returns where it ends
 */
const writeInteger = (der: Uint8Array, at: number, raw: Uint8Array, coordinate: number): number => {
  const end = coordinate + coordinateBytes
  let from = coordinate
  while (from < end - 1 && raw[from] === 0) from += 1
  const isHigh = (raw[from] ?? 0) >= 0x80
  der[at] = integerTag
  der[at + 1] = end - from + (isHigh ? 1 : 0)
  let to = at + 2
  // Of memory that was used before.
  if (isHigh) der[to++] = 0
  for (; from < end; from += 1) der[to++] = raw[from] ?? 0
  return to
}

/** @param raw r‖s, 64 bytes */
export const derSignature = (raw: Uint8Array): Uint8Array => {
  // From Node's pool: memory of its own costs each signature more than writing it.
  const der = Buffer.allocUnsafe(derBytesMax)
  const middle = writeInteger(der, 2, raw, 0)
  const end = writeInteger(der, middle, raw, coordinateBytes)
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
