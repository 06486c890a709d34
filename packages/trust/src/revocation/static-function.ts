import { type Bytes, broken, decoded, type Layer } from '@sidep/encoding'

/**
 * A function from keys to values of a few bits that keeps no key, in little more than those bits for each: a value is
 * the exclusive or of three cells (T. M. Graf, D. Lemire, Binary Fuse Filters, 2022). Of a key that it was not made
 * for it answers anything.
 */
export interface StaticFunction {
  /** Bits of a value, 1 to 24. */
  readonly bits: number
  readonly seed: number
  /** Cells of a segment, a power of two. */
  readonly segmentLength: number
  /** Segments in which the first of the three cells may lie. */
  readonly segmentCount: number
  /** Cells one behind the other, low bits first, and three bytes of padding. */
  readonly cells: Uint8Array
}

export const bitsMax = 24
/** Three bytes behind the last cell, so that each can be read as one word. */
const paddingBytes = 3

/** MurmurHash3's finaliser: every bit of a word depends on every other. */
const mixed = (word: number): number => {
  let h = word ^ (word >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

const twoTo32 = 2 ** 32

/** Where the three cells of a key begin to differ: of the first its place, of the others what to flip in theirs. */
export const firstCell = ({ seed, segmentLength, segmentCount }: Shape, word: number): number =>
  Math.floor((mixed(word ^ seed) * segmentCount * segmentLength) / twoTo32)

export const secondCell = ({ seed, segmentLength }: Shape, first: number, word: number): number =>
  (first + segmentLength) ^ (mixed(word ^ seed) & (segmentLength - 1))

export const thirdCell = ({ seed, segmentLength }: Shape, first: number, word: number): number =>
  (first + 2 * segmentLength) ^ (mixed(word ^ seed) & (segmentLength - 1))

export type Shape = Pick<StaticFunction, 'seed' | 'segmentLength' | 'segmentCount'>

/** What tells a key apart from others, in so many bits. */
export const fingerprint = (word: number, seed: number, bits: number): number =>
  mixed(word ^ seed) >>> (32 - bits)

const cellAt = (cells: Uint8Array, index: number, bits: number): number => {
  const offset = index * bits
  const byte = offset >>> 3
  // Padding makes every index one of the array.
  const word =
    (cells[byte] as number) |
    ((cells[byte + 1] as number) << 8) |
    ((cells[byte + 2] as number) << 16) |
    ((cells[byte + 3] as number) << 24)
  return (word >>> (offset & 7)) & ((1 << bits) - 1)
}

/** The value of a key: of its SHA-256 the first three words, which are uniform and need no more than mixing with a seed. */
export const storedValue = (
  lookup: StaticFunction,
  word0: number,
  word1: number,
  word2: number,
): number => {
  const { bits, cells } = lookup
  const first = firstCell(lookup, word0)
  return (
    cellAt(cells, first, bits) ^
    cellAt(cells, secondCell(lookup, first, word1), bits) ^
    cellAt(cells, thirdCell(lookup, first, word2), bits)
  )
}

/** Bytes that so many cells take. */
export const cellBytes = (cells: number, bits: number): number =>
  Math.ceil((cells * bits) / 8) + paddingBytes

/** 16 MiB of one-bit cells: far more than the largest list. */
const cellsMax = 2 ** 27

export const wireStaticFunction = (one: StaticFunction): Map<string, unknown> =>
  new Map<string, unknown>([
    ['bits', one.bits],
    ['seed', one.seed],
    ['segmentLength', one.segmentLength],
    ['segmentCount', one.segmentCount],
    ['cells', one.cells.subarray(0, one.cells.length - paddingBytes)],
  ])

/** @returns the function, or FILTER_MALFORMED: one whose cells are not as many as it says would answer anything */
export const readStaticFunction = (value: unknown): Layer<StaticFunction, 'FILTER_MALFORMED'> => {
  if (!(value instanceof Map)) return broken('FILTER_MALFORMED')
  const bits = within(value.get('bits'), 1, bitsMax)
  const seed = within(value.get('seed'), 0, twoTo32 - 1)
  const segmentLength = within(value.get('segmentLength'), 1, 2 ** 18)
  const segmentCount = within(value.get('segmentCount'), 1, cellsMax)
  const cells: unknown = value.get('cells')
  if (bits === null || seed === null || segmentLength === null || segmentCount === null) {
    return broken('FILTER_MALFORMED')
  }
  const count = (segmentCount + 2) * segmentLength
  const isPowerOfTwo = (segmentLength & (segmentLength - 1)) === 0
  const length = cellBytes(count, bits) - paddingBytes
  if (!isPowerOfTwo || count > cellsMax || !(cells instanceof Uint8Array)) {
    return broken('FILTER_MALFORMED')
  }
  if (cells.length !== length) return broken('FILTER_MALFORMED')
  const padded: Bytes = new Uint8Array(length + paddingBytes)
  padded.set(cells)
  return decoded({ bits, seed, segmentLength, segmentCount, cells: padded })
}

const within = (value: unknown, min: number, max: number): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
    ? value
    : null
