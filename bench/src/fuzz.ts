/**
 * `sidep bench fuzz`: hostile texts through the one sequence that every verifier runs, each bounded in time and memory. A
 * text that took too long is tried again by itself: a machine may have had other work in that moment, a hostile text takes
 * as long each time.
 */
import { performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { webCryptoPrimitives } from '@sidep/trust'
import { verify } from '@sidep/verdict'
import { hostileTexts } from './fuzz/hostile-texts.ts'
import { makeRandom } from './random.ts'
import { rounded } from './statistics.ts'
import { makeMaterial } from './verify.ts'

export interface FuzzBenchOptions {
  readonly texts: number
  readonly seed: number
}

export interface FuzzBenchResult {
  readonly scenario: 'fuzz'
  readonly seed: number
  readonly texts: number
  readonly accepted: number
  readonly refused: number
  readonly unreadable: number
  /** Texts that ended in no verdict. */
  readonly threw: number
  /** The slowest, tried again by itself where it took longer than the bound. */
  readonly longestMilliseconds: number
  readonly pastMilliseconds: number
  /** The most that was allocated for one text. */
  readonly mostMegabytes: number
  readonly pastMegabytes: number
  readonly seconds: number
  /** Some of those that broke a bound, as JSON strings. */
  readonly worst: readonly string[]
}

const millisecondsMax = 50
const megabytesMax = 64
const triesMax = 5
const worstMax = 5

const allocatedMegabytes = (): number => {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return (heap + external) / 1024 / 1024
}

/** Tries `texts` of them. */
export const benchFuzz = async ({ texts, seed }: FuzzBenchOptions): Promise<FuzzBenchResult> => {
  const at = new Date('2021-08-13T15:30:00Z')
  const material = await makeMaterial(at)
  // As the pages verify.
  const trust = { ...material.trust, primitives: webCryptoPrimitives }
  const hostile = hostileTexts(material.texts, makeRandom(seed))
  const counts = { accepted: 0, refused: 0, unreadable: 0 }
  const worst: string[] = []
  let [threw, pastMilliseconds, pastMegabytes] = [0, 0, 0]
  let [longestMilliseconds, mostMegabytes] = [0, 0]

  const judge = async (text: string) => {
    const allocated = allocatedMegabytes()
    const startedAt = performance.now()
    const { verdict } = await verify(text, trust, at, { kind: 'pass', country: 'FR' })
    const milliseconds = performance.now() - startedAt
    // Less than was allocated where garbage was collected meanwhile, never more.
    return { verdict, milliseconds, megabytes: allocatedMegabytes() - allocated }
  }

  const startedAt = performance.now()
  for (let index = 0; index < texts; index += 1) {
    const text = hostile.next()
    try {
      const first = await judge(text)
      counts[first.verdict] += 1
      let { milliseconds } = first
      for (let tries = 0; milliseconds > millisecondsMax && tries < triesMax; tries += 1) {
        milliseconds = Math.min(milliseconds, (await judge(text)).milliseconds)
      }
      longestMilliseconds = Math.max(longestMilliseconds, milliseconds)
      mostMegabytes = Math.max(mostMegabytes, first.megabytes)
      const isSlow = milliseconds > millisecondsMax
      const isLarge = first.megabytes > megabytesMax
      if (isSlow) pastMilliseconds += 1
      if (isLarge) pastMegabytes += 1
      if ((isSlow || isLarge) && worst.length < worstMax) worst.push(JSON.stringify(text))
    } catch (error) {
      threw += 1
      if (worst.length < worstMax) worst.push(`${JSON.stringify(text)} ${String(error)}`)
    }
  }
  return {
    scenario: 'fuzz',
    seed,
    texts,
    ...counts,
    threw,
    longestMilliseconds: rounded(longestMilliseconds),
    pastMilliseconds,
    mostMegabytes: rounded(mostMegabytes),
    pastMegabytes,
    seconds: rounded((performance.now() - startedAt) / 1_000),
    worst,
  }
}
