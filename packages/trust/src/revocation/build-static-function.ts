import {
  bitsMax,
  cellBytes,
  firstCell,
  type Shape,
  type StaticFunction,
  secondCell,
  thirdCell,
} from './static-function.ts'

/** Four words a key, one key behind the other; no key twice. */
export type Keys = Uint32Array

const wordsPerKey = 4
/** Beyond it a set of keys has one twice, and never comes apart. */
const seedsMax = 400

/**
 * Makes the function that gives each key its value.
 *
 * @param keys words of hashes, no two keys the same
 * @param bits of a value, 1 to 24
 * @param valueFor a key by its index, with the seed: for fingerprints, which change with it
 * @throws TypeError when a key is there twice
 */
export const buildStaticFunction = (
  keys: Keys,
  bits: number,
  valueFor: (index: number, seed: number) => number,
): StaticFunction => {
  if (bits < 1 || bits > bitsMax) throw new RangeError(`${bits} bits`)
  const count = keys.length / wordsPerKey
  for (let attempt = 0; attempt < seedsMax; attempt += 1) {
    const shape = shapeFor(count, attempt)
    const order = peeled(keys, shape)
    if (order === null) continue
    return { ...shape, bits, cells: filled(keys, shape, order, bits, valueFor) }
  }
  throw new TypeError('a key stands twice among those to tell apart')
}

/**
 * As small as there is hope for, and larger with each dozen of vain tries: small sets need more room, and a try costs
 * little for them.
 */
const shapeFor = (count: number, attempt: number): Shape => {
  const keys = Math.max(count, 4)
  // The authors' rule for three cells a key, §4.
  const segmentBits = Math.min(18, Math.max(2, Math.floor(Math.log(keys) / Math.log(3.33) + 2.25)))
  const triesAtOneSize = count > 100_000 ? 3 : 12
  const factor = 1.125 + 0.02 * Math.floor(attempt / triesAtOneSize)
  const segmentLength = 2 ** Math.max(2, segmentBits - (count < 20_000 ? 1 : 0))
  const segments = Math.max(3, Math.ceil((keys * factor) / segmentLength))
  return {
    seed: Math.imul(attempt + 1, 0x9e3779b1) >>> 0,
    segmentLength,
    segmentCount: segments - 2,
  }
}

/** Keys and the cell that is each one's own, in the order in which they come off; null when some never do. */
interface Order {
  readonly keys: Uint32Array
  readonly cells: Uint32Array
}

const peeled = (keys: Keys, shape: Shape): Order | null => {
  const count = keys.length / wordsPerKey
  const cells = (shape.segmentCount + 2) * shape.segmentLength
  const degrees = new Uint8Array(cells)
  // The exclusive or of the keys at a cell: of one alone, that key.
  const here = new Uint32Array(cells)
  const places = placesOf(keys, shape)
  for (const [at, cell] of places.entries()) {
    // A cell with as many keys as a byte can count is one too crowded to come apart.
    if (degrees[cell] === 255) return null
    degrees[cell] = (degrees[cell] as number) + 1
    here[cell] = (here[cell] as number) ^ Math.floor(at / 3)
  }
  const alone: number[] = []
  for (const [cell, degree] of degrees.entries()) if (degree === 1) alone.push(cell)
  const order: Order = { keys: new Uint32Array(count), cells: new Uint32Array(count) }
  let taken = 0
  for (let cell = alone.pop(); cell !== undefined; cell = alone.pop()) {
    if (degrees[cell] !== 1) continue
    const key = here[cell] as number
    order.keys[taken] = key
    order.cells[taken] = cell
    taken += 1
    for (let side = 0; side < 3; side += 1) {
      const place = places[key * 3 + side] as number
      const degree = (degrees[place] as number) - 1
      degrees[place] = degree
      here[place] = (here[place] as number) ^ key
      if (degree === 1) alone.push(place)
    }
  }
  return taken === count ? order : null
}

const placesOf = (keys: Keys, shape: Shape): Uint32Array => {
  const places = new Uint32Array((keys.length / wordsPerKey) * 3)
  for (let key = 0, at = 0; key < keys.length; key += wordsPerKey, at += 3) {
    const first = firstCell(shape, keys[key] as number)
    places[at] = first
    places[at + 1] = secondCell(shape, first, keys[key + 1] as number)
    places[at + 2] = thirdCell(shape, first, keys[key + 2] as number)
  }
  return places
}

/** The last that came off first: when a key's own cell is set, its two others are final. */
const filled = (
  keys: Keys,
  shape: Shape,
  order: Order,
  bits: number,
  valueFor: (index: number, seed: number) => number,
): Uint8Array => {
  const values = new Uint32Array((shape.segmentCount + 2) * shape.segmentLength)
  const places = placesOf(keys, shape)
  for (let at = order.keys.length - 1; at >= 0; at -= 1) {
    const key = order.keys[at] as number
    const own = order.cells[at] as number
    let value = valueFor(key, shape.seed)
    for (let side = 0; side < 3; side += 1)
      value ^= values[places[key * 3 + side] as number] as number
    // Its own cell was still empty, so that it has not taken part.
    values[own] = value
  }
  return packed(values, bits)
}

const packed = (values: Uint32Array, bits: number): Uint8Array => {
  const bytes = new Uint8Array(cellBytes(values.length, bits))
  for (const [index, value] of values.entries()) {
    const offset = index * bits
    let rest = value << (offset & 7)
    for (let byte = offset >>> 3; rest !== 0; byte += 1) {
      bytes[byte] = (bytes[byte] as number) | (rest & 0xff)
      rest >>>= 8
    }
  }
  return bytes
}
