/**
 * What users met lately, from the portal's sums (platform/user-signals.ts): by component and place for the last minutes, and minute
 * by minute over all places for burn rates.
 */
import { dayMilliseconds, minuteMilliseconds } from '@sidep/time'
import type { Sql } from '../../platform/context.ts'
import type { UserMinute, UserSignal } from '../incidents/user-signals.ts'
import { readSilence } from './read-silence.ts'

export interface Signals {
  /** Of the last minutes. */
  readonly lately: readonly UserSignal[]
  /** Oldest first; what is in them does not change much any more. */
  readonly minutes: readonly UserMinute[]
}

/** The last minutes of a look. */
export const lateMinutes = 10
/** Who set out has come back by then, or is not counted on: a phone is found and confirmed in less. */
export const backMinutes = 3
/** The longest time that a watcher catches up on: of the longest window. */
const minutesBackMax = 3 * dayMilliseconds

interface PlaceRow {
  readonly component: UserSignal['component']
  readonly department: string
  readonly attempts: number
  readonly failures: number
  readonly sitesSeen: number
  readonly sites: number
}

/** @param since the last minute that is known already @param silentSince since when counters are silent, as far as that is known */
export const readSignals = async (
  database: Sql,
  now: Date,
  since: Date | null,
  silentSince: Date | null = null,
): Promise<Signals> => {
  const before = (minutes: number): Date => new Date(now.getTime() - minutes * minuteMilliseconds)
  const from = before(lateMinutes + backMinutes)
  const settled = before(backMinutes + 1)
  const oldest = new Date(Math.max(since?.getTime() ?? 0, now.getTime() - minutesBackMax))
  const [places, counters, minutes, silence] = await Promise.all([
    // What set out a moment ago and is not back yet is neither here nor there; what came back is.
    database<PlaceRow[]>`
      with met as (
        select what, department, begun_at, back_at, failed, minute <= ${settled} as is_settled,
          greatest(begun, came_in + refused + failed) as begun, came_in + refused + failed as ended
        from user_signal where minute > ${from}
      )
      select what as component, department,
        sum(case when is_settled then begun else ended end)::int as attempts,
        sum(failed + case when is_settled then begun - ended else 0 end)::int as failures,
        (select count(distinct source)::int from met as came, unnest(came.begun_at || came.back_at) as source
          where came.what = met.what and came.department = met.department
            and (came.is_settled or came.ended > 0)) as "sitesSeen",
        (select count(*)::int from (
          select unnest(begun_at) from met as tried where tried.what = met.what
            and tried.department = met.department and (tried.is_settled or tried.failed > 0)
          except
          select unnest(back_at) from met as back where back.what = met.what
            and back.department = met.department) as missing) as sites
      from met group by what, department order by what, department`,
    database<PlaceRow[]>`
      select 'entry' as component, department, sum(heard)::int as attempts, sum(back)::int as failures,
        -- Each counter of the last ten minutes was heard twice.
        (sum(heard) / 2)::int as "sitesSeen",
        (select count(distinct site)::int from counter_signal as one, unnest(one.back_at) as site
          where one.department = counter_signal.department and one.slot > ${before(lateMinutes)}) as sites
      from counter_signal where slot > ${before(lateMinutes)} group by department order by department`,
    database<
      { component: UserMinute['component']; minute: Date; attempts: number; failures: number }[]
    >`
      select what as component, minute, sum(came_in + refused + failed)::int as attempts, sum(failed)::int as failures
      from user_signal where minute > ${oldest} and minute <= ${settled}
      group by what, minute order by minute`,
    readSilence(database, now, silentSince),
  ])
  const signalOf =
    (by: UserSignal['by']) =>
    ({ department, ...row }: PlaceRow): UserSignal => ({
      ...row,
      by,
      department: department === '' ? null : department,
    })
  return {
    lately: [
      ...places.map(signalOf('requests')),
      ...counters.map(signalOf('counters')),
      ...silence,
    ],
    minutes: [...minutes],
  }
}
