/**
 * Randomness of a simulation: a hash of the seed and of what is drawn, not a sequence. The same person takes the same
 * time at the counter in every run with that seed, whatever happened before: two runs differ only by what is compared.
 */

/** What a number is drawn for; each has its own stream. */
export const streams = {
  size: 1,
  opening: 2,
  closing: 3,
  closesSaturday: 4,
  arrivalCount: 5,
  arrivalTime: 6,
  sampling: 7,
  entry: 8,
  paper: 9,
  typing: 10,
  slip: 11,
  retry: 12,
  night: 13,
  reader: 14,
  region: 15,
  computer: 16,
  shift: 17,
  shiftTime: 18,
  colleague: 19,
  answer: 20,
  jitter: 21,
  lapse: 22,
  demand: 23,
  conduct: 24,
} as const
export type Stream = (typeof streams)[keyof typeof streams]

/** MurmurHash3's finaliser (A. Appleby, public domain). */
const mix = (value: number): number => {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** Uniform in [0, 1), 32 bits of it. */
export const draw = (seed: number, stream: Stream, what: number, again = 0): number => {
  const first = mix((seed ^ Math.imul(stream, 0x9e3779b1)) | 0)
  const second = mix((first + Math.imul(what + 1, 0x27d4eb2f)) | 0)
  return (mix((second ^ Math.imul(again + 1, 0x165667b1)) | 0) >>> 0) / 2 ** 32
}

/** Standard normal (G. Box, M. Muller, 1958). */
export const drawNormal = (seed: number, stream: Stream, what: number, again = 0): number => {
  const radius = Math.sqrt(-2 * Math.log(1 - draw(seed, stream, what, 2 * again)))
  return radius * Math.cos(2 * Math.PI * draw(seed, stream, what, 2 * again + 1))
}

/** Above this mean a rounded normal is near enough to Poisson. */
const poissonExactMax = 30

/** Poisson with this mean. */
export const drawPoisson = (mean: number, seed: number, stream: Stream, what: number): number => {
  if (mean > poissonExactMax) {
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(seed, stream, what)))
  }
  const floor = Math.exp(-mean)
  let count = 0
  for (let product = draw(seed, stream, what, 0); product > floor; count += 1) {
    product *= draw(seed, stream, what, count + 1)
  }
  return count
}
