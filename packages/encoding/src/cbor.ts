import {
  type DecodeOptions,
  decode,
  encode,
  rfc8949EncodeOptions,
  Tagged,
  Token,
  Tokenizer,
  Type,
} from 'cborg'
import { concatBytes } from './bytes.ts'
import { type CborScanCode, cborTags, scanCbor } from './cbor-scan.ts'
import { type Bytes, broken, decoded, type Layer } from './layer.ts'

export { Tagged }

/** As large as anything that inflate lets through. */
export const cborBytesMax = 32_768

/** A certificate nests eight levels deep at most: tags, COSE array, claims, hcert, DCC, group, entry. */
export const cborDepthMax = 16

export type CborCode = CborScanCode | 'CBOR_TOO_LARGE' | 'CBOR_DUPLICATE_KEY'

export interface CborLimits {
  /** Most bytes to look at. */
  readonly maxBytes?: number
  /** Most levels of arrays, maps and tags. */
  readonly maxDepth?: number
}

const options: DecodeOptions = {
  useMaps: true,
  rejectDuplicateMapKeys: true,
  tags: Object.fromEntries(cborTags.map((tag) => [tag, Tagged.decoder(tag)])),
}

/**
 * Encodes deterministically (RFC 8949 §4.2.1): shortest forms, sorted keys.
 *
 * @param value numbers, bigints, texts, byte arrays, booleans, null, arrays, Maps, plain objects
 * and `Tagged`, of any nesting
 */
export const encodeCbor = (value: unknown): Bytes => encode(value, rfc8949EncodeOptions)

/**
 * Decodes one CBOR item (RFC 8949), with items of indefinite length. Maps become Map, tags 0, 1,
 * 18 and 61 become `Tagged`, integers beyond 2^53 become bigint.
 *
 * Codes: CBOR_TOO_LARGE, CBOR_TRUNCATED (also a length that claims more than there is),
 * CBOR_TRAILING, CBOR_DEPTH, CBOR_MALFORMED, CBOR_UTF8, CBOR_TAG (a tag of no use here),
 * CBOR_KEY (a key that is neither integer nor text), CBOR_DUPLICATE_KEY (of whose values two
 * readers could take different ones).
 */
export const decodeCbor = (
  bytes: Uint8Array,
  limits: CborLimits = {},
): Layer<unknown, CborCode> => {
  if (bytes.length > (limits.maxBytes ?? cborBytesMax)) return broken('CBOR_TOO_LARGE')
  const scan = scanCbor(bytes, limits.maxDepth ?? cborDepthMax)
  if (scan.code !== null) return broken(scan.code)
  try {
    return decoded(
      scan.chunkedStrings
        ? decode(bytes, { ...options, tokenizer: new ChunkTokenizer(bytes, options) })
        : decode(bytes, options),
    )
  } catch (error) {
    // Well-formed and of known kinds: a repeated key is what the decoder can still object to.
    if (error instanceof Error && error.message.includes('repeat map key')) {
      return broken('CBOR_DUPLICATE_KEY')
    }
    return broken('CBOR_MALFORMED')
  }
}

/** Joins strings of indefinite length (RFC 8949 §3.2.3), which the library leaves to its caller. */
class ChunkTokenizer extends Tokenizer {
  override next(): Token {
    const initial = this.data[this._pos]
    if (initial !== 0x5f && initial !== 0x7f) return super.next()
    this._pos++
    const chunks: Token[] = []
    while (this.data[this._pos] !== 0xff) chunks.push(super.next())
    this._pos++
    return initial === 0x5f
      ? new Token(Type.bytes, concatBytes(...chunks.map((chunk) => chunk.value)), 0)
      : new Token(Type.string, chunks.map((chunk) => chunk.value).join(''), 0)
  }
}
