import { concatBytes } from './bytes.ts'
import { type CborCode, type CborLimits, decodeCbor, encodeCbor, Tagged } from './cbor.ts'
import { type Bytes, broken, decoded, type Layer } from './layer.ts'

/** Header labels: RFC 9052 §3.1. */
export const coseHeader = { algorithm: 1, contentType: 3, keyId: 4 } as const

/** Algorithm identifiers: RFC 9053 §2.1 (ES256), RFC 8230 §2 (PS256). */
export const coseAlgorithm = { ES256: -7, PS256: -37 } as const

const tagSign1 = 18 // RFC 9052 §2
const tagCwt = 61 // RFC 8392 §6

export interface CoseSign1 {
  /** The protected header as received: what was signed. */
  readonly protectedBytes: Bytes
  readonly protectedHeader: ReadonlyMap<unknown, unknown>
  readonly unprotectedHeader: ReadonlyMap<unknown, unknown>
  readonly payload: Bytes
  readonly signature: Bytes
}

export type CoseCode = 'COSE_STRUCTURE' | 'COSE_HEADER' | 'COSE_PAYLOAD_DETACHED'

/**
 * Reads a COSE_Sign1 (RFC 9052 §4.2): tagged with 18, untagged, or tagged as CWT (61) around either.
 *
 * @param bytes the whole message
 * @param limits of `decodeCbor`; the defaults are for what fits into a printed code
 * Codes: those of `decodeCbor` when it is not CBOR; COSE_STRUCTURE (CBOR, but not this),
 * COSE_HEADER (a header that is not a map), COSE_PAYLOAD_DETACHED.
 */
export const parseCoseSign1 = (
  bytes: Uint8Array,
  limits: CborLimits = {},
): Layer<CoseSign1, CborCode | CoseCode> => {
  const item = decodeCbor(bytes, limits)
  if (!item.ok) return item
  return coseSign1From(item.value)
}

/** The same from an item already decoded: a message that stands in the header of another one. */
export const coseSign1From = (item: unknown): Layer<CoseSign1, CoseCode> => {
  const inner = untag(untag(item, tagCwt), tagSign1)
  if (!Array.isArray(inner) || inner.length !== 4) return broken('COSE_STRUCTURE')
  const [protectedBytes, unprotectedHeader, payload, signature]: unknown[] = inner
  if (!isBytes(protectedBytes) || !isBytes(signature)) return broken('COSE_STRUCTURE')
  if (payload === null) return broken('COSE_PAYLOAD_DETACHED')
  if (!isBytes(payload)) return broken('COSE_STRUCTURE')
  const protectedHeader = headerFrom(protectedBytes)
  if (protectedHeader === null || !(unprotectedHeader instanceof Map)) return broken('COSE_HEADER')
  return decoded({ protectedBytes, protectedHeader, unprotectedHeader, payload, signature })
}

const untag = (item: unknown, tag: number): unknown =>
  item instanceof Tagged && item.tag === tag ? item.value : item

// Views of what was read, and nobody reads from shared memory.
const isBytes = (value: unknown): value is Bytes => value instanceof Uint8Array

/** RFC 9052 §3: a map in a byte string; no bytes at all stand for the empty map. */
const headerFrom = (protectedBytes: Uint8Array): Map<unknown, unknown> | null => {
  if (protectedBytes.length === 0) return new Map()
  const header = decodeCbor(protectedBytes)
  return header.ok && header.value instanceof Map ? header.value : null
}

// An array of four, of which the first and third are always the same.
const structureStart = concatBytes(Uint8Array.of(0x84), encodeCbor('Signature1'))
const noExternalData = encodeCbor(new Uint8Array())

/**
 * The bytes that are signed: Sig_structure of RFC 9052 §4.4, over the header and payload exactly
 * as received, never over a second encoding of them.
 */
export const coseToBeSigned = ({
  protectedBytes,
  payload,
}: Pick<CoseSign1, 'protectedBytes' | 'payload'>): Bytes => {
  // Made for each signature and each check of one: in one piece.
  const length =
    structureStart.length +
    byteStringLength(protectedBytes) +
    noExternalData.length +
    byteStringLength(payload)
  const bytes = new Uint8Array(length)
  bytes.set(structureStart)
  const external = putByteString(bytes, structureStart.length, protectedBytes)
  bytes.set(noExternalData, external)
  putByteString(bytes, external + noExternalData.length, payload)
  return bytes
}

/** Bytes that a byte string takes with its head. */
const byteStringLength = ({ length }: Uint8Array): number =>
  length + (length < 24 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 5)

/** Writes a byte string with its head (RFC 8949 §3.1, major type 2). @returns where it ends */
const putByteString = (bytes: Uint8Array, start: number, part: Uint8Array): number => {
  const { length } = part
  let at = start
  if (length < 24) bytes[at++] = 0x40 | length
  else if (length < 0x100) {
    bytes[at++] = 0x58
    bytes[at++] = length
  } else if (length < 0x10000) {
    bytes[at++] = 0x59
    bytes[at++] = length >> 8
    bytes[at++] = length & 0xff
  } else {
    bytes[at++] = 0x5a
    for (let shift = 24; shift >= 0; shift -= 8) bytes[at++] = (length >>> shift) & 0xff
  }
  bytes.set(part, at)
  return at + length
}

/** A protected header as bytes: RFC 9052 §3, no bytes for the empty map. */
export const encodeProtectedHeader = (header: ReadonlyMap<unknown, unknown>): Bytes =>
  header.size === 0 ? new Uint8Array() : encodeCbor(header)

// Tag 18 and an array of four: RFC 9052 §4.2.
const taggedArray = Uint8Array.of(0xc0 | tagSign1, 0x84)
const noHeader = encodeCbor(new Map())

/** A COSE_Sign1 with its tag (RFC 9052 §4.2): byte strings with their heads, so that there is next to nothing to encode. */
export const encodeCoseSign1 = (
  parts: Pick<CoseSign1, 'protectedBytes' | 'payload' | 'signature'> &
    Partial<Pick<CoseSign1, 'unprotectedHeader'>>,
): Bytes => {
  const { protectedBytes, unprotectedHeader, payload, signature } = parts
  const unprotected = unprotectedHeader === undefined ? noHeader : encodeCbor(unprotectedHeader)
  const length =
    taggedArray.length +
    byteStringLength(protectedBytes) +
    unprotected.length +
    byteStringLength(payload) +
    byteStringLength(signature)
  const bytes = new Uint8Array(length)
  bytes.set(taggedArray)
  const header = putByteString(bytes, taggedArray.length, protectedBytes)
  bytes.set(unprotected, header)
  const content = putByteString(bytes, header + unprotected.length, payload)
  putByteString(bytes, content, signature)
  return bytes
}
