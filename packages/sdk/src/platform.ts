/** Clock and chance as every platform of today has them; the entries for browsers and Node hand them out. */
import type { Surroundings } from './surroundings.ts'

/** Wide enough for a number in [0, 1) without a step that could be seen. */
const randomRange = 2 ** 32

const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))

export const platformSurroundings: Surroundings = {
  now: () => new Date(),
  random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / randomRange,
  randomBytes,
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}
