/**
 * Reads CBOR in one walk: what is not well formed, too deep, of no use here or not valid UTF-8 is told apart where it stands.
 *
 * It reads what a certificate has: a library's decoder behind a walk of our own, which found the same faults beforehand,
 * cost a verdict more than any other layer of its text. The library stays for writing, and a property test holds the two
 * to the same values (docs/adr/0008-strict-inflation-stored-issue.md).
 */
import { Tagged } from 'cborg'
import { concatBytes } from './bytes.ts'
import { broken, decoded, type Layer } from './layer.ts'

export type CborReadCode =
  | 'CBOR_TRUNCATED'
  | 'CBOR_TRAILING'
  | 'CBOR_DEPTH'
  | 'CBOR_MALFORMED'
  | 'CBOR_UTF8'
  | 'CBOR_TAG'
  | 'CBOR_KEY'
  | 'CBOR_DUPLICATE_KEY'

/** Tags that a certificate may hold: date text and epoch (RFC 8949 §3.4), COSE_Sign1 (RFC 9052), CWT (RFC 8392). */
const isKnownTag = (tag: number): boolean => tag === 0 || tag === 1 || tag === 18 || tag === 61

const indefinite = -1
const breakByte = 0xff
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * @param bytes one CBOR item
 * @param maxDepth most levels of arrays, maps and tags around an item
 */
export const readCbor = (bytes: Uint8Array, maxDepth: number): Layer<unknown, CborReadCode> =>
  new Reader(bytes, maxDepth).read()

class Reader {
  readonly #bytes: Uint8Array
  readonly #maxDepth: number
  #offset = 0
  /** The first fault; what was read beside it must not be used. */
  #fault: CborReadCode | null = null
  /** Told only of what is well formed to its end. */
  #hasDuplicateKey = false

  constructor(bytes: Uint8Array, maxDepth: number) {
    this.#bytes = bytes
    this.#maxDepth = maxDepth
  }

  read(): Layer<unknown, CborReadCode> {
    const value = this.#item(0)
    if (this.#fault !== null) return broken(this.#fault)
    if (this.#offset !== this.#bytes.length) return broken('CBOR_TRAILING')
    return this.#hasDuplicateKey ? broken('CBOR_DUPLICATE_KEY') : decoded(value)
  }

  #refuse(code: CborReadCode): undefined {
    this.#fault ??= code
  }

  /** @param depth containers around it */
  #item(depth: number): unknown {
    const initial = this.#bytes[this.#offset]
    if (initial === undefined) return this.#refuse('CBOR_TRUNCATED')
    if (initial === breakByte) return this.#refuse('CBOR_MALFORMED')
    const argument = this.#head(initial)
    if (this.#fault !== null) return undefined
    switch (initial >> 5) {
      case 0:
        return argument > Number.MAX_SAFE_INTEGER ? this.#bigArgument() : this.#integer(argument)
      case 1:
        return argument >= Number.MAX_SAFE_INTEGER
          ? -1n - this.#bigArgument()
          : -1 - this.#integer(argument)
      case 2:
        return argument === indefinite ? this.#byteChunks() : this.#byteString(argument)
      case 3:
        return argument === indefinite ? this.#textChunks() : this.#text(argument)
      case 4:
        return this.#array(argument, depth)
      case 5:
        return this.#map(argument, depth)
      case 6:
        return this.#tagged(argument, depth)
      default:
        return this.#simple(initial & 31)
    }
  }

  /** Reads the initial byte and its argument (RFC 8949 §3): a value, a length, a count, or `indefinite`. */
  #head(initial: number): number {
    const information = initial & 31
    this.#offset += 1
    if (information < 24) return information
    if (information === 31) return indefinite
    if (information > 27) {
      this.#refuse('CBOR_MALFORMED')
      return 0
    }
    const bytes = this.#bytes
    const end = this.#offset + (1 << (information - 24))
    if (end > bytes.length) {
      this.#refuse('CBOR_TRUNCATED')
      return 0
    }
    let argument = 0
    for (let at = this.#offset; at < end; at += 1) argument = argument * 256 + (bytes[at] ?? 0)
    this.#offset = end
    return argument
  }

  #integer(argument: number): number {
    if (argument === indefinite) this.#refuse('CBOR_MALFORMED')
    return argument
  }

