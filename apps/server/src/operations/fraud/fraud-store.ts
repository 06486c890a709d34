/** What the rules of fraud read of what was recorded, and the alerts that they leave. Rare looks across sites, by the minute. */

import { departmentOfPostalCode } from '@sidep/identifiers'
import { timeZoneOf } from '@sidep/screening'
import { minuteMilliseconds, wallClockAt } from '@sidep/time'
import type { Sql } from 'postgres'
import { withAct } from '../../audit/chain.ts'
import { portalChain } from '../../audit/sign-heads.ts'
import type { Entry } from './conduct.ts'
import type { Evidence, Judgement } from './judge.ts'

interface EntryRow {
  readonly id: string
  readonly recordedAt: Date
  readonly sampledAt: Date
  readonly siteId: string
  readonly postalCode: string | null
  readonly professionalId: string
  readonly counterId: string | null
  readonly network: string | null
  readonly result: Entry['result']
  readonly personHash: string
}

const entryOf = ({ recordedAt, sampledAt, postalCode, ...row }: EntryRow): Entry => ({
  ...row,
  recordedAt: recordedAt.getTime(),
  sampledAt: sampledAt.getTime(),
  department: postalCode === null ? null : (departmentOfPostalCode(postalCode) ?? null),
  sampledHour: wallClockAt(sampledAt, timeZoneOf(postalCode)).getUTCHours(),
})

const columns = (sql: Sql) => sql`
  s.id, s.recorded_at as "recordedAt", s.sampled_at as "sampledAt", s.site_id as "siteId",
  place.postal_code as "postalCode", s.professional_id as "professionalId", s.counter_id as "counterId",
  encode(known.network, 'hex') as network, s.result, encode(s.person_hash, 'hex') as "personHash"`

const joins = (sql: Sql) => sql`
  left join site place on place.id = s.site_id
  left join lateral (
    select network from counter_network n where n.site_id = s.site_id and n.counter_id = s.counter_id
      and n.first_at <= s.recorded_at
    order by n.last_at desc limit 1
  ) known on true`

const pageRows = 5_000
/** A page is sorted out of its slice alone: of a nation's day as one, each page would read all that is left of it. */
const sliceMilliseconds = 5 * minuteMilliseconds

/**
 * What was recorded after a moment and until another, in order, page by page; probes are left out.
 */
export async function* entriesBetween(
  database: Sql,
  probeSites: readonly string[],
  after: Date,
  until: Date,
): AsyncGenerator<Entry> {
  for (let from = after; from < until; ) {
    const end = new Date(Math.min(until.getTime(), from.getTime() + sliceMilliseconds))
    let isEmpty = true
    for await (const entry of entriesOfSlice(database, probeSites, from, end)) {
      isEmpty = false
      yield entry
    }
    from = isEmpty && end < until ? await justBeforeNext(database, end, until) : end
  }
}

/** Where nothing was recorded for a while, the slices go on with what was: a night, or the time before the portal, is one step. */
const justBeforeNext = async (database: Sql, after: Date, until: Date): Promise<Date> => {
  const [row] = await database<{ next: Date | null }[]>`
    -- across sites: the next of any site
    select min(recorded_at) as next from screening where recorded_at > ${after} and recorded_at <= ${until}`
  const next = row?.next?.getTime()
  // A Date knows milliseconds, the database microseconds: the one before is before it.
  return next === undefined ? until : new Date(Math.max(after.getTime(), next - 1))
}

async function* entriesOfSlice(
  database: Sql,
  probeSites: readonly string[],
  after: Date,
  until: Date,
): AsyncGenerator<Entry> {
  let last: Pick<EntryRow, 'recordedAt' | 'id'> = {
    recordedAt: after,
    id: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  }
  for (;;) {
    const rows = await database<EntryRow[]>`
      -- across sites: a professional works at several sites
      select ${columns(database)} from screening s ${joins(database)}
      where s.recorded_at >= ${last.recordedAt} and (s.recorded_at, s.id) > (${last.recordedAt}, ${last.id}::uuid)
        and s.recorded_at <= ${until} and s.site_id != all(${[...probeSites]})
      order by s.recorded_at, s.id limit ${pageRows}`
    yield* rows.map(entryOf)
    const end = rows.at(-1)
    if (end === undefined || rows.length < pageRows) return
    last = end
  }
}

