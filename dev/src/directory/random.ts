/** Repeatable randomness: the same seed, the same directory. */
export interface Random {
  /** 0 ≤ integer < bound. */
  below(bound: number): number
  /** One of a list that is not empty. */
  pick<T>(from: readonly T[]): T
  /** True in that share of cases, 0 … 1. */
  chance(share: number): boolean
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough to invent people. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    below,
    pick: (from) => {
      const picked = from[below(from.length)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    chance: (share) => next() < share,
  }
}
