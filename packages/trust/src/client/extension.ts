/**
 * An index and what changed, as the texts of a series of codes: for a device without network, from the screen of another
 * one or from a sheet. `TX1:` + first 8 hexadecimal digits of the SHA-256 of the whole, `/` number `/` how many `:` and a
 * piece in base45; the whole is a CBOR map of `index` and `parts` in the zlib format. In any order, as often as they like.
 *
 * It vouches for nothing: what comes out is an index that is read as any other, and parts that have the hashes it names.
 */
import {
  type Bytes,
  broken,
  concatBytes,
  decodeBase45,
  decodeCbor,
  decoded,
  encodeBase45,
  encodeCbor,
  inflate,
  type Layer,
  storeInZlib,
} from '@sidep/encoding'
import { sha256Of } from '../parts/assemble.ts'

export const extensionPrefix = 'TX1:'

export interface TrustExtension {
  /** Signed, as it was served. */
  readonly index: Uint8Array
  readonly parts: readonly Uint8Array[]
}

/** 768 characters with the heading: a code of version 15, which a phone reads from another phone's screen. */
const pieceBytes = 496
const codesMax = 64
const inflatedBytesMax = 256 * 1024
const heading = /^TX1:([0-9A-F]{8})\/([0-9]{1,2})\/([0-9]{1,2}):/

/** @throws RangeError when it is too much for codes */
export const extensionTexts = async (extension: TrustExtension): Promise<readonly string[]> => {
  const { index, parts } = extension
  const whole = encodeCbor(
    new Map<string, unknown>([
      ['index', index],
      ['parts', [...parts]],
    ]),
  )
  // Not deflated: signed and hashed bytes hardly get smaller, and no page has to load what deflates.
  const bytes = storeInZlib(whole)
  const count = Math.ceil(bytes.length / pieceBytes)
  if (count > codesMax || whole.length > inflatedBytesMax) {
    throw new RangeError(`it would take ${count} codes: at most ${codesMax}`)
  }
  const id = await idOf(bytes)
  return Array.from({ length: count }, (_, place) => {
    const piece = bytes.subarray(place * pieceBytes, (place + 1) * pieceBytes)
    return `${extensionPrefix}${id}/${place + 1}/${count}:${encodeBase45(piece)}`
  })
}

const idOf = async (bytes: Uint8Array): Promise<string> =>
  (await sha256Of(bytes)).slice(0, 8).toUpperCase()

/** Codes of one series that were scanned until now. */
export interface GatheredCodes {
  readonly id: string
  readonly count: number
  /** By number, from 1. */
  readonly pieces: ReadonlyMap<number, Bytes>
}

export type Gathered =
  /** Not of this kind. */
  | { readonly kind: 'other' }
  /** Of this kind, and damaged. */
  | { readonly kind: 'broken'; readonly gathered: GatheredCodes | null }
  /** `missing`: numbers still to be scanned. */
  | { readonly kind: 'more'; readonly gathered: GatheredCodes; readonly missing: readonly number[] }
  | { readonly kind: 'whole'; readonly extension: TrustExtension }

/**
 * Takes one more scanned text. A code of another series begins anew: whoever shows one has the newer.
 *
 * @param before what was gathered; null at first
 */
export const gatherCode = async (before: GatheredCodes | null, text: string): Promise<Gathered> => {
  if (!text.startsWith(extensionPrefix)) return { kind: 'other' }
  const read = readCode(text)
  if (!read.ok) return { kind: 'broken', gathered: before }
  const { id, number, count, piece } = read.value
  const isSame = before !== null && before.id === id && before.count === count
  const pieces = new Map(isSame ? before.pieces : []).set(number, piece)
  const gathered: GatheredCodes = { id, count, pieces }
  const missing = Array.from({ length: count }, (_, place) => place + 1).filter(
    (one) => !pieces.has(one),
  )
  if (missing.length > 0) return { kind: 'more', gathered, missing }
  const extension = await joined(gathered)
  return extension.ok
    ? { kind: 'whole', extension: extension.value }
    : { kind: 'broken', gathered: null }
}

interface Code {
  readonly id: string
  readonly number: number
  readonly count: number
  readonly piece: Bytes
}

const readCode = (text: string): Layer<Code> => {
  const malformed = broken('EXTENSION_MALFORMED')
  const [head, id, numberText, countText] = heading.exec(text) ?? []
  if (head === undefined || id === undefined) return malformed
  const number = Number(numberText)
  const count = Number(countText)
  if (count < 1 || count > codesMax || number < 1 || number > count) return malformed
  const piece = decodeBase45(text, { from: head.length })
  if (!piece.ok || piece.value.length === 0 || piece.value.length > pieceBytes) return malformed
  return decoded({ id, number, count, piece: piece.value })
}

const joined = async ({ id, count, pieces }: GatheredCodes): Promise<Layer<TrustExtension>> => {
  const malformed = broken('EXTENSION_MALFORMED')
  const bytes = concatBytes(
    ...Array.from({ length: count }, (_, place) => pieces.get(place + 1) ?? new Uint8Array()),
  )
  if ((await idOf(bytes)) !== id) return malformed
  const whole = inflate(bytes, inflatedBytesMax)
  const limits = { maxBytes: inflatedBytesMax, maxDepth: 4 }
  const content = whole.ok ? decodeCbor(whole.value, limits) : whole
  if (!content.ok || !(content.value instanceof Map)) return malformed
  const index: unknown = content.value.get('index')
  const parts: unknown = content.value.get('parts')
  if (!(index instanceof Uint8Array) || !Array.isArray(parts)) return malformed
  if (!parts.every((part) => part instanceof Uint8Array)) return malformed
  return decoded({ index, parts })
}

/**
 * What an extension carries of the parts of an index: those that a device of yesterday has not, smallest first, as long as
 * they fit.
 *
 * @param known hashes of parts that the other device has; those are left out
 * @param part the bytes of a part by its hash
 */
export const extensionOf = async (
  { bytes: index, parts }: { readonly bytes: Uint8Array; readonly parts: readonly SizedPart[] },
  known: ReadonlySet<string>,
  part: (sha256: string) => Promise<Uint8Array | null>,
): Promise<TrustExtension> => {
  const carried: Uint8Array[] = []
  let room = carriedBytesMax - index.length
  const wanted = parts.filter(({ sha256 }) => !known.has(sha256))
  for (const { sha256, bytes } of wanted.toSorted((one, other) => one.bytes - other.bytes)) {
    const content = bytes > room ? null : await part(sha256)
    if (content === null) continue
    carried.push(content)
    room -= content.length
  }
  return { index, parts: carried }
}

interface SizedPart {
  readonly sha256: string
  readonly bytes: number
}

/** Signed and hashed bytes deflate little: this fits the codes whatever they are. */
const carriedBytesMax = 30_000
