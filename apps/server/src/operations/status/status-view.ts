/** What the status page says, before it is said in words: made from the board alone. */

import type { WatchedComponent } from '@sidep/contracts'
import {
  dayIn,
  dayMilliseconds,
  hourMilliseconds,
  minuteMilliseconds,
  parisZone,
} from '@sidep/time'
import type { ToleranceNotice } from '@sidep/trust'
import type { Severity } from '../incidents/board.ts'
import {
  type Board,
  failingParts,
  type Incident,
  isDown,
  isPlanned,
  isWorse,
  openIncidents,
  type Plan,
  severityOf,
} from '../incidents/board.ts'
import { historyDays } from '../incidents/rules.ts'

/** `slow`: now and then; `local`: at some places; `unknown`: nobody could look lately. */
export type ComponentState = 'works' | 'slow' | 'local' | 'fails' | 'maintenance' | 'unknown'

/** When each component was last looked at with a result. */
export type Seen = ReadonlyMap<WatchedComponent, Date>

export interface DayOfHistory {
  /** In Paris. */
  readonly day: string
  /** Null: nobody looked. */
  readonly minutesDown: number | null
}

export interface ComponentView {
  readonly component: WatchedComponent
  readonly state: ComponentState
  /** Null while it works. */
  readonly since: Date | null
  /** Of `local`. */
  readonly departments: readonly string[]
  /** Oldest first. */
  readonly history: readonly DayOfHistory[]
  /** Of the time that was watched, in percent; null: none was. */
  readonly worksPercent: number | null
}

export interface StatusView {
  readonly writtenAt: Date
  /** Null: everything works. */
  readonly severity: Severity | null
  readonly components: readonly ComponentView[]
  readonly open: readonly Incident[]
  /** Newest first. */
  readonly past: readonly Incident[]
  readonly plans: readonly Plan[]
  readonly notices: readonly ToleranceNotice[]
}

export const statusZone = parisZone
/** What nobody could look at for so long is not known to work. */
const seenMillisecondsMax = 5 * minuteMilliseconds
/** Of a few hours a share of time says nothing. */
const watchedMinutesMin = 12 * 60
const pastMax = 40
const plansMax = 20

/** Minutes of each day that a component was down for everybody. */
const minutesDownByDay = (
  board: Board,
  component: WatchedComponent,
  now: Date,
): Map<string, number> => {
  const down = new Map<string, number>()
  const oldest = now.getTime() - historyDays * dayMilliseconds
  for (const { parts } of board.incidents) {
    const part = parts.find((one) => one.component === component)
    if (part === undefined || !isDown(part)) continue
    for (const span of part.spans) {
      const until = span.until === null ? now.getTime() : Date.parse(span.until)
      let from = Math.max(oldest, Date.parse(span.since))
      while (from < until) {
        // Zones change by whole hours: an hour of UTC is of one day.
        const end = Math.min(until, (Math.floor(from / hourMilliseconds) + 1) * hourMilliseconds)
        const day = dayIn(new Date(from), statusZone)
        down.set(day, (down.get(day) ?? 0) + (end - from) / minuteMilliseconds)
        from = end
      }
    }
  }
  return down
}

const historyOf = (board: Board, component: WatchedComponent, now: Date): DayOfHistory[] => {
  const down = minutesDownByDay(board, component, now)
  return Array.from({ length: historyDays }, (_, index) => {
    const at = new Date(now.getTime() - (historyDays - 1 - index) * dayMilliseconds)
    const day = dayIn(at, statusZone)
    const minutes = down.get(day)
    if (minutes === undefined && !board.watched.has(day)) return { day, minutesDown: null }
    // Seconds count: a day with an outage is never drawn as one without.
    return { day, minutesDown: Math.ceil(minutes ?? 0) }
  })
}

const worksPercentOf = (board: Board, history: readonly DayOfHistory[]): number | null => {
  const watched = history.reduce(
    (sum, { day, minutesDown }) =>
      minutesDown === null ? sum : sum + Math.max(board.watched.get(day) ?? 0, minutesDown),
    0,
  )
  if (watched < watchedMinutesMin) return null
  const down = history.reduce((sum, { minutesDown }) => sum + (minutesDown ?? 0), 0)
  // Rounded down: a hundred means never.
  return Math.floor((1 - down / watched) * 10_000) / 100
}

const componentView = (
  board: Board,
  component: WatchedComponent,
  seen: Date | undefined,
  now: Date,
): ComponentView => {
  const history = historyOf(board, component, now)
  const worksPercent = worksPercentOf(board, history)
  const base = { component, history, worksPercent }
  const part = openIncidents(board)
    .flatMap((incident) => failingParts(incident))
    .find((one) => one.component === component)
  if (part !== undefined) {
    const state = isDown(part) ? 'fails' : part.departments.length > 0 ? 'local' : 'slow'
    return { ...base, state, since: new Date(part.since), departments: part.departments }
  }
  const isMaintained = isPlanned(board, component, now.getTime(), 0)
  const isSeen = seen !== undefined && now.getTime() - seen.getTime() <= seenMillisecondsMax
  const state = isMaintained ? 'maintenance' : isSeen ? 'works' : 'unknown'
  return { ...base, state, since: null, departments: [] }
}

/** @param components those that are watched, in the order of the page */
export const statusView = (
  board: Board,
  components: readonly WatchedComponent[],
  seen: Seen,
  notices: readonly ToleranceNotice[],
  now: Date,
): StatusView => {
  const open = openIncidents(board)
  const failing = open.flatMap((incident) => failingParts(incident))
  const at = now.getTime()
  const oldest = at - historyDays * dayMilliseconds
  return {
    writtenAt: now,
    severity: failing.length === 0 ? null : severityOf(failing),
    components: components.map((component) =>
      componentView(board, component, seen.get(component), now),
    ),
    open: open.toSorted((a, b) => (isWorse(b.severity, a.severity) ? 1 : -1)),
    past: board.incidents
      .filter(({ closedAt }) => closedAt !== null && Date.parse(closedAt) >= oldest)
      .toReversed()
      .slice(0, pastMax),
    plans: board.plans
      .filter(({ until }) => Date.parse(until) > at)
      .toSorted((a, b) => a.from.localeCompare(b.from))
      .slice(0, plansMax),
    notices: notices.filter(({ from, until }) => Date.parse(from) <= at && at < Date.parse(until)),
  }
}
