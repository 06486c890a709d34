/** Keeps the filters up to date, in every process with the workers' role; the database says whose turn it is. */

import { locks, whenAlone } from '../audit/single-run.ts'
import { errorName } from '../platform/error-name.ts'
import type { Metrics } from '../platform/metrics.ts'
import { buildDueFilter } from './build-filters.ts'
import { type FilterPlatform, sweepIssued } from './issued-sweep.ts'

export interface FilterWorker {
  /** Ends the worker between two hours. */
  stop(): Promise<void>
}

/** A look costs two small reads. */
const lookEveryMilliseconds = 60_000

/** Writes down what was issued, and builds what is due. Another process may be at it: then nothing. */
export const lookAtFilters = (platform: FilterPlatform, stopping: AbortSignal): Promise<unknown> =>
  whenAlone(platform.database, locks.filters, async () => {
    const sweep = await sweepIssued(platform, stopping)
    return stopping.aborted ? null : buildDueFilter(platform, sweep)
  })

export const startFilterWorker = (
  platform: FilterPlatform & { readonly metrics: Metrics },
): FilterWorker => {
  const stopping = new AbortController()
  const failures = platform.metrics.counter(
    'sidep_revocation_filter_failures_total',
    'Looks at which revocation filters could not be brought up to date; verifiers go on with single hashes',
  )
  let looking: Promise<unknown> | null = null
  const look = (): void => {
    looking ??= lookAtFilters(platform, stopping.signal)
      .catch((error: unknown) => {
        failures.increment()
        const name = errorName(error)
        platform.log.error({ code: 'REVOCATION_FILTER_FAILED', name }, 'tried again later')
      })
      .finally(() => {
        looking = null
      })
  }
  const timer = setInterval(look, lookEveryMilliseconds)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await looking
    },
  }
}
