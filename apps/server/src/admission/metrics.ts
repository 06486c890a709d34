/** What the person on duty sees of admission (docs/operating/admission.md). */
import { type Gate, type SiteRates, trafficClasses } from '@sidep/admission'
import type { Metrics } from '../platform/metrics.ts'
import type { EarlyRetryThrottle } from './early-retries.ts'
import type { RoomKeeper } from './room-keeper.ts'
import type { SiteLine } from './site-line.ts'

export interface Watched {
  readonly gate: Gate
  readonly keeper: RoomKeeper
  readonly rates: SiteRates
  readonly siteLine: Pick<SiteLine, 'held'>
  readonly earlyRetries: Pick<EarlyRetryThrottle, 'unread'>
}

export const peopleInRoom = ({ last }: Pick<RoomKeeper, 'last'>): number => {
  if (last === null || !last.state.waiting) return 0
  return Math.round(
    last.buckets.reduce((sum, { tickets, paid }) => sum + Math.max(0, tickets - paid), 0),
  )
}

export const registerAdmissionMetrics = (
  metrics: Metrics,
  { gate, keeper, rates, siteLine, earlyRetries }: Watched,
): void => {
  metrics.gauge(
    'sidep_admission_unread_connections',
    'Connections not read for a moment because their client does not wait as told.',
    () => earlyRetries.unread,
  )
  metrics.gauge('sidep_admission_limit', 'Requests that may be in work at once.', gate.limit)
  metrics.gauge('sidep_admission_in_flight', 'Requests in work.', () => gate.inFlight)
  metrics.gauge('sidep_admission_queued', 'Requests that wait for a slot.', () => gate.waiting)
  metrics.gauge('sidep_admission_active_sites', 'Sites seen in the last 10 s.', () => rates.active)
  metrics.gauge(
    'sidep_admission_held',
    'Requests held because their site sends far more than the others.',
    () => siteLine.held,
  )
  for (const name of trafficClasses) {
    const series = name.replace('-', '_')
    metrics.gauge(
      `sidep_admission_${series}_in_flight`,
      `Requests of class ${name} in work.`,
      () => gate.view(name).inFlight,
    )
    metrics.gauge(
      `sidep_admission_${series}_queued`,
      `Requests of class ${name} that wait for a slot.`,
      () => gate.view(name).queued,
    )
  }
  metrics.gauge('sidep_waiting_room_people', 'People in the waiting room, as last seen.', () =>
    peopleInRoom(keeper),
  )
  metrics.gauge(
    'sidep_waiting_room_pace',
    'Sign-ins a second that the waiting room lets in, as last seen.',
    () => keeper.last?.state.pace ?? 0,
  )
}
