/**
 * Counters that fell silent: sites that were heard every five minutes, did not say that they close, and are not heard any more;
 * by département, beside how many fall silent at this time of other days. Nobody comes back to say so while it lasts.
 */
import { dayMilliseconds, minuteMilliseconds } from '@sidep/time'
import type { Sql } from '../../platform/context.ts'
import type { UserSignal } from '../incidents/user-signals.ts'

/** Two heartbeats are missing: five and a half minutes apart at most, and a minute more when the first was not taken. */
const silentMinutes = 10
/** Who was heard in these is expected; who was not, closed before. */
const expectedMinutes = 40
/** While sites are silent it is looked further back for them; longer, and they closed for the day meanwhile. */
const expectedMinutesMax = 4 * 60
/** Other days that are compared with: yesterday, and the same weekday. */
const otherDays = [1, 7] as const
/** Nobody closes at the same minute each day. */
const shiftsMinutes = [-30, -15, 0, 15, 30] as const
/** Of a place where fewer are heard in a quarter of an hour nobody can say what is usual. */
const heardMin = 12
const slotMilliseconds = 5 * minuteMilliseconds

/** @param silentSince of what is silent already, and is looked for until it is back */
export const readSilence = async (
  database: Sql,
  now: Date,
  silentSince: Date | null,
): Promise<UserSignal[]> => {
  const before = (minutes: number): Date => new Date(now.getTime() - minutes * minuteMilliseconds)
  const sought = silentSince?.getTime() ?? now.getTime()
  const from = Math.max(
    before(expectedMinutesMax).getTime(),
    Math.min(now.getTime(), sought) - expectedMinutes * minuteMilliseconds,
  )
  const slot = Math.floor(now.getTime() / slotMilliseconds) * slotMilliseconds
  const otherTimes = otherDays.flatMap((days) =>
    shiftsMinutes.map((minutes) =>
      new Date(slot - days * dayMilliseconds + minutes * minuteMilliseconds).toISOString(),
    ),
  )
  // A place that is not known of any other day is left out: opening and closing time look like a failure there.
  return database<UserSignal[]>`
    with usual as (
      select department, max(1 - least(1, later::float8 / earlier)) as share from (
        select department,
          sum(heard) filter (where slot < at - interval '30 minutes') as earlier,
          coalesce(sum(heard) filter (where slot >= at - interval '15 minutes'), 0) as later
        from unnest(${otherTimes}::text[]::timestamptz[]) as at
        join counter_signal on slot >= at - interval '45 minutes' and slot < at
        group by department, at) compared
      where earlier >= ${heardMin} group by department
    ), expected as (
      select department, count(*)::int as seen,
        (count(*) filter (where heard_at <= ${before(silentMinutes)} and (left_at is null or left_at < heard_at)))::int as silent
      from counter_heard
      -- Who said that they close is one of those who came: at closing time nearly all are.
      where heard_at > ${new Date(from)} and heard_at <= ${now}
      group by department
    )
    select 'entry' as component, 'silence' as by, nullif(department, '') as department, seen as attempts, silent as failures,
      seen as "sitesSeen", silent as sites, share as "usualShare"
    from expected join usual using (department) order by department`
}