/** No booth, and hardly a centre, enters more in four weeks under one name. */
const ownRowsMax = 20_000

/** What one professional entered within a time, oldest first: at the sites of the directory, and at those named. */
export const ownEntries = async (
  database: Sql,
  professionalId: string,
  sites: readonly string[],
  from: Date,
  until: Date,
): Promise<Entry[]> => {
  const rows = await database<EntryRow[]>`
    select ${columns(database)} from screening s ${joins(database)}
    where s.site_id in (
        select site_id from professional_site where professional_id = ${professionalId}
        union select unnest(${[...sites]}::text[]))
      and s.professional_id = ${professionalId} and s.recorded_at >= ${from} and s.recorded_at < ${until}
    order by s.recorded_at limit ${ownRowsMax}`
  return rows.map(entryOf)
}

/** Counters and networks that were seen at sites before a moment, whoever worked at them. */
export const seenAtSites = (
  database: Sql,
  sites: readonly string[],
  from: Date,
  until: Date,
): Promise<Pick<Entry, 'counterId' | 'network'>[]> =>
  database<Pick<Entry, 'counterId' | 'network'>[]>`
    -- across sites: what was seen before, of the counters of a professional
    select counter_id as "counterId", null as network from screening
    where site_id = any(${[...sites]}) and recorded_at >= ${from} and recorded_at < ${until}
      and counter_id is not null group by counter_id
    union all
    select counter_id, encode(network, 'hex') from counter_network
    where site_id = any(${[...sites]}) and first_at < ${until}`

export interface FraudAlert {
  readonly professionalId: string
  readonly openedAt: Date
  /** Newest entry of it, and how many there were in the day then. */
  readonly lastAt: Date
  readonly entries: number
  readonly points: number
  readonly evidence: readonly Evidence[]
  readonly sites: readonly string[]
  readonly closedAt: Date | null
  readonly closedBy: string | null
  readonly closedReason: string | null
}

/**
 * Opens an alert, or adds to that of the same professional which is open, or was closed within the day.
 *
 * @returns whether it is new
 */
export const keepAlert = async (
  database: Sql,
  professionalId: string,
  { points, evidence }: Judgement,
  day: readonly Entry[],
  since: Date,
  now: Date,
): Promise<boolean> => {
  const lastAt = new Date(day.at(-1)?.recordedAt ?? now.getTime())
  const sites = [...new Set(day.map(({ siteId }) => siteId))]
  const known = await database`
    update fraud_alert set points = greatest(points, ${points}), last_at = ${lastAt}, entries = ${day.length},
      evidence = case when ${points} >= points then ${database.json(evidence as never)} else evidence end, sites = ${sites}
    where professional_id = ${professionalId} and (closed_at is null or opened_at > ${since})`
  if (known.count > 0) return false
  await database`
    insert into fraud_alert (professional_id, opened_at, last_at, entries, points, evidence, sites)
    values (${professionalId}, ${now}, ${lastAt}, ${day.length}, ${points}, ${database.json(evidence as never)}, ${sites})
    on conflict do nothing`
  return true
}

const listedMax = 1_000

/** The weightiest first; with `closed` those that were closed too. */
export const listAlerts = (database: Sql, closed: boolean): Promise<FraudAlert[]> =>
  database<FraudAlert[]>`
    select professional_id as "professionalId", opened_at as "openedAt", last_at as "lastAt", entries, points,
      evidence, sites, closed_at as "closedAt", closed_by as "closedBy", closed_reason as "closedReason"
    from fraud_alert where ${closed} or closed_at is null
    order by closed_at is null desc, points desc limit ${listedMax}`

/** Closes what is open of a professional, with a row in the chain of the portal. @returns how many */
export const closeAlerts = (
  database: Sql,
  professionalId: string,
  { reason, by }: { readonly reason: string; readonly by: string },
  at: Date,
): Promise<number> => {
  const subject = `${professionalId} by ${by}: ${reason}`
  const act = { siteId: portalChain, at, act: 'fraud-alert.closed', actor: null, subject } as const
  return withAct(database, act, async (sql) => {
    const { count } = await sql`
      update fraud_alert set closed_at = ${at}, closed_by = ${by}, closed_reason = ${reason}
      where professional_id = ${professionalId} and closed_at is null`
    return count
  })
}
