/**
 * Where the log goes: standard output, which may be a file on a full disk or a pipe whose reader has gone. Neither is a reason for
 * a portal to end.
 *
 * Invariants
 * - Lines that cannot be written wait, within a bound, and are written with the first one that can; what is beyond the bound is
 *   counted and gone.
 * - A reader that has gone does not come back: what is said to it is gone.
 */
import { pino } from 'pino'
import type { Counter, Metrics } from './metrics.ts'

/** Some thousand lines. */
const waitingCharactersMax = 1 << 20

type Destination = ReturnType<typeof pino.destination>

/** Of several servers in one process: each has a destination, all of them one figure. */
const counters = new WeakMap<Metrics, Counter>()

const counterOf = (metrics: Metrics): Counter => {
  const known = counters.get(metrics)
  if (known !== undefined) return known
  const made = metrics.counter(
    'sidep_log_failures_total',
    'Lines of the log that could not be written at once (late), or at all (lost).',
  )
  counters.set(metrics, made)
  return made
}

/** @param descriptor of a file, a pipe or a terminal; tests have others than standard output's */
export const makeLogDestination = (
  metrics: Metrics,
  descriptor = process.stdout.fd,
): Destination => {
  const failures = counterOf(metrics)
  const destination = pino.destination({
    dest: descriptor,
    sync: true,
    maxLength: waitingCharactersMax,
  })
  destination.on('error', () => failures.increment({ kind: 'late' }))
  destination.on('drop', () => failures.increment({ kind: 'lost' }))
  return destination
}
