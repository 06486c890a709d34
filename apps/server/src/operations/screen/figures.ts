/**
 * What the screen of operations shows of the database, by two questions: rare looks across all sites, whoever watches.
 * Counts alone leave here; probes are in none of them. Each table that is spread is read in a part of its own, as a cluster needs it
 * (docs/adr/0085): the last part joins only what those answered, and tables that are whole.
 */

import type { OperationsFigures } from '@sidep/contracts'
import { dayMilliseconds, parisZone } from '@sidep/time'
import type { Sql } from '../../platform/context.ts'

/** Days and weekdays are those of Paris, as on the status page. */
const zone = parisZone

const iso = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`

/** What changes from look to look, by a few thousand rows. $1 now, $2 sites of probes, $3 up to when quarters are counted, $4 since when. */
const latelyQuestion = `
-- across sites: the screen of operations, every few seconds
with fresh as materialized (
  select date_bin('15 minutes', recorded_at, 'epoch'::timestamptz) as quarter, count(*)::int as recorded from screening
  where recorded_at >= $3::timestamptz and recorded_at <= $1 and site_id <> all($2::text[])
    and recorded_at >= date_trunc('day', $1::timestamptz, '${zone}')
  group by 1
), sign_ins as materialized (
  select count(*) filter (where door = 'ecps') as ecps, count(*) filter (where door = 'card') as card,
    count(*) filter (where door = 'ecps' and signed_in_at > $1::timestamptz - interval '5 minutes') as came_ecps,
    count(*) filter (where door = 'card' and signed_in_at > $1::timestamptz - interval '5 minutes') as came_card
  from listed_session where signed_in_at > $1::timestamptz - interval '15 minutes'
    and coalesce(site_id, '') <> all($2::text[])
), today as (
  select quarter, sum(recorded)::int as recorded from (
    select quarter, recorded from screening_quarter
    where quarter >= date_trunc('day', $1::timestamptz, '${zone}')
    union all
    select quarter, recorded from fresh
  ) every_one group by quarter
), quarters as (
  select quarter, (quarter at time zone '${zone}' - interval '7 days') at time zone '${zone}' as before
  from generate_series(date_trunc('day', $1::timestamptz, '${zone}'), $1::timestamptz, interval '15 minutes') as quarter
), before as (
  select quarter, sum(recorded)::int as recorded from screening_quarter
  where quarter >= (select min(before) from quarters) and quarter <= (select max(before) from quarters)
  group by quarter
)
select json_build_object(
  'counters', (select json_build_object(
      'heard', coalesce(sum(heard) filter (where slot = date_bin('5 minutes', $1::timestamptz, 'epoch') - interval '5 minutes'), 0),
      'back', coalesce(sum(back), 0), 'waiting', coalesce(sum(waiting), 0),
      'offlineSince', to_char(min(offline_since) at time zone 'UTC', ${iso}))
    from counter_signal where slot > $1::timestamptz - interval '1 hour'),
  'signIns', (select json_build_object(
      'ecps', ecps, 'card', card, 'cameEcps', came_ecps, 'cameCard', came_card,
      'failedEcps', (select coalesce(sum(failed), 0) from user_signal
        where what = 'ecps' and minute > $1::timestamptz - interval '5 minutes'),
      'failedCard', (select coalesce(sum(failed), 0) from user_signal
        where what = 'card' and minute > $1::timestamptz - interval '5 minutes'))
    from sign_ins),
  'switches', (select coalesce(json_agg(json_build_object('door', door, 'state', state, 'by', set_by,
      'reason', reason, 'setAt', to_char(set_at at time zone 'UTC', ${iso}),
      'endsAt', to_char(ends_at at time zone 'UTC', ${iso}))), '[]')
    from door_switch where ends_at > $1),
  'today', (select coalesce(json_agg(json_build_object(
      'from', to_char(q.quarter at time zone 'UTC', ${iso}),
      'count', coalesce(t.recorded, 0),
      'weekBefore', case when q.before >= $4::timestamptz then coalesce(b.recorded, 0) end) order by q.quarter), '[]')
    from quarters q left join today t on t.quarter = q.quarter left join before b on b.quarter = q.before),
  'trust', (select json_build_object('number', number,
      'issuedAt', to_char(issued_at at time zone 'UTC', ${iso}))
    from trust_index order by number desc limit 1),
  'fraud', (select json_build_object('open', count(*), 'points', coalesce(max(points), 0),
      'newestAt', to_char(max(last_at) at time zone 'UTC', ${iso}))
    from fraud_alert where closed_at is null),
  'suspended', (select count(*) from professional_suspension)
) as figures`

/**
 * What is read by the hundred thousand on a nation's evening: the last hour, papers, messages, sessions. Each table is read once, and
 * sites are counted from groups, not sorted. $1 to $4 as above.
 */
const standingQuestion = `
-- across sites: the screen of operations, as often as it takes a twentieth of the time
with hour as materialized (
  select site_id, count(*)::int as recorded, max(recorded_at) as last_at,
    count(*) filter (where door = 'laboratory')::int as of_laboratories,
    max(recorded_at) filter (where door = 'laboratory') as laboratory_at
  from screening where recorded_at > $1::timestamptz - interval '1 hour' and recorded_at <= $1
  group by site_id
), site_hour as materialized (
  select coalesce(t.department, '?') as department, h.* from hour h left join site t on t.id = h.site_id
  where h.site_id <> all($2::text[])
), hour_before as (
  select department, sum(recorded)::int as recorded from screening_quarter
  where quarter > $1::timestamptz - interval '7 days 75 minutes' and quarter <= $1::timestamptz - interval '7 days 15 minutes'
  group by department
), revoked as materialized (
  select subject from session_revocation where kind = 'session'
), session as materialized (
  select count(*)::int as number from listed_session
  where signed_in_at > $1::timestamptz - interval '12 hours' and ends_at > $1
    and coalesce(site_id, '') <> all($2::text[]) and session_id not in (select subject from revoked)
), message as materialized (
  select count(done_at) as sent, count(*) filter (where receipt = 'delivered') as delivered,
    count(*) filter (where failed_at is not null or receipt <> 'delivered') as bounced
  from outbox where created_at > $1::timestamptz - interval '1 hour' and topic ~ '[.](sms|email)$'
), late as materialized (
  select count(*)::int as number, min(due_at) as oldest from outbox
  where done_at is null and failed_at is null and due_at < $1::timestamptz - interval '2 minutes'
    and topic ~ '[.](sms|email)$'
), gap as materialized (
  select count(*)::int as number from continuity_flag where missing_below is not null and resolved_at is null
    and site_id <> all($2::text[])
), offline as materialized (
  select count(*) as received, count(reconciled_at) as reconciled,
    count(*) filter (where reconciled_at is null and received_at < $1::timestamptz - interval '1 hour') as overdue
  from booklet_number where received_at > $1::timestamptz - interval '24 hours' and site_id <> all($2::text[])
), site_booklets as materialized (
  select site_id, count(*) as number, sum(maximum) as allowance from booklet where expires_at > $1 group by site_id
), site_slips as materialized (
  select site_id, count(*) filter (where expires_at > $1) as out, count(*) filter (where expires_at <= $1) as overdue
  from slip where cancelled_at is null and reconciled_at is null and screening_id is null
  group by site_id
)
select json_build_object(
  'sessions', (select number from session),
  'sitesActive', (select count(*) from site_hour where last_at > $1::timestamptz - interval '15 minutes'),
  'departments', (select coalesce(json_agg(json_build_object('department', coalesce(h.department, b.department),
      'lastHour', coalesce(h.recorded, 0), 'sites', coalesce(h.sites, 0),
      'weekBefore', case when $1::timestamptz - interval '7 days 1 hour' >= $4::timestamptz
        then coalesce(b.recorded, 0) end) order by coalesce(h.department, b.department)), '[]')
    from (select department, sum(recorded)::int as recorded, count(*)::int as sites from site_hour group by department) h
    full join hour_before b on b.department = h.department),
  'laboratories', (select json_build_object('lastHour', coalesce(sum(of_laboratories), 0),
      'lastAt', to_char(max(laboratory_at) at time zone 'UTC', ${iso}))
    from site_hour),
  'booklets', (select json_build_object('inForce', coalesce(sum(number), 0), 'sites', count(*),
      'allowance', coalesce(sum(allowance), 0))
    from site_booklets where site_id <> all($2::text[])),
  'provisional', (select json_build_object('received', received, 'reconciled', reconciled,
      'waiting', received - reconciled, 'overdue', overdue, 'gaps', (select number from gap))
    from offline),
  'slips', (select json_build_object('out', coalesce(sum(out), 0), 'sites', count(*) filter (where out > 0),
      'overdue', coalesce(sum(overdue), 0))
    from site_slips where site_id <> all($2::text[])),
  'messages', (select json_build_object('sent', sent, 'delivered', delivered, 'bounced', bounced,
      'late', (select number from late),
      'oldestLateAt', (select to_char(oldest at time zone 'UTC', ${iso}) from late))
    from message)
) as figures`

/** What of a nation's day is read now and then alone: some of it may be a minute older than the rest. */
type Standing = Pick<
  OperationsFigures,
  | 'sessions'
  | 'sitesActive'
  | 'departments'
  | 'laboratories'
  | 'booklets'
  | 'provisional'
  | 'slips'
  | 'messages'
>
/** What the two questions answer. */
export type ReadFigures = Omit<OperationsFigures, 'feeds' | 'notices' | 'forecast'>

type Database = Pick<Sql, 'unsafe'>

/** @param probeSites whose screenings, sign-ins and sessions count nowhere */
const ask = async <Figures>(
  database: Database,
  question: string,
  probeSites: readonly string[],
  now: Date,
): Promise<Figures> => {
  const [counted] = await database.unsafe<{ until: Date; since: Date }[]>(
    'select until, since from screening_quarters_counted',
  )
  const until = counted?.until ?? new Date(now.getTime() - dayMilliseconds)
  const [row] = await database.unsafe<{ figures: Figures }[]>(
    question,
    [now, [...probeSites], until, counted?.since ?? null],
    { prepare: true },
  )
  if (row === undefined) throw new Error('a question of counts has one answer')
  return row.figures
}

export const readLately = (
  database: Database,
  probeSites: readonly string[],
  now: Date,
): Promise<Omit<ReadFigures, keyof Standing>> => ask(database, latelyQuestion, probeSites, now)

export const readStanding = (
  database: Database,
  probeSites: readonly string[],
  now: Date,
): Promise<Standing> => ask(database, standingQuestion, probeSites, now)
