/**
 * Days in which nothing happens that anybody should be woken for, in virtual time: probes that fail by themselves, networks
 * that turn over, deployments, planned maintenance, slow nights, a watcher that stands still, users who mistype, and counters that close.
 * Whatever the incident machine opens meanwhile is a false alarm.
 */

import { watchedComponents } from '@sidep/contracts'
import type { WatchEvent } from '@sidep/server/operations/incidents/events.ts'
import { type Finding, makeIncidentMachine } from '@sidep/server/operations/incidents/machine.ts'
import { incidentRules } from '@sidep/server/operations/incidents/rules.ts'
import type { UserMinute, UserSignal } from '@sidep/server/operations/incidents/user-signals.ts'
import { dayMilliseconds, hourMilliseconds, minuteMilliseconds } from '@sidep/time'
import { type Cut, makeQuietCounters } from './quiet-counters.ts'
import { makeRandom } from './random.ts'

export interface QuietDays {
  readonly days: number
  readonly seed: number
  /** Events that opened an incident, or said that one became worse. */
  readonly alarms: readonly WatchEvent[]
  readonly rounds: number
  /** Probes that failed all the same. */
  readonly failedProbes: number
}

/** As the watcher does it: sooner again while something fails. */
const roundMilliseconds = { calm: 5_000, failing: 2_500 } as const
/** A Monday. */
export const quietDaysStart = Date.parse('2026-11-02T00:00:00Z')
const start = quietDaysStart
/** Of one probe alone: a packet lost, a time-out. */
const ownFailureShare = 0.001
/** Networks that turn over, restarts, deployments: nothing answers for a while. */
const awayPerDay = 15
const awayMillisecondsMax = 15_000
const departments = ['01', '13', '2A', '29', '59', '69', '75', '93', '971', '973', '974']

/** A stretch of rounds in which something is the matter. */
interface Stretch {
  readonly from: number
  readonly until: number
}

const hourOf = (at: number): number => ((at - start) % dayMilliseconds) / hourMilliseconds

/** People at work, an hour of the day, sign-ins a minute in one département. */
const signInsPerMinute = (hour: number): number =>
  hour < 6 || hour > 22 ? 0.03 : hour < 8 || hour > 19 ? 0.8 : 6

const poisson = (random: () => number, mean: number): number => {
  let product = random()
  let count = 0
  const limit = Math.exp(-mean)
  while (product > limit) {
    product *= random()
    count += 1
  }
  return count
}

/** Of our own making, on an ordinary day: a provider that answers too late, a browser that gives up. */
const ownFailureOfUsers = 0.003

/** The same minute over all places, and what fails in it for a reason of ours: more while nothing answers. */
const minutesAt = (random: () => number, at: number, awayMilliseconds: number): UserMinute[] =>
  (['ecps', 'card', 'entry'] as const).map((component) => {
    const attempts = poisson(random, signInsPerMinute(hourOf(at)) * departments.length)
    const share = ownFailureOfUsers + Math.min(1, awayMilliseconds / minuteMilliseconds)
    let failures = 0
    for (let index = 0; index < attempts; index += 1) if (random() < share) failures += 1
    return { component, minute: new Date(at), attempts, failures }
  })

/** Counters' heartbeats: a line in the country that is cut, a computer that slept. */
const countersAt = (random: () => number, at: number): UserSignal[] => {
  const isOpen = hourOf(at) >= 7 && hourOf(at) < 21
  return departments.flatMap((department, index) => {
    const attempts = isOpen ? 20 + index * 10 : 2
    // At opening time computers wake up that had been asleep with the page open.
    const share = hourOf(at) >= 7 && hourOf(at) < 9 ? 0.2 : 0.02
    let failures = 0
    for (let heard = 0; heard < attempts; heard += 1) if (random() < share) failures += 1
    return [
      {
        component: 'entry',
        by: 'counters',
        department,
        attempts,
        failures,
        sitesSeen: Math.ceil(attempts / 2),
        sites: failures,
      },
    ] as const
  })
}

/** Sign-ins of a minute at a place, by what became of each site that came. */
interface MinuteOfPlace {
  readonly attempts: number
  readonly failures: number
  readonly seen: number
  readonly missing: number
}

