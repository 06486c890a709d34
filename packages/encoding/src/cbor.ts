import { encode, rfc8949EncodeOptions, Tagged } from 'cborg'
import { type CborReadCode, readCbor } from './cbor-read.ts'
import { writeCbor } from './cbor-write.ts'
import { type Bytes, broken, type Layer } from './layer.ts'

export { Tagged }

/** As large as anything that inflate lets through. */
export const cborBytesMax = 32_768

/** A certificate nests eight levels deep at most: tags, COSE array, claims, hcert, DCC, group, entry. */
export const cborDepthMax = 16

export type CborCode = CborReadCode | 'CBOR_TOO_LARGE'

export interface CborLimits {
  /** Most bytes to look at. */
  readonly maxBytes?: number
  /** Most levels of arrays, maps and tags. */
  readonly maxDepth?: number
}

/**
 * Encodes deterministically (RFC 8949 §4.2.1): shortest forms, sorted keys.
 *
 * @param value numbers, bigints, texts, byte arrays, booleans, null, arrays, Maps, plain objects
 * and `Tagged`, of any nesting
 */
export const encodeCbor = (value: unknown): Bytes =>
  writeCbor(value) ?? encode(value, rfc8949EncodeOptions)

/**
 * Decodes one CBOR item (RFC 8949), with items of indefinite length. Maps become Map, tags 0, 1,
 * 18 and 61 become `Tagged`, integers beyond 2^53 become bigint.
 *
 * Codes: CBOR_TOO_LARGE, CBOR_TRUNCATED (also a length that claims more than there is),
 * CBOR_TRAILING, CBOR_DEPTH, CBOR_MALFORMED, CBOR_UTF8, CBOR_TAG (a tag of no use here),
 * CBOR_KEY (a key that is neither integer nor text), CBOR_DUPLICATE_KEY (of whose values two
 * readers could take different ones).
 */
export const decodeCbor = (bytes: Uint8Array, limits: CborLimits = {}): Layer<unknown, CborCode> =>
  bytes.length > (limits.maxBytes ?? cborBytesMax)
    ? broken('CBOR_TOO_LARGE')
    : readCbor(bytes, limits.maxDepth ?? cborDepthMax)
