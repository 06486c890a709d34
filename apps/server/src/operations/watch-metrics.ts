/** What the watcher says of itself to Prometheus: what it looked at and when, what is the matter, and whether anybody was told. */

import type { WatchedComponent } from '@sidep/contracts'
import type { Clock } from '../platform/clock.ts'
import { type Metrics, makeMetrics } from '../platform/metrics.ts'
import type { Severity } from './incidents/board.ts'
import { type Board, failingParts, type Incident, isDown } from './incidents/board.ts'
import type { Finding } from './incidents/machine.ts'

export interface WatchMetrics {
  readonly metrics: Metrics
  /** A look has ended. */
  looked(finding: Finding, seconds: number): void
  /** A message to somebody on duty has ended, one way or the other. */
  told(outcome: string): void
  pageWritten(): void
}

export interface WatchFigures {
  readonly clock: Clock
  readonly components: readonly WatchedComponent[]
  readonly board: () => Board
  /** Messages that are due and that nobody has got yet. */
  readonly untold: () => number
}

const severities: readonly Severity[] = ['minor', 'major', 'critical']

const openOf = ({ incidents }: Board): Incident[] =>
  incidents.filter(({ closedAt }) => closedAt === null)

export const makeWatchMetrics = ({
  clock,
  components,
  board,
  untold,
}: WatchFigures): WatchMetrics => {
  const metrics = makeMetrics()
  const startedAt = clock.now().getTime()
  const seenAt = new Map<WatchedComponent, number>()
  let writtenAt = startedAt
  const secondsSince = (at: number): number => Math.max(0, clock.now().getTime() - at) / 1_000

  const looks = metrics.counter(
    'sidep_watch_looks_total',
    'Looks at a component, by what they found: works, fails, or unknown where it could not be looked at.',
  )
  const durations = metrics.histogram(
    'sidep_watch_look_seconds',
    'How long a look took that found something.',
  )
  const messages = metrics.counter(
    'sidep_watch_messages_total',
    'Messages to those on duty, by outcome: delivered, rejected or given-up.',
  )
  metrics.gauges(
    'sidep_watch_look_age_seconds',
    'Since something was last found out about a component, or since the start.',
    () =>
      components.map((component) => ({
        labels: { component },
        value: secondsSince(seenAt.get(component) ?? startedAt),
      })),
  )
  metrics.gauges(
    'sidep_watch_component_failing',
    'Whether a component is failing part of an open incident: 1 for everybody, 0.5 now and then or at some places, 0 not.',
    () => {
      const failing = openOf(board()).flatMap(failingParts)
      return components.map((component) => {
        const parts = failing.filter((part) => part.component === component)
        return {
          labels: { component },
          value: parts.some(isDown) ? 1 : parts.length > 0 ? 0.5 : 0,
        }
      })
    },
  )
  metrics.gauges('sidep_watch_incidents_open', 'Open incidents, by how bad they are.', () => {
    const open = openOf(board())
    return severities.map((severity) => ({
      labels: { severity },
      value: open.filter((incident) => incident.severity === severity).length,
    }))
  })
  metrics.gauge(
    'sidep_watch_incidents_untaken',
    'Open incidents that nobody has taken.',
    () => openOf(board()).filter(({ taken }) => taken === null).length,
  )
  metrics.gauge(
    'sidep_watch_messages_untold',
    'Messages to those on duty that are due, and that did not get there yet.',
    untold,
  )
  metrics.gauge('sidep_watch_page_age_seconds', 'Since the status page was last written.', () =>
    secondsSince(writtenAt),
  )
  metrics.gauge('sidep_watch_uptime_seconds', 'Since the watcher started.', () =>
    secondsSince(startedAt),
  )
  return {
    metrics,
    looked({ component, state }, seconds) {
      looks.increment({ component, state })
      if (state === 'unknown') return
      seenAt.set(component, clock.now().getTime())
      durations.observe(seconds, { component })
    },
    told: (outcome) => messages.increment({ outcome }),
    pageWritten: () => {
      writtenAt = clock.now().getTime()
    },
  }
}
