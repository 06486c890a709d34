/**
 * Screenings whose trace is over become numbers: how many at a site on a day of its own, of which kind, with which
 * result. One transaction a batch of one site: a screening is a row or counted, never both and never neither.
 */
import type { Sql, TransactionSql } from 'postgres'
import { removeBelongings } from './erase-screenings.ts'
import { addRemoved, type Removed } from './run-store.ts'

const screeningsAtOnce = 500

const foldBatch = async (
  sql: TransactionSql,
  siteId: string,
  timeZone: string,
  before: Date,
): Promise<Removed> => {
  const due = await sql<{ id: string }[]>`
    select id from screening
    where site_id = ${siteId} and erased_at is not null and recorded_at < ${before}
    order by recorded_at limit ${screeningsAtOnce} for update`
  if (due.length === 0) return {}
  const ids = due.map(({ id }) => id)
  // Nothing is left to remove, unless a statement was under way when the screening was erased.
  const belongings = await removeBelongings(sql, siteId, ids)
  await sql`
    with withdrawn as (
      delete from screening_withdrawal where site_id = ${siteId} and screening_id = any(${ids}::uuid[])
      returning screening_id
    ), gone as (
      delete from screening where site_id = ${siteId} and id = any(${ids}::uuid[])
      returning id, kind, disease, device, result, (sampled_at at time zone ${timeZone})::date as day
    )
    insert into screening_count as counted (site_id, day, kind, disease, device, result, screenings)
    select ${siteId}::text, day, kind, disease, device, result, count(*) from gone
    where id not in (select screening_id from withdrawn)
    group by day, kind, disease, device, result
    on conflict (site_id, day, kind, disease, device, result)
    do update set screenings = counted.screenings + excluded.screenings`
  return { ...belongings, screening: ids.length }
}

/** Folds all that is due at one site. */
export const foldScreenings = async (
  database: Sql,
  runId: string,
  siteId: string,
  timeZone: string,
  before: Date,
  stopping: AbortSignal,
): Promise<void> => {
  while (!stopping.aborted) {
    const folded = await database.begin(async (sql) => {
      const removed = await foldBatch(sql, siteId, timeZone, before)
      await addRemoved(sql, runId, removed)
      return removed.screening ?? 0
    })
    if (folded < screeningsAtOnce) return
  }
}
