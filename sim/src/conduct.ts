/**
 * How true counters and stolen accounts enter tests, day by day: what rules of fraud are tried on. The true ones have
 * all that looks odd and is not: replacements, new computers and lines, night pharmacies, teams with a van, campaigns,
 * families, one person who tests again and again, and an evening after which the whole country types what was on paper.
 */
import { dayMilliseconds, hourMilliseconds, minuteMilliseconds } from '@sidep/time'
import { draw, drawNormal, drawPoisson, streams } from './random.ts'

export interface ConductEntry {
  readonly recordedAt: number
  readonly sampledAt: number
  readonly siteId: string
  readonly department: string
  readonly professionalId: string
  readonly counterId: string
  readonly network: string
  readonly result: 'negative' | 'positive'
  readonly personHash: string
  readonly sampledHour: number
  /** Of which theft; null of a true one. */
  readonly theft: number | null
}

/** How the thief goes about it. All sign in elsewhere, on a computer of theirs. */
export const theftKinds = ['night', 'day', 'slow', 'late', 'spread'] as const
export type TheftKind = (typeof theftKinds)[number]

export interface ConductOptions {
  readonly seed: number
  readonly sites: number
  readonly days: number
  readonly thefts: number
  readonly testsPerTheft: number
}

export interface SimulatedConduct {
  /** By when they were recorded. */
  readonly entries: readonly ConductEntry[]
  readonly thefts: readonly { readonly kind: TheftKind; readonly professionalId: string }[]
  readonly siteDays: number
}

/** Monday 12 July 2021, 00:00 UTC: hours of these counters are of UTC. */
const start = Date.UTC(2021, 6, 12)
const departments = [
  ...Array.from({ length: 95 }, (_, index) => String(index + 1).padStart(2, '0')).filter(
    (code) => code !== '20',
  ),
  '971',
  '972',
  '973',
  '974',
  '976',
]
/** The evening on which both ways in were down: all type at night and the next morning. */
const outageDay = 20
const outageFromHour = 15.5