  /** The argument of eight bytes before the offset, beyond what a number holds. */
  #bigArgument(): bigint {
    return this.#view(8).getBigUint64(0)
  }

  /** Of the bytes just read. */
  #view(length: number): DataView {
    const { buffer, byteOffset } = this.#bytes
    return new DataView(buffer, byteOffset + this.#offset - length, length)
  }

  /** Whether a container may be opened for so many items. Each takes a byte at least, so a longer claim cannot be kept. */
  #opens(items: number, depth: number): boolean {
    if (depth >= this.#maxDepth) this.#refuse('CBOR_DEPTH')
    else if (items > this.#bytes.length - this.#offset) this.#refuse('CBOR_TRUNCATED')
    return this.#fault === null
  }

  /** Whether a container of indefinite length ends here. */
  #ends(): boolean {
    if (this.#bytes[this.#offset] !== breakByte) return false
    this.#offset += 1
    return true
  }

  #array(length: number, depth: number): unknown {
    if (!this.#opens(length, depth)) return undefined
    const items: unknown[] = []
    for (let index = 0; length === indefinite ? !this.#ends() : index < length; index += 1) {
      items.push(this.#item(depth + 1))
      if (this.#fault !== null) return undefined
    }
    return items
  }

  #map(length: number, depth: number): unknown {
    if (!this.#opens(length === indefinite ? length : 2 * length, depth)) return undefined
    const map = new Map<unknown, unknown>()
    for (let index = 0; length === indefinite ? !this.#ends() : index < length; index += 1) {
      const initial = this.#bytes[this.#offset]
      if (initial !== undefined && initial !== breakByte && !isKeyHead(initial))
        return this.#refuse('CBOR_KEY')
      const key = this.#item(depth + 1)
      // No break here: after a key comes its value.
      const value = this.#fault === null ? this.#item(depth + 1) : undefined
      if (this.#fault !== null) return undefined
      if (map.has(key)) this.#hasDuplicateKey = true
      map.set(key, value)
    }
    return map
  }

  #tagged(tag: number, depth: number): unknown {
    if (tag === indefinite) return this.#refuse('CBOR_MALFORMED')
    if (!isKnownTag(tag)) return this.#refuse('CBOR_TAG')
    if (!this.#opens(1, depth)) return undefined
    const value = this.#item(depth + 1)
    return this.#fault === null ? new Tagged(tag, value) : undefined
  }

  /** RFC 8949 §3.3: the four values that JSON or JavaScript has too, and floating-point numbers of three sizes. */
  #simple(information: number): unknown {
    switch (information) {
      case 20:
        return false
      case 21:
        return true
      case 22:
        return null
      case 23:
        return undefined
      case 25:
        return halfPrecision(this.#view(2).getUint16(0))
      case 26:
        return this.#view(4).getFloat32(0)
      case 27:
        return this.#view(8).getFloat64(0)
      default:
        return this.#refuse('CBOR_MALFORMED')
    }
  }

  /** Where it stands: nobody changes what is read. */
  #byteString(length: number): Uint8Array | undefined {
    const start = this.#offset
    const { buffer, byteOffset, length: end } = this.#bytes
    if (length > end - start) return this.#refuse('CBOR_TRUNCATED')
    this.#offset = start + length
    return new Uint8Array(buffer, byteOffset + start, length)
  }

  #text(length: number): string | undefined {
    const start = this.#offset
    const end = start + length
    const bytes = this.#bytes
    if (end > bytes.length) return this.#refuse('CBOR_TRUNCATED')
    this.#offset = end
    if (length <= shortTextBytes) {
      let text = ''
      for (let at = start; at < end; at += 1) {
        const byte = bytes[at] ?? 0
        if (byte >= 0x80) return this.#utf8(start, end)
        text += String.fromCharCode(byte)
      }
      return text
    }
    return this.#utf8(start, end)
  }

  #utf8(start: number, end: number): string | undefined {
    try {
      return strictUtf8.decode(this.#bytes.subarray(start, end))
    } catch (error) {
      if (error instanceof TypeError) return this.#refuse('CBOR_UTF8')
      throw error
    }
  }

  /** RFC 8949 §3.2.3: chunks are definite strings of the same kind, each valid by itself. */
  #chunks<Chunk>(major: number, read: (length: number) => Chunk | undefined): Chunk[] {
    const chunks: Chunk[] = []
    while (this.#fault === null && !this.#ends()) {
      const initial = this.#bytes[this.#offset]
      if (initial === undefined) this.#refuse('CBOR_TRUNCATED')
      else if (initial >> 5 !== major) this.#refuse('CBOR_MALFORMED')
      if (this.#fault !== null || initial === undefined) break
      const length = this.#head(initial)
      if (length === indefinite) this.#refuse('CBOR_MALFORMED')
      const chunk = this.#fault === null ? read(length) : undefined
      if (chunk !== undefined) chunks.push(chunk)
    }
    return chunks
  }

  #byteChunks(): Uint8Array {
    return concatBytes(...this.#chunks(2, (length) => this.#byteString(length)))
  }

  #textChunks(): string {
    return this.#chunks(3, (length) => this.#text(length)).join('')
  }
}

/** Up to here characters one by one are faster than a call of the decoder. */
const shortTextBytes = 32

/**
 * Integers and texts, as COSE labels and claim names are (RFC 9052 §1.5). Of other keys JavaScript
 * would compare the identity, not the value, and repeated ones would go unnoticed.
 */
const isKeyHead = (initial: number): boolean => initial >> 5 <= 1 || initial >> 5 === 3

/** RFC 8949, appendix D. */
const halfPrecision = (half: number): number => {
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  const sign = (half & 0x8000) === 0 ? 1 : -1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent < 31) return sign * (fraction + 1024) * 2 ** (exponent - 25)
  return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
}
