/**
 * Counts screenings by quarter of an hour and département, once a quarter is over: so that a day is compared with the same
 * weekday without reading a million rows again.
 *
 * Invariants
 * - A quarter is counted once, by one process, when no statement can add to it any more.
 * - Counted is what was recorded then; what a correction or a withdrawal changes later is another figure.
 */

import { dayMilliseconds, minuteMilliseconds } from '@sidep/time'
import { locks, whenAlone } from '../../audit/single-run.ts'
import type { Platform, Sql } from '../../platform/context.ts'
import { errorName } from '../../platform/error-name.ts'
import { type Looking, startLooking } from '../../platform/looking.ts'

const quarterMilliseconds = 15 * minuteMilliseconds
/** A statement that records takes ten seconds at most, by the clock of the process that sent it. */
const settledMilliseconds = minuteMilliseconds
/** Counted backwards at the first time: the same weekday of the week before is among it. */
const firstDays = 8
/** A year's holidays and the next one's, for whoever compares them. */
const keptDays = 800
const lookEveryMilliseconds = minuteMilliseconds

const startOfQuarter = (at: number): Date =>
  new Date(Math.floor(at / quarterMilliseconds) * quarterMilliseconds)

const countText = `
  -- across sites: the counts of a quarter of an hour
  with fresh as (
  select date_bin('15 minutes', s.recorded_at, 'epoch'::timestamptz) as quarter, coalesce(t.department, '?') as department,
    count(*)::int as recorded, count(distinct s.site_id)::int as sites
  from screening s left join site t on t.id = s.site_id
  where s.recorded_at >= $1 and s.recorded_at < $2 and s.site_id <> all($3::text[])
  group by 1, 2
), written as (
  insert into screening_quarter (quarter, department, recorded, sites)
  select quarter, department, recorded, sites from fresh on conflict do nothing
)
insert into screening_quarters_counted (one, since, until) values (true, $1, $2) on conflict (one) do update set until = excluded.until`

/** One day at most, so that each statement stays small after a long pause. @returns whether more is left */
const countNext = async (
  database: Sql,
  probeSites: readonly string[],
  now: Date,
): Promise<boolean> => {
  const end = startOfQuarter(now.getTime() - settledMilliseconds)
  const [known] = await database<{ until: Date }[]>`select until from screening_quarters_counted`
  const from = known?.until ?? startOfQuarter(now.getTime() - firstDays * dayMilliseconds)
  if (from >= end) return false
  const until = new Date(Math.min(end.getTime(), from.getTime() + dayMilliseconds))
  await database.unsafe(countText, [from, until, [...probeSites]])
  await database`delete from screening_quarter
    where quarter < ${new Date(now.getTime() - keptDays * dayMilliseconds)}`
  return until < end
}

type CountingPlatform = Pick<Platform, 'database' | 'clock' | 'log' | 'configuration'>

/** Counts every quarter that is over. Another process may be at it: then nothing. */
export const countScreenings = (
  {
    database,
    clock,
    configuration,
  }: Pick<CountingPlatform, 'database' | 'clock' | 'configuration'>,
  stopping: AbortSignal,
): Promise<unknown> =>
  whenAlone(database, locks.screeningCounts, async () => {
    while (
      !stopping.aborted &&
      (await countNext(database, configuration.probeSites, clock.now()))
    ) {
      // The next day of a long pause.
    }
  })

/** Starts the worker; its first look is at once. */
export const startCounting = (platform: CountingPlatform): Looking =>
  startLooking({
    everyMilliseconds: lookEveryMilliseconds,
    isFirstAtOnce: true,
    look: (stopping) => countScreenings(platform, stopping),
    failed: (error) =>
      platform.log.warn(
        { code: 'SCREENINGS_NOT_COUNTED', name: errorName(error) },
        'tried again later',
      ),
  })
