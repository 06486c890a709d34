/**
 * What the screen of operations shows of the database, by one question: a rare look across all sites, whoever watches.
 * Counts alone leave here; probes are in none of them.
 */

import type { OperationsFigures } from '@sidep/contracts'
import { parisZone } from '@sidep/time'
import type { Sql } from '../../platform/context.ts'

/** Days and weekdays are those of Paris, as on the status page. */
const zone = parisZone

/** $1 now, $2 sites of probes. */
const question = `
-- across sites: the screen of operations, every half minute
with counted as (
  select coalesce((select until from screening_quarters_counted), $1::timestamptz - interval '1 day') as until,
    (select since from screening_quarters_counted) as first
), hour as materialized (
  select s.site_id, coalesce(t.department, '?') as department, s.recorded_at, s.door
  from screening s left join site t on t.id = s.site_id
  where s.recorded_at > $1::timestamptz - interval '1 hour' and s.recorded_at <= $1 and s.site_id <> all($2::text[])
), today as (
  select quarter, sum(recorded)::int as recorded from (
    select quarter, recorded from screening_quarter
    where quarter >= date_trunc('day', $1::timestamptz, '${zone}')
    union all
    select date_bin('15 minutes', recorded_at, 'epoch'::timestamptz), 1 from screening
    where recorded_at >= (select until from counted) and recorded_at <= $1 and site_id <> all($2::text[])
      and recorded_at >= date_trunc('day', $1::timestamptz, '${zone}')
  ) every_one group by quarter
), quarters as (
  select quarter, (quarter at time zone '${zone}' - interval '7 days') at time zone '${zone}' as before
  from generate_series(date_trunc('day', $1::timestamptz, '${zone}'), $1::timestamptz, interval '15 minutes') as quarter
), before as (
  select quarter, sum(recorded)::int as recorded from screening_quarter
  where quarter >= (select min(before) from quarters) and quarter <= (select max(before) from quarters)
  group by quarter
), hour_before as (
  select department, sum(recorded)::int as recorded from screening_quarter
  where quarter > $1::timestamptz - interval '7 days 75 minutes' and quarter <= $1::timestamptz - interval '7 days 15 minutes'
  group by department
), message as materialized (
  select done_at, failed_at, receipt from outbox
  where created_at > $1::timestamptz - interval '1 hour' and topic ~ '[.](sms|email)$'
), late as (
  select count(*)::int as number, min(due_at) as oldest from outbox
  where done_at is null and failed_at is null and due_at < $1::timestamptz - interval '2 minutes'
    and topic ~ '[.](sms|email)$'
), document as materialized (
  select reconciled_at, received_at from booklet_number where received_at > $1::timestamptz - interval '24 hours'
    and site_id <> all($2::text[])
), out as materialized (
  select site_id, expires_at from slip where cancelled_at is null and reconciled_at is null and screening_id is null
    and site_id <> all($2::text[])
)
select json_build_object(
  'counters', (select json_build_object(
      'heard', coalesce(sum(heard) filter (where slot = date_bin('5 minutes', $1::timestamptz, 'epoch') - interval '5 minutes'), 0),
      'back', coalesce(sum(back), 0), 'waiting', coalesce(sum(waiting), 0),
      'offlineSince', to_char(min(offline_since) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    from counter_signal where slot > $1::timestamptz - interval '1 hour'),
  'signIns', (select json_build_object(
      'ecps', count(*) filter (where door = 'ecps'), 'card', count(*) filter (where door = 'card'),
      'cameEcps', count(*) filter (where door = 'ecps' and signed_in_at > $1::timestamptz - interval '5 minutes'),
      'cameCard', count(*) filter (where door = 'card' and signed_in_at > $1::timestamptz - interval '5 minutes'),
      'failedEcps', (select coalesce(sum(failed), 0) from user_signal
        where what = 'ecps' and minute > $1::timestamptz - interval '5 minutes'),
      'failedCard', (select coalesce(sum(failed), 0) from user_signal
        where what = 'card' and minute > $1::timestamptz - interval '5 minutes'))
    from listed_session where signed_in_at > $1::timestamptz - interval '15 minutes'
      and coalesce(site_id, '') <> all($2::text[])),
  'switches', (select coalesce(json_agg(json_build_object('door', door, 'state', state, 'by', set_by,
      'reason', reason, 'setAt', to_char(set_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'endsAt', to_char(ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))), '[]')
    from door_switch where ends_at > $1),
  'sessions', (select count(*) from listed_session l
    where l.signed_in_at > $1::timestamptz - interval '12 hours' and l.ends_at > $1
      and coalesce(l.site_id, '') <> all($2::text[])
      and not exists (select from session_revocation r where r.kind = 'session' and r.subject = l.session_id)),
  'sitesActive', (select count(distinct site_id) from hour where recorded_at > $1::timestamptz - interval '15 minutes'),
  'today', (select coalesce(json_agg(json_build_object(
      'from', to_char(q.quarter at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'count', coalesce(t.recorded, 0),
      'weekBefore', case when q.before >= c.first then coalesce(b.recorded, 0) end) order by q.quarter), '[]')
    from quarters q cross join counted c left join today t on t.quarter = q.quarter left join before b on b.quarter = q.before),
  'departments', (select coalesce(json_agg(json_build_object('department', coalesce(h.department, b.department),
      'lastHour', coalesce(h.recorded, 0), 'sites', coalesce(h.sites, 0),
      'weekBefore', case when $1::timestamptz - interval '7 days 1 hour' >= (select first from counted)
        then coalesce(b.recorded, 0) end) order by coalesce(h.department, b.department)), '[]')
    from (select department, count(*)::int as recorded, count(distinct site_id)::int as sites from hour group by department) h
    full join hour_before b on b.department = h.department),
  'laboratories', (select json_build_object('lastHour', count(*),
      'lastAt', to_char(max(recorded_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    from hour where door = 'laboratory'),
  'booklets', (select json_build_object('inForce', count(*), 'sites', count(distinct site_id),
      'allowance', coalesce(sum(maximum), 0))
    from booklet where expires_at > $1 and site_id <> all($2::text[])),
  'provisional', (select json_build_object('received', count(*), 'reconciled', count(reconciled_at),
      'waiting', count(*) - count(reconciled_at),
      'overdue', count(*) filter (where reconciled_at is null and received_at < $1::timestamptz - interval '1 hour'),
      'gaps', (select count(*) from continuity_flag where missing_below is not null and resolved_at is null
        and site_id <> all($2::text[])))
    from document),
  'slips', (select json_build_object('out', count(*) filter (where expires_at > $1),
      'sites', count(distinct site_id) filter (where expires_at > $1),
      'overdue', count(*) filter (where expires_at <= $1)) from out),
  'messages', (select json_build_object('sent', count(done_at), 'delivered', count(*) filter (where receipt = 'delivered'),
      'bounced', count(*) filter (where failed_at is not null or receipt <> 'delivered'),
      'late', (select number from late),
      'oldestLateAt', (select to_char(oldest at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from late))
    from message),
  'trust', (select json_build_object('number', number,
      'issuedAt', to_char(issued_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    from trust_index order by number desc limit 1),
  'fraud', (select json_build_object('open', count(*), 'points', coalesce(max(points), 0),
      'newestAt', to_char(max(last_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    from fraud_alert where closed_at is null),
  'suspended', (select count(*) from professional_suspension)
) as figures`

/** What this one question answers. */
export type ReadFigures = Omit<OperationsFigures, 'feeds' | 'notices' | 'forecast'>

/** @param probeSites whose screenings, sign-ins and sessions count nowhere */
export const readFigures = async (
  database: Pick<Sql, 'unsafe'>,
  probeSites: readonly string[],
  now: Date,
): Promise<ReadFigures> => {
  const [row] = await database.unsafe<{ figures: ReadFigures }[]>(
    question,
    [now, [...probeSites]],
    { prepare: true },
  )
  if (row === undefined) throw new Error('a question of counts has one answer')
  return row.figures
}
