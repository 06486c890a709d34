/**
 * From what probes find and users meet to incidents. Pure: what time it is comes in, events come out.
 *
 * Invariants
 * - A component is in at most one open incident; an incident has an end when everything in it has been well for a while.
 * - What is planned opens nothing, and counts nowhere.
 * - What nobody could look at (`unknown`) is neither a failure nor a success.
 * - What flaps stays one incident: each relapse makes the time that it has to be well twice as long.
 */
import { type WatchedComponent, watchedComponents } from '@sidep/contracts'
import { minuteMilliseconds } from '@sidep/time'
import {
  type Board,
  emptyBoard,
  failingParts,
  foldEvent,
  type Incident,
  isPlanned,
  openIncidents,
  type Part,
  wasOut,
} from './board.ts'
import { burnsBy } from './burning.ts'
import type { Failing, WatchEvent } from './events.ts'
import { orderedEvents } from './orders.ts'
import { incidentOf, placeFailure } from './placing.ts'
import { type KeptRates, makeRates, type Rates } from './rates.ts'
import type { BurnRule, IncidentRules } from './rules.ts'
import { metBadly, type UserMinute, type UserSignal } from './user-signals.ts'

/** What one probe of a round found. */
export interface Finding {
  readonly component: WatchedComponent
  readonly state: 'works' | 'fails' | 'unknown'
  /** Of a failure: a problem code, or what became of the connection. */
  readonly code: string | null
}

export interface IncidentMachine {
  /** Probes that began at a moment, each told when it has ended; those of a component in the order of their beginning. */
  round(begunAt: Date, findings: readonly Finding[], now?: Date): WatchEvent[]
  /**
   * One look at what users met, every minute; everything that was met, an empty list for nothing.
   * @param minutes of now and of before, in their order; one that was told before does not count again
   */
  look(at: Date, signals: readonly UserSignal[], minutes?: readonly UserMinute[]): WatchEvent[]
  /**
   * What a person says. An incident that they open gets its number here, and they close what they opened: what probes or
   * users still meet is over when it is well.
   * @returns what came of it; nothing for what is open already, or not theirs to close
   */
  ordered(order: WatchEvent): WatchEvent[]
  /** What the watcher itself did. */
  record(event: WatchEvent): void
  board(): Board
  kept(): Readonly<Record<string, KeptRates>>
}

export interface MachineOptions {
  readonly rules: IncidentRules
  readonly board?: Board
  readonly kept?: Readonly<Record<string, KeptRates>>
}

/** What is remembered of a component from round to round. */
interface Streaks {
  failures: number
  failingSince: number
  code: string | null
  successes: number
  countedAt: number
}

/** The same of what users meet, from look to look. */
interface Looks {
  bad: number
  badSince: number
  good: number
}

/** What users met is kept beside what probes found, under names of its own. */
const userRatesPrefix = 'users-'

/** Noticed by what users met, and over by it. */
const isOfUsers = ({ rule }: Pick<Failing, 'rule'>): boolean => rule.startsWith('users')

/** What fails at all, rather than now and then. */
const isOutage = ({ rule }: Pick<Failing, 'rule'>): boolean => rule === 'probe' || rule === 'users'

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