export const simulateConduct = (options: ConductOptions): SimulatedConduct => {
  const { seed, sites, days, thefts: theftCount, testsPerTheft } = options
  let drawn = 0
  const uniform = (): number => draw(seed, streams.conduct, drawn++)
  const chance = (share: number): boolean => uniform() < share
  const normal = (): number => drawNormal(seed, streams.conduct, drawn++)
  const poisson = (mean: number): number =>
    drawPoisson(mean, seed, streams.conduct, 10_000_000 + drawn++)
  const pick = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(uniform() * list.length)]
    if (one === undefined) throw new Error('nothing to pick from')
    return one
  }
  let made = 0
  const newName = (what: string): string => `${what}-${++made}`

  const entries: ConductEntry[] = []
  const positiveShareOn = (day: number): number =>
    0.006 + 0.05 / (1 + Math.exp((days / 2 - day) / 3))

  interface Site {
    readonly id: string
    readonly department: string
    readonly perDay: number
    readonly isNight: boolean
    readonly isVan: boolean
    readonly opensSunday: boolean
    professionals: string[]
    counters: string[]
    network: string
  }
  const places: Site[] = Array.from({ length: sites }, () => {
    const isVan = chance(0.02)
    const perDay = Math.min(400, Math.max(3, Math.exp(3.1 + 0.8 * normal())) * (isVan ? 2 : 1))
    const booths = 1 + Math.floor(perDay / 70)
    return {
      id: newName('site'),
      department: pick(departments),
      perDay,
      isNight: chance(0.01),
      isVan,
      opensSunday: chance(0.15),
      professionals: Array.from({ length: 1 + Math.floor(uniform() * 3) }, () =>
        newName('professional'),
      ),
      counters: Array.from({ length: booths }, () => newName('counter')),
      network: newName('network'),
    }
  })
  /** Those who stand in for others, now here, now there; half bring a computer of their own. */
  const standIns = Array.from({ length: Math.ceil(sites / 15) }, () => ({
    professional: newName('professional'),
    laptop: chance(0.5) ? newName('counter') : null,
  }))

  const enter = (
    site: Site,
    professionalId: string,
    counterId: string,
    network: string,
    sampledAt: number,
    recordedAt: number,
    positiveShare: number,
    personHash = newName('person'),
    theft: number | null = null,
  ): void => {
    entries.push({
      recordedAt,
      sampledAt,
      siteId: site.id,
      department: site.department,
      professionalId,
      counterId,
      network,
      result: chance(positiveShare) ? 'positive' : 'negative',
      personHash,
      sampledHour: new Date(sampledAt).getUTCHours(),
      theft,
    })
  }

  const hourOf = (site: Site, weekday: number): number => {
    if (site.isNight && chance(0.3)) return (22 + 8 * uniform()) % 24
    const isMorning = chance(weekday === 6 ? 0.8 : 0.45)
    return Math.min(19.9, Math.max(8, (isMorning ? 10.5 : 17) + 1.6 * normal()))
  }

  for (let day = 0; day < days; day += 1) {
    const midnight = start + day * dayMilliseconds
    const weekday = day % 7
    // Nobody stands in at two places on one day.
    const freeStandIns = [...standIns]
    for (const site of places) {
      // New computers, a new line, both at once, a new colleague.
      if (chance(1 / 150))
        site.counters[Math.floor(uniform() * site.counters.length)] = newName('counter')
      if (chance(1 / 400)) site.network = newName('network')
      if (chance(1 / 5_000)) {
        site.counters = site.counters.map(() => newName('counter'))
        site.network = newName('network')
      }
      if (chance(1 / 200))
        site.professionals = [...site.professionals.slice(1), newName('professional')]
      if (weekday === 6 && !site.opensSunday && !site.isVan) continue
      const network = site.isVan ? newName('network') : site.network
      const standIn =
        chance(1 / 40) && freeStandIns.length > 0
          ? (freeStandIns.splice(Math.floor(uniform() * freeStandIns.length), 1)[0] ?? null)
          : null
      const isCampaign = chance(1 / 100)
      const count = poisson(site.perDay * (weekday >= 4 ? 1.2 : 1) * (isCampaign ? 5 : 1))
      const onDuty = standIn === null ? pick(site.professionals) : standIn.professional
      for (let number = 0; number < count; ) {
        const hour = hourOf(site, weekday)
        const sampledAt = midnight + hour * hourMilliseconds
        const isDown = day === outageDay && hour >= outageFromHour
        // What was on paper is typed at night, or the next morning.
        const typedAt = chance(0.6)
          ? midnight + (21 + 3 * uniform()) * hourMilliseconds
          : midnight + (32 + 4 * uniform()) * hourMilliseconds
        // A slip, or a result forgotten until the next day, comes in late now and then.
        const late = chance(0.01) ? (12 + 12 * uniform()) * hourMilliseconds : 0
        const recordedAt = isDown
          ? typedAt
          : sampledAt + (16 + 10 * uniform()) * minuteMilliseconds + late
        const professional =
          site.professionals.length > 1 && standIn === null && chance(0.2)
            ? pick(site.professionals)
            : onDuty
        const counter = standIn?.laptop ?? pick(site.counters)
        // Families come together; some are tested again at once, and a worried one three times.
        const persons = chance(0.15) ? 2 + Math.floor(3 * uniform()) : 1
        for (let member = 0; member < persons && number < count; member += 1) {
          const person = newName('person')
          const times = chance(0.01) ? 2 + Math.floor(2 * uniform()) : 1
          for (let time = 0; time < times && number < count; time += 1) {
            number += 1
            const after = (member * 3 + time * 20) * minuteMilliseconds
            enter(
              site,
              professional,
              counter,
              network,
              sampledAt + after,
              recordedAt + after,
              positiveShareOn(day),
              person,
            )
          }
        }
      }
    }
  }

  const thefts = Array.from({ length: theftCount }, (_, index) => {
    const kind = theftKinds[index % theftKinds.length] ?? 'day'
    const site = pick(places.filter(({ isVan }) => !isVan))
    const professionalId = pick(site.professionals)
    const counter = newName('counter')
    // Some go through the victim's own town, most from anywhere: never through the pharmacy's line.
    const network = newName('network')
    const day = 10 + Math.floor(uniform() * (days - 14))
    const midnight = start + day * dayMilliseconds
    const persons = Array.from({ length: testsPerTheft }, () => newName('person'))
    for (const [number, person] of persons.entries()) {
      const share = number / testsPerTheft
      const at =
        kind === 'night'
          ? midnight + (23 + 4 * share) * hourMilliseconds
          : kind === 'slow'
            ? // Eight an hour, in opening hours, for as many days as it takes.
              midnight +
              Math.floor(number / 80) * dayMilliseconds +
              (9 + (number % 80) / 8) * hourMilliseconds
            : midnight + (9 + 9 * share) * hourMilliseconds
      const sampledAt = at - (kind === 'late' ? 20 * hourMilliseconds : 20 * minuteMilliseconds)
      // Who is careful mixes in a positive here and there.
      const positiveShare = kind === 'slow' || kind === 'spread' ? 0.03 : 0
      enter(
        site,
        professionalId,
        counter,
        network,
        sampledAt,
        at + uniform() * minuteMilliseconds,
        positiveShare,
        person,
        index,
      )
    }
    return { kind, professionalId }
  })
  entries.sort((one, other) => one.recordedAt - other.recordedAt)
  return { entries, thefts, siteDays: sites * days }
}
