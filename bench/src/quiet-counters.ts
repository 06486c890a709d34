/**
 * Counters of some départements in virtual time, by their heartbeats: they open, have lunch, close, most of them saying so and some
 * switched off; computers sleep for a while; Sundays, and an eve on which everybody goes home early. What the watcher would
 * read of them each minute, as operations/signals/read-silence.ts reads it.
 */
import type { UserSignal } from '@sidep/server/operations/incidents/user-signals.ts'
import { dayMilliseconds, hourMilliseconds, minuteMilliseconds } from '@sidep/time'

/** A département whose counters do not reach the portal for a while. */
export interface Cut {
  readonly department: string
  readonly from: number
  readonly until: number
}

export interface QuietCountersOptions {
  readonly random: () => number
  /** The first midnight; a Monday. */
  readonly start: number
  readonly departments: readonly string[]
  readonly cut?: Cut | null
}

interface Stretch {
  readonly from: number
  readonly until: number
  /** The page was closed or somebody signed out; otherwise the computer was switched off, or sleeps. */
  readonly isSaid: boolean
}

interface Site {
  stretches: readonly Stretch[]
  nextAt: number
  heardAt: number
  leftAt: number
  isOpen: boolean
}

const saidShare = 0.7
const lunchShare = 0.4
const sundayShare = 0.08
const sleepShare = 0.05
/** Days before which everybody closes at five, counted from the first. */
const eveOfHoliday = 23
const slotMilliseconds = 5 * minuteMilliseconds

export const makeQuietCounters = ({
  random,
  start,
  departments,
  cut = null,
}: QuietCountersOptions): ((at: number) => UserSignal[]) => {
  const places = departments.map((department, index) => ({
    department,
    sites: Array.from(
      { length: 12 + index * 15 },
      (): Site => ({ stretches: [], nextAt: 0, heardAt: 0, leftAt: 0, isOpen: false }),
    ),
    /** Heartbeats by five minutes since the start. */
    heard: new Map<number, number>(),
  }))
  const around = (minutes: number): number =>
    (random() + random() - 1) * minutes * minuteMilliseconds

  const dayOf = (midnight: number): Stretch[] => {
    const day = Math.round((midnight - start) / dayMilliseconds)
    const isSunday = day % 7 === 6
    if (isSunday && random() >= sundayShare) return []
    const hour = (hours: number, minutes: number): number =>
      midnight + hours * hourMilliseconds + around(minutes)
    const opens = hour(8.5, 30)
    const closes = isSunday ? hour(12.5, 15) : day === eveOfHoliday ? hour(17, 30) : hour(19.5, 20)
    const breaks: [number, number][] = []
    if (!isSunday && random() < lunchShare) breaks.push([hour(12.5, 15), hour(14, 10)])
    if (random() < sleepShare) {
      const from = hour(9 + random() * 9, 0)
      breaks.push([from, from + (15 + random() * 45) * minuteMilliseconds])
    }
    const stretches: Stretch[] = []
    let from = opens
    for (const [until, next] of breaks.toSorted(([one], [other]) => one - other)) {
      if (until > from) stretches.push({ from, until, isSaid: random() < saidShare })
      from = Math.max(from, next)
    }
    if (closes > from) stretches.push({ from, until: closes, isSaid: random() < saidShare })
    return stretches
  }

  let midnight = Number.NEGATIVE_INFINITY
  const pass = (at: number): void => {
    if (at - midnight >= dayMilliseconds) {
      midnight = start + Math.floor((at - start) / dayMilliseconds) * dayMilliseconds
      for (const { sites } of places) for (const site of sites) site.stretches = dayOf(midnight)
    }
    for (const place of places) {
      const isCut = cut?.department === place.department && cut.from <= at && at < cut.until
      for (const site of place.sites) {
        const now = site.stretches.find(({ from, until }) => from <= at && at < until)
        if (now === undefined) {
          const ended = site.stretches.findLast(({ until }) => until <= at)
          if (site.isOpen && ended?.isSaid === true && !isCut) site.leftAt = at
          site.isOpen = false
          continue
        }
        if (!site.isOpen) site.nextAt = at + random() * slotMilliseconds
        site.isOpen = true
        if (at < site.nextAt || isCut) continue
        site.nextAt = at + slotMilliseconds * (0.9 + 0.2 * random())
        site.heardAt = at
        const slot = Math.floor(at / slotMilliseconds)
        place.heard.set(slot, (place.heard.get(slot) ?? 0) + 1)
      }
    }
  }

  const sumOf = (heard: ReadonlyMap<number, number>, from: number, count: number): number => {
    let sum = 0
    for (let slot = from; slot < from + count; slot += 1) sum += heard.get(slot) ?? 0
    return sum
  }

  /** What falls silent at this time of other days; null: it is not known. */
  const usualAt = (heard: ReadonlyMap<number, number>, at: number): number | null => {
    const shares = [1, 7].flatMap((days) =>
      [-6, -3, 0, 3, 6].flatMap((shift) => {
        const slot = Math.floor((at - days * dayMilliseconds) / slotMilliseconds) + shift
        const earlier = sumOf(heard, slot - 9, 3)
        return earlier < 12 ? [] : [1 - Math.min(1, sumOf(heard, slot - 3, 3) / earlier)]
      }),
    )
    return shares.length === 0 ? null : Math.max(...shares)
  }

  /** Called once a minute. */
  return (at) => {
    pass(at)
    return places.flatMap(({ department, sites, heard }) => {
      const expected = sites.filter(({ heardAt }) => heardAt > at - 40 * minuteMilliseconds)
      const usualShare = usualAt(heard, at)
      if (usualShare === null || expected.length === 0) return []
      const silent = expected.filter(
        ({ heardAt, leftAt }) => heardAt <= at - 10 * minuteMilliseconds && leftAt < heardAt,
      ).length
      const signal: UserSignal = {
        component: 'entry',
        by: 'silence',
        department,
        attempts: expected.length,
        failures: silent,
        sitesSeen: expected.length,
        sites: silent,
        usualShare,
      }
      return [signal]
    })
  }
}