/** As the portal sums them: each look sees the last ten minutes, and the next one nine of them again. */
const makeUsers = (random: () => number) => {
  const kept = new Map<string, MinuteOfPlace[]>()
  const minuteOf = (hour: number): MinuteOfPlace => {
    // One in eight never comes back: a phone that is not at hand, a tab that is closed; a broken card reader tries thirty times.
    const came = poisson(random, signInsPerMinute(hour))
    let missing = 0
    for (let index = 0; index < came; index += 1) if (random() < 1 / 8) missing += 1
    const broken = random() < 0.0004 ? 30 : 0
    const isBroken = broken > 0 ? 1 : 0
    return {
      attempts: came + broken,
      failures: missing + broken,
      seen: came + isBroken,
      missing: missing + isBroken,
    }
  }
  return (at: number): UserSignal[] =>
    departments.flatMap((department) =>
      (['ecps', 'card'] as const).flatMap((component) => {
        const key = `${department} ${component}`
        const minutes = [...(kept.get(key) ?? []), minuteOf(hourOf(at))].slice(-10)
        kept.set(key, minutes)
        const sum = (of: (minute: MinuteOfPlace) => number): number =>
          minutes.reduce((total, minute) => total + of(minute), 0)
        const attempts = sum((minute) => minute.attempts)
        if (attempts === 0) return []
        const signal: UserSignal = {
          component,
          by: 'requests',
          department,
          attempts,
          failures: sum((minute) => minute.failures),
          sitesSeen: sum((minute) => minute.seen),
          sites: sum((minute) => minute.missing),
        }
        return [signal]
      }),
    )
}

/**
 * Lets the days pass.
 *
 * @param seed the same days for the same seed
 * @param cut a place whose counters do not reach the portal for a while: then a day that is not quiet
 */
export const passQuietDays = (days: number, seed: number, cut: Cut | null = null): QuietDays => {
  const random = makeRandom(seed)
  const machine = makeIncidentMachine({ rules: incidentRules })
  const usersAt = makeUsers(random)
  // Days of their own: those of probes and users stay as they were for the same seed.
  const silenceAt = makeQuietCounters({
    random: makeRandom(seed + 1_000_000),
    start,
    departments,
    cut,
  })
  const end = start + days * dayMilliseconds
  /** At a place of its own each: two that touch would be one long outage. */
  const stretches = (perDay: number, millisecondsMax: number): Stretch[] => {
    const count = Math.round(perDay * days)
    const each = (days * dayMilliseconds) / count
    return Array.from({ length: count }, (_, index) => {
      const length = millisecondsMax * (0.2 + 0.8 * random())
      const from = start + index * each + random() * (each - length - 2 * minuteMilliseconds)
      return { from, until: from + length }
    })
  }
  const away = stretches(awayPerDay, awayMillisecondsMax)
  const stalls = stretches(0.5, 2 * minuteMilliseconds)
  // A week's own half hour, told beforehand.
  const plans = Array.from({ length: Math.floor(days / 7) }, (_, week): Stretch => {
    const from = start + (week * 7 + 2) * dayMilliseconds + 2 * hourMilliseconds
    return { from, until: from + 30 * minuteMilliseconds }
  })
  plans.forEach(({ from, until }, index) => {
    machine.record({
      type: 'planned',
      at: new Date(start).toISOString(),
      plan: `week-${index + 1}`,
      components: [...watchedComponents],
      from: new Date(from).toISOString(),
      until: new Date(until).toISOString(),
      fr: 'Maintenance prévue.',
      en: 'Planned maintenance.',
    })
  })
  const isIn = (all: readonly Stretch[], at: number): boolean => {
    // Few, and in order: those that are over are left behind.
    while (all.length > 0 && (all[0]?.until ?? 0) <= at) (all as Stretch[]).shift()
    return all.some(({ from, until }) => from <= at && at < until)
  }

  const alarms: WatchEvent[] = []
  let rounds = 0
  let failedProbes = 0
  const hear = (events: readonly WatchEvent[]): void => {
    for (const event of events)
      if (['opened', 'joined', 'relapsed', 'worsened'].includes(event.type)) alarms.push(event)
  }
  let nextLook = start
  let isFailing = false
  for (let at = start; at < end; at += roundMilliseconds[isFailing ? 'failing' : 'calm']) {
    rounds += 1
    const isAway = isIn(away, at) || isIn(plans, at)
    const isStalled = isIn(stalls, at)
    // Backups: the database is slow for ten minutes of the night.
    const isSlow = hourOf(at) >= 3 && hourOf(at) < 3 + 1 / 6
    const findings = watchedComponents.map((component): Finding => {
      if (isStalled) return { component, state: 'unknown', code: null }
      const share = isSlow && component !== 'bundle' ? 0.02 : ownFailureShare
      if (!isAway && random() >= share) return { component, state: 'works', code: null }
      failedProbes += 1
      return { component, state: 'fails', code: isAway ? 'ECONNREFUSED' : 'TIMEOUT' }
    })
    hear(machine.round(new Date(at), findings))
    isFailing = findings.some(({ state }) => state === 'fails')
    if (at < nextLook) continue
    nextLook = at + minuteMilliseconds
    const isAwayNow = isIn(away, at)
    const met = [...usersAt(at), ...countersAt(random, at), ...silenceAt(at)]
    hear(
      machine.look(new Date(at), met, minutesAt(random, at, isAwayNow ? awayMillisecondsMax : 0)),
    )
  }
  return { days, seed, alarms, rounds, failedProbes }
}
