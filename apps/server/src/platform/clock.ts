/** The only place of the server where time and randomness are read. Everything else is given them. */
import { randomBytes as nodeRandomBytes } from 'node:crypto'

export interface Clock {
  now(): Date
}

export type RandomBytes = (length: number) => Uint8Array

export const systemClock: Clock = { now: () => new Date() }

/** Monotonic milliseconds, for durations in metrics and time-outs; never for dates. */
export const monotonicMilliseconds = (): number => performance.now()

/** Cryptographically strong bytes from the operating system. */
export const systemRandomBytes: RandomBytes = (length) => new Uint8Array(nodeRandomBytes(length))
