/**
 * The counter's public key in a booklet: a COSE_Key of kind EC2 on P-256 with a compressed point
 * (RFC 9053 §7.1.1: `y` is a boolean), which saves 50 characters of the code.
 */
import {
  type Bytes,
  broken,
  bytesToHex,
  concatBytes,
  decoded,
  encodeCbor,
  type Layer,
} from '@sidep/encoding'

export interface CounterKey {
  /** Coordinates, 32 bytes each, of a point on the curve. */
  readonly x: Bytes
  readonly y: Bytes
}

/** RFC 9052 §7.1 (kty), RFC 9053 §7.1.1 (crv, x, y). */
const keyLabel = { kind: 1, curve: -1, x: -2, y: -3 } as const
const kindEc2 = 2
const curveP256 = 1
const coordinateBytes = 32

// P-256: SEC 2 §2.4.2, NIST SP 800-186 §3.2.1.3.
const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn

/** The public key of a counter, ECDSA P-256, extractable. */
export const counterKeyOf = async (publicKey: CryptoKey): Promise<CounterKey> => {
  const raw = new Uint8Array(await globalThis.crypto.subtle.exportKey('raw', publicKey))
  if (raw.length !== 1 + 2 * coordinateBytes) throw new RangeError('a counter key is on P-256')
  return { x: raw.slice(1, 1 + coordinateBytes), y: raw.slice(1 + coordinateBytes) }
}

/** What was made of a key before, for as long as the same object is in use: a backlog verifies many of one key. */
const importedKeys = new WeakMap<CounterKey, Promise<CryptoKey>>()
const keyIds = new WeakMap<CounterKey, Promise<Bytes>>()

/** The key as WebCrypto verifies with it. */
export const importCounterKey = (key: CounterKey): Promise<CryptoKey> =>
  remembered(importedKeys, key, ({ x, y }) =>
    globalThis.crypto.subtle.importKey(
      'raw',
      concatBytes(Uint8Array.of(4), x, y),
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['verify'],
    ),
  )

const remembered = <Made>(
  made: WeakMap<CounterKey, Promise<Made>>,
  key: CounterKey,
  make: (key: CounterKey) => Promise<Made>,
): Promise<Made> => {
  const before = made.get(key)
  if (before !== undefined) return before
  const first = make(key)
  made.set(key, first)
  return first
}

/** The COSE_Key of claim `cnf`. */
export const coseKeyOf = ({ x, y }: CounterKey): Map<number, unknown> =>
  new Map<number, unknown>([
    [keyLabel.kind, kindEc2],
    [keyLabel.curve, curveP256],
    [keyLabel.x, x],
    [keyLabel.y, isOdd(y)],
  ])

/** Reads a COSE_Key with exactly these four members; COUNTER_KEY when it is another or off the curve. */
export const parseCoseKey = (value: unknown): Layer<CounterKey, 'COUNTER_KEY'> => {
  if (!(value instanceof Map) || value.size !== 4) return broken('COUNTER_KEY')
  if (value.get(keyLabel.kind) !== kindEc2) return broken('COUNTER_KEY')
  if (value.get(keyLabel.curve) !== curveP256) return broken('COUNTER_KEY')
  const x: unknown = value.get(keyLabel.x)
  const odd: unknown = value.get(keyLabel.y)
  if (!(x instanceof Uint8Array) || x.length !== coordinateBytes) return broken('COUNTER_KEY')
  if (typeof odd !== 'boolean') return broken('COUNTER_KEY')
  const key = seenKey(x, odd) ?? pointOf(x, odd)
  return key === null ? broken('COUNTER_KEY') : decoded(key)
}

/**
 * Keys of points that were worked out lately, oldest first: finding a point's y is the dearest step of reading a
 * certificate, and a backlog brings many of the same counter. Memory is bounded by `seenKeysMax`.
 */
const seenKeys = new Map<string, CounterKey>()
const seenKeysMax = 1_000

const nameOfPoint = (x: Uint8Array, odd: boolean): string => `${bytesToHex(x)}${odd ? '1' : '0'}`

const seenKey = (x: Uint8Array, odd: boolean): CounterKey | undefined =>
  seenKeys.get(nameOfPoint(x, odd))

const pointOf = (x: Uint8Array, odd: boolean): CounterKey | null => {
  const y = ordinate(numberOf(x), odd)
  if (y === null) return null
  const key = { x: new Uint8Array(x), y: bytesOf(y) }
  if (seenKeys.size >= seenKeysMax) {
    const [oldest = ''] = seenKeys.keys()
    seenKeys.delete(oldest)
  }
  seenKeys.set(nameOfPoint(x, odd), key)
  return key
}

/**
 * What a counter names its key by in a message's `kid`: the first 8 bytes of the COSE Key
 * Thumbprint, SHA-256 over the key with its point uncompressed (RFC 9679 §3 and §4.2).
 */
export const counterKeyId = (key: CounterKey): Promise<Bytes> => remembered(keyIds, key, thumbprint)

const thumbprint = async ({ x, y }: CounterKey): Promise<Bytes> => {
  const members = encodeCbor(
    new Map<number, unknown>([
      [keyLabel.kind, kindEc2],
      [keyLabel.curve, curveP256],
      [keyLabel.x, x],
      [keyLabel.y, y],
    ]),
  )
  return new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', members)).slice(0, 8)
}

/** The point's y by x and its lowest bit (SEC 1 §2.3.4); null when no point has that x. */
const ordinate = (x: bigint, odd: boolean): bigint | null => {
  if (x >= prime) return null
  const square = modulo(x * x * x - 3n * x + b)
  // The prime is 3 modulo 4, so this power is a root if there is one.
  const root = power(square, (prime + 1n) / 4n)
  if (modulo(root * root) !== square) return null
  return (root & 1n) === (odd ? 1n : 0n) ? root : prime - root
}

const modulo = (value: bigint): bigint => ((value % prime) + prime) % prime

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % prime
    square = (square * square) % prime
  }
  return result
}

const isOdd = (coordinate: Uint8Array): boolean => ((coordinate.at(-1) ?? 0) & 1) === 1

const numberOf = (bytes: Uint8Array): bigint =>
  bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)

const bytesOf = (number: bigint): Bytes => {
  const bytes = new Uint8Array(coordinateBytes)
  for (let index = coordinateBytes - 1, rest = number; index >= 0; index--, rest >>= 8n) {
    bytes[index] = Number(rest & 0xffn)
  }
  return bytes
}
