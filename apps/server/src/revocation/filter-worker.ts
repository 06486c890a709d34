/** Keeps the filters up to date, in every process with the workers' role; the database says whose turn it is. */

import { locks, whenAlone } from '../audit/single-run.ts'
import { errorName } from '../platform/error-name.ts'
import { type Looking, startLooking } from '../platform/looking.ts'
import type { Metrics } from '../platform/metrics.ts'
import { buildDueFilter } from './build-filters.ts'
import { type FilterPlatform, sweepIssued } from './issued-sweep.ts'

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
): Looking => {
  const failures = platform.metrics.counter(
    'sidep_revocation_filter_failures_total',
    'Looks at which revocation filters could not be brought up to date; verifiers go on with single hashes',
  )
  return startLooking({
    everyMilliseconds: lookEveryMilliseconds,
    look: (stopping) => lookAtFilters(platform, stopping),
    failed: (error) => {
      failures.increment()
      platform.log.error(
        { code: 'REVOCATION_FILTER_FAILED', name: errorName(error) },
        'tried again later',
      )
    },
  })
}
