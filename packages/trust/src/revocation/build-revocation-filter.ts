import { buildStaticFunction, type Keys } from './build-static-function.ts'
import { passesFirst, type RevocationFilter } from './revocation-filter.ts'
import { bitsMax, fingerprint } from './static-function.ts'

/** Told each key that is issued and not revoked, as four words; in any order, none twice. */
export type VisitKey = (word0: number, word1: number, word2: number, word3: number) => void

/**
 * Builds the filter over all that was issued.
 *
 * @param revoked four words a key
 * @param issued how many keys there are in all, about: it decides the size and nothing else
 * @param eachValid calls for each key that is not revoked; called once
 * @returns null where nothing is revoked
 * @throws TypeError when a key stands twice, or is both revoked and not: what was told cannot be true
 */
export const buildRevocationFilter = (
  revoked: Keys,
  issued: number,
  eachValid: (visit: VisitKey) => void,
): RevocationFilter | null => {
  const building = beginRevocationFilter(revoked, issued)
  if (building === null) return null
  eachValid(building.visit)
  return building.finish()
}

/** A filter on its way: for whoever reads what was issued piece by piece. */
export interface FilterBuilding {
  /** To be told every key that is not revoked, once. */
  readonly visit: VisitKey
  /** @throws TypeError as `buildRevocationFilter` */
  finish(): RevocationFilter
}

/**
 * The same in steps.
 *
 * @param mayRepeat whether a key may be told twice: two certificates can say the same on the same day
 * @returns null where nothing is revoked
 */
export const beginRevocationFilter = (
  revoked: Keys,
  issued: number,
  mayRepeat = false,
): FilterBuilding | null => {
  const count = revoked.length / 4
  if (count === 0) return null
  const bits = cheapestBits(count, Math.max(issued - count, 0))
  const passes = buildStaticFunction(revoked, bits, (index, seed) =>
    fingerprint(revoked[index * 4 + 3] as number, seed, bits),
  )
  const told = new GrowingKeys(revoked)
  // Only of the few that pass; all would be too many.
  const seen = new Set<string>()
  return {
    visit: (word0, word1, word2, word3) => {
      if (!passesFirst(passes, word0, word1, word2, word3)) return
      if (mayRepeat) {
        const name = `${word0},${word1},${word2},${word3}`
        if (seen.has(name)) return
        seen.add(name)
      }
      told.add(word0, word1, word2, word3)
    },
    finish: () => ({
      passes,
      revoked: buildStaticFunction(told.keys(), 1, (index) => (index < count ? 1 : 0)),
    }),
  }
}

/** Each bit of the first function halves what the second has to tell apart, at a bit for each revoked one. */
const cheapestBits = (revoked: number, valid: number): number => {
  const costOf = (bits: number): number => revoked * (bits + 1) + valid / 2 ** bits
  let best = 1
  for (let bits = 2; bits <= bitsMax; bits += 1) if (costOf(bits) < costOf(best)) best = bits
  return best
}

/** Keys of which it is not known how many there will be. */
class GrowingKeys {
  #words: Uint32Array
  #used: number

  constructor(first: Keys) {
    this.#words = new Uint32Array(Math.max(first.length * 2, 1024))
    this.#words.set(first)
    this.#used = first.length
  }

  add(...key: readonly [number, number, number, number]): void {
    if (this.#used + 4 > this.#words.length) {
      const larger = new Uint32Array(this.#words.length * 2)
      larger.set(this.#words)
      this.#words = larger
    }
    this.#words.set(key, this.#used)
    this.#used += 4
  }

  keys(): Keys {
    return this.#words.subarray(0, this.#used)
  }
}
