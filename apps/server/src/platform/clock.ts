/** The only place of the server where time and randomness are read. Everything else is given them. */
import { randomBytes as nodeRandomBytes } from 'node:crypto'

export interface Clock {
  now(): Date
}

export type RandomBytes = (length: number) => Uint8Array

export const systemClock: Clock = { now: () => new Date() }

/** Monotonic milliseconds, for durations in metrics and time-outs; never for dates. */
export const monotonicMilliseconds = (): number => performance.now()

const pooledBytes = 4_096
const pooledLengthMax = 64
let pool = new Uint8Array(0)
let taken = 0

/** Cryptographically strong bytes from the operating system; few at a time are asked for together, and given out once. */
export const systemRandomBytes: RandomBytes = (length) => {
  if (length > pooledLengthMax) return new Uint8Array(nodeRandomBytes(length))
  if (taken + length > pool.length) {
    pool = new Uint8Array(nodeRandomBytes(pooledBytes))
    taken = 0
  }
  const bytes = pool.slice(taken, taken + length)
  pool.fill(0, taken, taken + length)
  taken += length
  return bytes
}

/** A number in [0, 1) with 32 random bits: for what is spread, and no secret. */
export const uniform = (randomBytes: RandomBytes): number => {
  const bytes = randomBytes(4)
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32
}