export const makeIncidentMachine = ({
  rules,
  board: before = emptyBoard,
  kept = {},
}: MachineOptions): IncidentMachine => {
  let board = before
  const minutesMax = Math.max(...rules.burn.map(({ longMinutes }) => longMinutes))
  const each = <T>(make: (component: WatchedComponent) => T): ReadonlyMap<WatchedComponent, T> =>
    new Map(watchedComponents.map((component) => [component, make(component)]))
  const rates = each<Rates>((component) => makeRates(minutesMax, kept[component] ?? null))
  const userRates = each<Rates>((component) =>
    makeRates(minutesMax, kept[`${userRatesPrefix}${component}`] ?? null),
  )
  /** The last minute of users that counted, by component. */
  const countedUntil = new Map<WatchedComponent, number>(
    watchedComponents.map((component) => [
      component,
      (kept[`${userRatesPrefix}${component}`]?.minute ?? 0) * minuteMilliseconds,
    ]),
  )
  const streaks = each<Streaks>(() => ({
    failures: 0,
    failingSince: 0,
    code: null,
    successes: 0,
    countedAt: 0,
  }))
  const looks = each<Looks>(() => ({ bad: 0, badSince: 0, good: 0 }))
  /** Since when everything of an incident is well. */
  const calmSince = new Map<string, number>()

  const inPlan = (component: WatchedComponent, at: number): boolean =>
    isPlanned(board, component, at, rules.maintenanceGraceMilliseconds)

  const isKnownDown = (component: WatchedComponent): boolean =>
    incidentOf(board, component)?.part.rule === 'probe'

  const doubled = (least: number, most: number, relapses: number): number =>
    Math.min(most, least * 2 ** Math.min(relapses, 20))

  const failed = (at: number, failing: Failing): WatchEvent | null =>
    placeFailure(board, at, failing, rules)

  const probesBurn = (component: WatchedComponent, minute: number): BurnRule | null =>
    burnsBy(rates.get(component), minute, rules.burn, {
      errorBudget: rules.errorBudget,
      failuresMin: rules.burnFailuresMin,
    })
  const usersBurn = (component: WatchedComponent, minute: number): BurnRule | null =>
    burnsBy(userRates.get(component), minute, rules.burn, {
      errorBudget: rules.users.errorBudget,
      failuresMin: rules.users.burnFailuresMin,
    })

  const isBackByProbes = (
    component: WatchedComponent,
    { relapses }: Incident,
    part: Part,
  ): boolean => {
    const streak = streaks.get(component)
    const needed = doubled(rules.successesToRecover, rules.successesToRecoverMax, relapses)
    return !isOfUsers(part) && (streak?.successes ?? 0) >= needed
  }

  const isBack = (
    component: WatchedComponent,
    incident: Incident,
    part: Part,
    minute: number,
  ): boolean => {
    if (isOfUsers(part)) {
      const isCalm = (looks.get(component)?.good ?? 0) >= rules.users.looksToRecover
      return isCalm && (part.rule === 'users' || usersBurn(component, minute) === null)
    }
    if (part.rule === 'person' || !isBackByProbes(component, incident, part)) return false
    return part.rule === 'probe' || probesBurn(component, minute) === null
  }

  /** When what is being judged is known. */
  let known = ''
  const take = (events: WatchEvent[], event: WatchEvent | null): void => {
    if (event === null) return
    const stamped = { ...event, at: known }
    board = foldEvent(board, stamped)
    events.push(stamped)
  }

  /** Closes what has been well for long enough. */
  const settle = (at: number, events: WatchEvent[]): void => {
    for (const incident of openIncidents(board)) {
      for (const part of failingParts(incident)) {
        if (isBack(part.component, incident, part, Math.floor(at / minuteMilliseconds)))
          take(events, {
            type: 'recovered',
            at: iso(at),
            incident: incident.id,
            component: part.component,
          })
      }
    }
    for (const incident of openIncidents(board)) {
      if (failingParts(incident).length > 0) {
        calmSince.delete(incident.id)
        continue
      }
      const since = calmSince.get(incident.id) ?? at
      calmSince.set(incident.id, since)
      const calm = doubled(rules.calmMilliseconds, rules.calmMillisecondsMax, incident.relapses)
      if (at - since < calm) continue
      calmSince.delete(incident.id)
      take(events, { type: 'closed', at: iso(at), incident: incident.id })
    }
  }

  const note = ({ component, state, code }: Finding, at: number): void => {
    const streak = streaks.get(component)
    if (streak === undefined || state === 'unknown') return
    if (state === 'works') {
      streak.failures = 0
      streak.successes += 1
    } else {
      if (streak.failures === 0) streak.failingSince = at
      streak.failures += 1
      streak.code = code
      streak.successes = 0
    }
    // What a known outage fails does not burn once more when it is over.
    if (inPlan(component, at) || isKnownDown(component)) return
    // Looking sooner while something fails is no more failing.
    if (at - streak.countedAt < rules.countedMillisecondsMin) return
    streak.countedAt = at
    const isFailure = state === 'fails'
    rates.get(component)?.count(Math.floor(at / minuteMilliseconds), 1, isFailure ? 1 : 0)
  }

  const judge = (component: WatchedComponent, at: number): WatchEvent | null => {
    const streak = streaks.get(component)
    if (streak === undefined || inPlan(component, at)) return null
    const everywhere = { component, code: streak.code, departments: [], sites: null }
    const isLong = at - streak.failingSince >= rules.failingMillisecondsToOpen
    if (streak.failures >= rules.failuresToOpen && isLong)
      return failed(at, { ...everywhere, rule: 'probe', since: iso(streak.failingSince) })
    const known = incidentOf(board, component)
    // What burns belongs to the outage that it comes from until that is over.
    if (known !== null) return null
    const burn = probesBurn(component, Math.floor(at / minuteMilliseconds))
    if (burn === null) return null
    const since = iso(at - burn.shortMinutes * minuteMilliseconds)
    return failed(at, { ...everywhere, rule: burn.name, since })
  }

  /** What fails for a few of those who come, everywhere, and does not end. */
  const burnt = (
    component: WatchedComponent,
    at: number,
    signals: readonly UserSignal[],
  ): WatchEvent | null => {
    const burn = usersBurn(component, Math.floor(at / minuteMilliseconds))
    if (burn === null || incidentOf(board, component) !== null) return null
    const sites = signals.reduce((sum, signal) => sum + signal.sites, 0)
    if (sites < rules.users.sitesMin) return null
    const departments = signals.flatMap(({ department, failures }) =>
      department === null || failures === 0 ? [] : department,
    )
    const places = signals.filter(({ department }) => department !== null).length
    return failed(at, {
      component,
      rule: `users-${burn.name}`,
      code: null,
      since: iso(at - burn.shortMinutes * minuteMilliseconds),
      departments: departments.length * 2 < places ? [...new Set(departments)].toSorted() : [],
      sites,
    })
  }

  return {
    round(begunAt, findings, now = begunAt) {
      const at = begunAt.getTime()
      known = now.toISOString()
      const events: WatchEvent[] = []
      for (const finding of findings) note(finding, at)
      for (const { component, state } of findings)
        if (state === 'fails') take(events, judge(component, at))
      settle(at, events)
      return events
    },
    look(date, signals, minutes = []) {
      const at = date.getTime()
      known = date.toISOString()
      const events: WatchEvent[] = []
      for (const { component, minute, attempts, failures } of minutes) {
        const begunAt = minute.getTime()
        if (begunAt <= (countedUntil.get(component) ?? 0)) continue
        countedUntil.set(component, begunAt)
        // What a known outage failed does not burn once more when it is over.
        if (wasOut(board, component, begunAt, begunAt + minuteMilliseconds, isOutage)) continue
        userRates
          .get(component)
          ?.count(Math.floor(begunAt / minuteMilliseconds), attempts, failures)
      }
      for (const component of watchedComponents) {
        const streak = looks.get(component)
        if (streak === undefined) continue
        const own = signals.filter((signal) => signal.component === component)
        // Sign-ins that were lost in an outage that probes found, and counters that come back from it, say nothing new.
        const isOld = wasOut(
          board,
          component,
          at - rules.users.lateMilliseconds,
          at,
          (part) => !isOfUsers(part),
        )
        const met = isOld ? null : metBadly(own, rules.users)
        if (met === null) {
          streak.bad = 0
          streak.good += 1
          if (!isOld) take(events, burnt(component, at, own))
          continue
        }
        if (streak.bad === 0) streak.badSince = at
        streak.bad += 1
        streak.good = 0
        if (streak.bad < rules.users.looksToOpen || inPlan(component, at)) continue
        const since = iso(streak.badSince)
        take(events, failed(at, { component, rule: 'users', code: null, since, ...met }))
      }
      settle(at, events)
      return events
    },
    ordered(order) {
      const said = orderedEvents(board, order)
      for (const event of said) board = foldEvent(board, event)
      return said
    },
    record(event) {
      board = foldEvent(board, event)
    },
    board: () => board,
    kept: () =>
      Object.fromEntries([
        ...[...rates].map(([component, rate]) => [component, rate.kept()] as const),
        ...[...userRates].map(
          ([component, rate]) => [`${userRatesPrefix}${component}`, rate.kept()] as const,
        ),
      ]),
  }
}
