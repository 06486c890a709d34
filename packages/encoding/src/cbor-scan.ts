/**
 * Walks CBOR without building anything, so that what reaches the decoder is known to be well
 * formed, shallow and valid UTF-8: the decoder recurses, and replaces broken UTF-8 silently.
 */
export type CborScanCode =
  | 'CBOR_TRUNCATED'
  | 'CBOR_TRAILING'
  | 'CBOR_DEPTH'
  | 'CBOR_MALFORMED'
  | 'CBOR_UTF8'
  | 'CBOR_TAG'
  | 'CBOR_KEY'

/** Tags that a certificate may hold: date text and epoch (RFC 8949 §3.4), COSE_Sign1 (RFC 9052), CWT (RFC 8392). */
export const cborTags = [0, 1, 18, 61] as const
const knownTags: ReadonlySet<number> = new Set(cborTags)

export interface CborScan {
  readonly code: CborScanCode | null
  /** Whether a string of indefinite length was met, which the decoder has to be told of. */
  readonly chunkedStrings: boolean
}

const indefinite = -1
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * @param bytes one CBOR item
 * @param maxDepth most levels of arrays, maps and tags around an item
 */
export const scanCbor = (bytes: Uint8Array, maxDepth: number): CborScan => {
  const scanner = new Scanner(bytes, maxDepth)
  const code = scanner.scan()
  return { code, chunkedStrings: scanner.chunkedStrings }
}

class Scanner {
  readonly #bytes: Uint8Array
  readonly #maxDepth: number
  #offset = 0
  /** Argument of the head last read: a value, a length, a count, or `indefinite`. */
  #argument = 0
  /** Items still due in each open container; counts down from `indefinite` when it is open-ended. */
  readonly #due: number[] = []
  /** Whether each open container is a map, for which open-ended ones need an even count. */
  readonly #openMaps: boolean[] = []
  chunkedStrings = false

  constructor(bytes: Uint8Array, maxDepth: number) {
    this.#bytes = bytes
    this.#maxDepth = maxDepth
  }

  scan(): CborScanCode | null {
    do {
      const code = this.#item()
      if (code !== null) return code
      this.#closeFinished()
    } while (this.#due.length > 0)
    return this.#offset === this.#bytes.length ? null : 'CBOR_TRAILING'
  }

  /** Counts the item just read in its container and closes the containers that it completes. */
  #closeFinished(): void {
    while (this.#due.length > 0) {
      const last = this.#due.length - 1
      const due = this.#due[last] ?? 0
      if (due !== 0) return
      this.#due.pop()
      this.#openMaps.pop()
    }
  }

  #item(): CborScanCode | null {
    const initial = this.#bytes[this.#offset]
    if (initial === undefined) return 'CBOR_TRUNCATED'
    if (initial === 0xff) return this.#break()
    const last = this.#due.length - 1
    if (last >= 0) {
      const due = this.#due[last] ?? 0
      if (this.#openMaps[last] === true && isKeyDue(due) && !isKeyHead(initial)) return 'CBOR_KEY'
      this.#due[last] = due - 1
    }
    const code = this.#head(initial)
    if (code !== null) return code
    switch (initial >> 5) {
      case 2:
      case 3:
        return this.#string(initial >> 5)
      case 4:
        return this.#open(this.#argument, false)
      case 5:
        return this.#open(this.#argument === indefinite ? indefinite : 2 * this.#argument, true)
      case 6:
        if (this.#argument === indefinite) return 'CBOR_MALFORMED'
        if (!knownTags.has(this.#argument)) return 'CBOR_TAG'
        return this.#open(1, false)
      case 7:
        return isKnownSimple(initial & 31) ? null : 'CBOR_MALFORMED'
      default:
        return this.#argument === indefinite ? 'CBOR_MALFORMED' : null
    }
  }

  /** Reads the initial byte and its argument: RFC 8949 §3. */
  #head(initial: number): CborScanCode | null {
    const information = initial & 31
    this.#offset++
    if (information < 24) {
      this.#argument = information
      return null
    }
    if (information === 31) {
      this.#argument = indefinite
      return null
    }
    if (information > 27) return 'CBOR_MALFORMED'
    const end = this.#offset + (1 << (information - 24))
    if (end > this.#bytes.length) return 'CBOR_TRUNCATED'
    let argument = 0
    while (this.#offset < end) argument = argument * 256 + (this.#bytes[this.#offset++] ?? 0)
    this.#argument = argument
    return null
  }

  #open(due: number, isMap: boolean): CborScanCode | null {
    if (this.#due.length >= this.#maxDepth) return 'CBOR_DEPTH'
    // Each item takes a byte at least, so a longer claim cannot be kept.
    if (due > this.#bytes.length - this.#offset) return 'CBOR_TRUNCATED'
    this.#due.push(due)
    this.#openMaps.push(isMap)
    return null
  }

  #break(): CborScanCode | null {
    const last = this.#due.length - 1
    const due = this.#due[last] ?? 0
    if (due >= 0) return 'CBOR_MALFORMED'
    const items = indefinite - due
    if (this.#openMaps[last] === true && items % 2 !== 0) return 'CBOR_MALFORMED'
    this.#offset++
    this.#due.pop()
    this.#openMaps.pop()
    return null
  }

  #string(major: number): CborScanCode | null {
    if (this.#argument !== indefinite) return this.#stringOf(major, this.#argument)
    this.chunkedStrings = true
    while (true) {
      const initial = this.#bytes[this.#offset]
      if (initial === undefined) return 'CBOR_TRUNCATED'
      if (initial === 0xff) {
        this.#offset++
        return null
      }
      // RFC 8949 §3.2.3: chunks are definite strings of the same kind, each valid by itself.
      if (initial >> 5 !== major) return 'CBOR_MALFORMED'
      const code = this.#head(initial)
      if (code !== null) return code
      if (this.#argument === indefinite) return 'CBOR_MALFORMED'
      const broken = this.#stringOf(major, this.#argument)
      if (broken !== null) return broken
    }
  }

  #stringOf(major: number, length: number): CborScanCode | null {
    const start = this.#offset
    if (length > this.#bytes.length - start) return 'CBOR_TRUNCATED'
    this.#offset = start + length
    return major === 2 || isUtf8(this.#bytes, start, this.#offset) ? null : 'CBOR_UTF8'
  }
}

/** Whether a map with so many items due (keys and values alike) waits for a key. */
const isKeyDue = (due: number): boolean => (due < 0 ? indefinite - due : due) % 2 === 0

/**
 * Integers and texts, as COSE labels and claim names are (RFC 9052 §1.5). Of other keys JavaScript
 * would compare the identity, not the value, and repeated ones would go unnoticed.
 */
const isKeyHead = (initial: number): boolean => initial >> 5 <= 1 || initial >> 5 === 3

/** false, true, null, undefined (RFC 8949 §3.3) and the three sizes of floating-point numbers. */
const isKnownSimple = (information: number): boolean =>
  information >= 20 && information <= 27 && information !== 24

const isUtf8 = (bytes: Uint8Array, start: number, end: number): boolean => {
  let index = start
  while (index < end && (bytes[index] ?? 0) < 0x80) index++
  if (index === end) return true
  try {
    strictUtf8.decode(bytes.subarray(index, end))
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}
