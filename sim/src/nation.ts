/** Sites and people as they are before anything happens, in columns: a million people are a few arrays. */
import { daySeconds, hourSeconds } from '@sidep/time'
import { draw, drawNormal, drawPoisson, streams } from './random.ts'
import type { Scenario } from './scenario.ts'

export interface Nation {
  readonly seed: number
  readonly siteCount: number
  readonly personCount: number
  readonly dayCount: number
  /** By site and day, seconds since the start. */
  readonly opensAt: Float64Array
  readonly closesAt: Float64Array
  /** Tests on a usual day. */
  readonly usualTests: Float64Array
  /** People who test and type. */
  readonly staff: Uint8Array
  /** A card reader that works. */
  readonly hasReader: Uint8Array
  /** People of site s: firstPerson[s] … firstPerson[s + 1] − 1, by arrival. */
  readonly firstPerson: Int32Array
  readonly siteOf: Int32Array
  readonly arrivesAt: Float64Array
}

/** Sizes of pharmacies are spread log-normally. Assumption. */
const sizeSpread = 0.6
/** Half past eight and nine are when most open. Assumption. */
const openings = [
  { share: 0.06, hours: 8 },
  { share: 0.55, hours: 8.5 },
  { share: 0.35, hours: 9 },
  { share: 0.04, hours: 9.5 },
] as const
const closings = [
  { share: 0.25, hours: 19 },
  { share: 0.5, hours: 19.5 },
  { share: 0.2, hours: 20 },
  { share: 0.05, hours: 21 },
] as const
/** Share of sites that close at 13:00 on Saturday. Assumption. */
const saturdayNoonShare = 0.3
/** Nobody is let in so shortly before closing. */
const lastArrivalSeconds = 300
/** Sampling, and handing over the result, of one person: what one member of the team does. */
const workSecondsMean = 240
/** Teams are large enough to be busy this share of the day. */
const busyShare = 0.45
/** Share of sites with a reader and somebody's card in it. Assumption. */
const readerShare = 0.85

const chosen = (choices: readonly { share: number; hours: number }[], uniform: number): number => {
  let left = uniform
  for (const { share, hours } of choices) {
    left -= share
    if (left < 0) return hours
  }
  return choices.at(-1)?.hours ?? 0
}

const cumulate = (weights: readonly number[]): Float64Array => {
  const sums = new Float64Array(weights.length + 1)
  weights.forEach((weight, index) => {
    sums[index + 1] = (sums[index] ?? 0) + weight
  })
  return sums
}

/** The time of day at a share of the day's demand, seconds. */
const timeAt = (sums: Float64Array, share: number): number => {
  const wanted = share * (sums.at(-1) ?? 0)
  let hour = 0
  while (hour < 23 && (sums[hour + 1] ?? 0) <= wanted) hour += 1
  const from = sums[hour] ?? 0
  const width = (sums[hour + 1] ?? 0) - from
  return (hour + (width > 0 ? (wanted - from) / width : 0)) * hourSeconds
}

const triesMax = 64

/**
 * Builds the nation.
 *
 * @param scale share of it, (0, 1]: fewer sites with as much to do each
 */
export const makeNation = (scenario: Scenario, seed: number, scale: number): Nation => {
  const siteCount = Math.max(1, Math.round(scenario.sitesTesting * scale))
  const dayCount = scenario.days.length
  const opensAt = new Float64Array(siteCount * dayCount)
  const closesAt = new Float64Array(siteCount * dayCount)
  const usualTests = new Float64Array(siteCount)
  const staff = new Uint8Array(siteCount)
  const hasReader = new Uint8Array(siteCount)
  let sizes = 0
  for (let site = 0; site < siteCount; site += 1) {
    const size = Math.exp(sizeSpread * drawNormal(seed, streams.size, site))
    usualTests[site] = size
    sizes += size
    hasReader[site] = draw(seed, streams.reader, site) < readerShare ? 1 : 0
  }
  const usualDay = scenario.days[0]?.antigenTests ?? 0
  for (let site = 0; site < siteCount; site += 1) {
    // A few minutes of difference: doors are not opened by one hand.
    const minutes = draw(seed, streams.opening, site, 1) * 240
    const opens = chosen(openings, draw(seed, streams.opening, site)) * hourSeconds + minutes
    const closes = chosen(closings, draw(seed, streams.closing, site)) * hourSeconds
    const isNoon = draw(seed, streams.closesSaturday, site) < saturdayNoonShare
    scenario.days.forEach(({ isSaturday }, day) => {
      opensAt[site * dayCount + day] = day * daySeconds + opens
      closesAt[site * dayCount + day] =
        day * daySeconds + (isSaturday && isNoon ? 13 * hourSeconds : closes)
    })
    const usual = ((usualTests[site] ?? 0) / sizes) * usualDay * scale
    usualTests[site] = usual
    const needed = (usual * workSecondsMean) / ((closes - opens) * busyShare)
    staff[site] = Math.min(40, Math.max(1, Math.ceil(needed)))
  }
  const people = bringPeople(scenario, seed, { siteCount, dayCount, opensAt, closesAt, usualTests })
  return {
    seed,
    siteCount,
    dayCount,
    opensAt,
    closesAt,
    usualTests,
    staff,
    hasReader,
    ...people,
  }
}

const bringPeople = (
  scenario: Scenario,
  seed: number,
  sites: Pick<Nation, 'siteCount' | 'dayCount' | 'opensAt' | 'closesAt' | 'usualTests'>,
): Pick<Nation, 'personCount' | 'firstPerson' | 'siteOf' | 'arrivesAt'> => {
  const { siteCount, dayCount, opensAt, closesAt, usualTests } = sites
  const usualDay = scenario.days[0]?.antigenTests ?? 1
  const counts = new Int32Array(siteCount * dayCount)
  let personCount = 0
  for (let index = 0; index < counts.length; index += 1) {
    const site = Math.floor(index / dayCount)
    const tests = scenario.days[index % dayCount]?.antigenTests ?? 0
    const mean = ((usualTests[site] ?? 0) * tests) / usualDay
    const count = drawPoisson(mean, seed, streams.arrivalCount, index)
    counts[index] = count
    personCount += count
  }
  const firstPerson = new Int32Array(siteCount + 1)
  const siteOf = new Int32Array(personCount)
  const arrivesAt = new Float64Array(personCount)
  const sums = cumulate(scenario.demandByHour)
  let person = 0
  for (let index = 0; index < counts.length; index += 1) {
    const site = Math.floor(index / dayCount)
    const day = index % dayCount
    if (day === 0) firstPerson[site] = person
    const from = person
    const opens = opensAt[index] ?? 0
    const latest = Math.max(opens + 1, (closesAt[index] ?? 0) - lastArrivalSeconds)
    for (let end = person + (counts[index] ?? 0); person < end; person += 1) {
      siteOf[person] = site
      let at = opens
      for (let attempt = 0; attempt < triesMax; attempt += 1) {
        const share = draw(seed, streams.arrivalTime, person, attempt)
        at = day * daySeconds + timeAt(sums, share)
        if (at >= opens && at <= latest) break
        at = opens + share * (latest - opens)
      }
      arrivesAt[person] = at
    }
    arrivesAt.subarray(from, person).sort()
  }
  firstPerson[siteCount] = person
  return { personCount, firstPerson, siteOf, arrivesAt }
}
