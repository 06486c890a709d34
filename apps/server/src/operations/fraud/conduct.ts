/**
 * What one professional did within a day, in numbers, against what they usually do. Pure: of rows, without names.
 *
 * Invariants:
 * 1. Nothing that a queue alone brings counts: many people in a day raise only `pace`, and against their own busiest hour.
 * 2. What all the nation does on an evening (typing at night what was noted on paper) is no one's conduct: see `Nation`.
 * 3. A counter that is known to the person or to the site is not unknown, whatever network it comes by.
 */
import { dayMilliseconds, hourMilliseconds, minuteMilliseconds } from '@sidep/time'
import { kilometresBetween } from './distance.ts'

export interface Entry {
  /** Epoch milliseconds: when it was recorded, and when the sample was taken. */
  readonly recordedAt: number
  readonly sampledAt: number
  readonly siteId: string
  /** Where the site is; null where its postal code says none. */
  readonly department: string | null
  readonly professionalId: string
  /** Thumbprint of the counter's key; null of a session without one. */
  readonly counterId: string | null
  /** Keyed hash of the network that the counter signed in by; null where it is not known. */
  readonly network: string | null
  readonly result: 'negative' | 'positive' | 'inconclusive' | null
  readonly personHash: string
  /** Hour of the sample on the clock of its site, 0 to 23. */
  readonly sampledHour: number
}

/** What was seen before the day that is judged: of the professional, and at the sites of that day. */
export interface Usual {
  readonly activeDays: number
  readonly sites: ReadonlySet<string>
  /** Of the professional and of the sites. */
  readonly counters: ReadonlySet<string>
  readonly networks: ReadonlySet<string>
  /** Most entries within an hour. */
  readonly busiestHour: number
  /** Share of samples between ten at night and six. */
  readonly nightShare: number
  /** Most sites within a day. */
  readonly sitesPerDay: number
}

/** What the whole country does in the same day. */
export interface Nation {
  readonly positiveShare: number
  /** Share of entries that came more than twelve hours after their sample, and of samples at night. */
  readonly lateShare: number
  readonly nightShare: number
}

export const features = [
  'unknownCounterAndNetwork',
  'unknownCounter',
  'unknownSite',
  'besideOwnCounter',
  'pace',
  'night',
  'late',
  'distance',
  'samePerson',
  'onlyNegative',
  'manySites',
] as const
export type Feature = (typeof features)[number]
export type Conduct = Readonly<Record<Feature, number>>

export const lateFrom = 12 * hourMilliseconds
export const isNight = ({ sampledHour }: Pick<Entry, 'sampledHour'>): boolean =>
  sampledHour >= 22 || sampledHour < 6
export const isLate = ({
  recordedAt,
  sampledAt,
}: Pick<Entry, 'recordedAt' | 'sampledAt'>): boolean => recordedAt - sampledAt > lateFrom

/** Most entries within an hour, by when they were recorded. `entries` by time. */
export const busiestHourOf = (entries: readonly Pick<Entry, 'recordedAt'>[]): number => {
  let most = 0
  let from = 0
  for (const [index, { recordedAt }] of entries.entries()) {
    while ((entries[from]?.recordedAt ?? recordedAt) <= recordedAt - hourMilliseconds) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}

/** Below this many entries in an hour a pace says nothing: one booth with a nurse. */
const paceMin = 20
/** Faster than a car or a train from one site to the next. */
const kilometresPerHourMax = 350
const distanceMin = 30
/** The second test of one person within a day is taken for a check of the first. */
const testsOfPersonUsual = 2
const besideWithin = 30 * minuteMilliseconds

// Where nothing was seen before, a new site or portal, nothing can be unknown.
const isUnknownCounter = ({ counters }: Usual, { counterId }: Entry): boolean =>
  counters.size > 0 && (counterId === null || !counters.has(counterId))

const isUnknownNetwork = ({ networks }: Usual, { network }: Entry): boolean =>
  networks.size > 0 && network !== null && !networks.has(network)

const countOver = (count: number, share: number, of: number): number =>
  Math.max(0, count - 2 * share * of)

/** Entries after a journey that nobody makes. */
const impossibleJourneys = (entries: readonly Entry[]): number => {
  let count = 0
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1]
    if (before === undefined || before.siteId === entry.siteId) continue
    const kilometres = kilometresBetween(before.department, entry.department)
    const hours = (entry.recordedAt - before.recordedAt) / hourMilliseconds
    if (kilometres > distanceMin && kilometres > kilometresPerHourMax * hours) count += 1
  }
  return count
}

const repeatsOfPersons = (entries: readonly Entry[]): number => {
  const byPerson = new Map<string, number>()
  for (const { personHash } of entries)
    byPerson.set(personHash, (byPerson.get(personHash) ?? 0) + 1)
  return [...byPerson.values()].reduce(
    (sum, count) => sum + Math.max(0, count - testsOfPersonUsual),
    0,
  )
}

/** Entries of unknown counters while a known one of the same person was at work within half an hour. */
const besideOwnCounter = (entries: readonly Entry[], usual: Usual): number => {
  const known = entries.filter((entry) => !isUnknownCounter(usual, entry))
  return entries.filter(
    (entry) =>
      isUnknownCounter(usual, entry) &&
      isUnknownNetwork(usual, entry) &&
      known.some(({ recordedAt }) => Math.abs(recordedAt - entry.recordedAt) < besideWithin),
  ).length
}

/**
 * @param entries of one professional within a day, by when they were recorded
 */
export const conductOf = (entries: readonly Entry[], usual: Usual, nation: Nation): Conduct => {
  const unknown = entries.filter((entry) => isUnknownCounter(usual, entry))
  const results = entries.filter(({ result }) => result === 'negative' || result === 'positive')
  const isAllNegative = results.every(({ result }) => result === 'negative')
  const nightShare = Math.max(usual.nightShare, nation.nightShare)
  return {
    unknownCounterAndNetwork: unknown.filter((entry) => isUnknownNetwork(usual, entry)).length,
    unknownCounter: unknown.length,
    unknownSite:
      usual.activeDays === 0 ? 0 : entries.filter(({ siteId }) => !usual.sites.has(siteId)).length,
    besideOwnCounter: besideOwnCounter(entries, usual),
    pace: busiestHourOf(entries) / Math.max(paceMin, usual.busiestHour),
    night: countOver(entries.filter(isNight).length, nightShare, entries.length),
    late: countOver(entries.filter(isLate).length, nation.lateShare, entries.length),
    distance: impossibleJourneys(entries),
    samePerson: repeatsOfPersons(entries),
    // How surprising it is, in natural logarithms, that none of so many was positive.
    onlyNegative: isAllNegative ? -results.length * Math.log(1 - nation.positiveShare) : 0,
    manySites: new Set(entries.map(({ siteId }) => siteId)).size - Math.max(1, usual.sitesPerDay),
  }
}

/** What is usual, of entries before the day that is judged; those of colleagues at the same sites tell of counters and networks. */
export const usualOf = (
  own: readonly Entry[],
  ofSites: readonly Pick<Entry, 'counterId' | 'network'>[],
): Usual => {
  const days = new Map<number, Set<string>>()
  for (const { recordedAt, siteId } of own) {
    const day = Math.floor(recordedAt / dayMilliseconds)
    days.set(day, (days.get(day) ?? new Set()).add(siteId))
  }
  const seen = [...own, ...ofSites]
  const ids = (pick: (entry: Pick<Entry, 'counterId' | 'network'>) => string | null) =>
    new Set(seen.map(pick).filter((id) => id !== null))
  return {
    activeDays: days.size,
    sites: new Set(own.map(({ siteId }) => siteId)),
    counters: ids(({ counterId }) => counterId),
    networks: ids(({ network }) => network),
    busiestHour: busiestHourOf(own),
    nightShare: own.length === 0 ? 0 : own.filter(isNight).length / own.length,
    sitesPerDay: Math.max(0, ...[...days.values()].map(({ size }) => size)),
  }
}
