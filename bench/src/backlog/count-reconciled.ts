/** What became of a backlog, asked of the database by a connection that has nothing to do with the server. */
import { openDatabase } from '@sidep/server/platform/database.ts'
import type { Sql } from 'postgres'

export interface CountedBacklog {
  /** Answered as definitive, and not there with a certificate under a reconciled number. */
  readonly lost: number
  /** More than one screening, certificate or number for what was answered, or two screenings under one number. */
  readonly duplicated: number
  /** Screenings of the returning counters' sites that no answer told of. */
  readonly untold: number
  /** Flags raised for operations. */
  readonly flags: number
}

/** Counts by a connection to a database that stands still. */
export const countReconciledIn = async (
  sql: Sql,
  definitive: readonly string[],
): Promise<CountedBacklog> => {
  const [row] = await sql.begin(async (one) => {
    await one`set local statement_timeout = 0`
    return one<CountedBacklog[]>`
      with told as (select unnest(string_to_array(${definitive.join(',')}, ','))::uuid as id),
      screenings as (select id, count(*) as n from screening group by id),
      certificates as (select screening_id as id, count(*) as n from certificate group by screening_id),
      numbers as (
        select screening_id as id, count(*) as n, count(reconciled_at) as reconciled from booklet_number group by screening_id
      ),
      found as (
        select t.id, coalesce(s.n, 0) as screenings, coalesce(c.n, 0) as certificates,
          coalesce(b.n, 0) as numbers, coalesce(b.reconciled, 0) as reconciled
        from told t left join screenings s using (id) left join certificates c using (id) left join numbers b using (id)
      ),
      shared as (
        select count(*) as n from (
          select 1 from booklet_number group by site_id, booklet_id, number having count(*) > 1
        ) twice
      )
      select
        count(*) filter (where screenings = 0 or certificates = 0 or reconciled = 0)::int as lost,
        (count(*) filter (where screenings > 1 or certificates > 1 or numbers > 1) + (select n from shared))::int as duplicated,
        (select count(*) from booklet_number b where not exists (select from told where told.id = b.screening_id))::int as untold,
        (select count(*) from continuity_flag)::int as flags
      from found`
  })
  if (row === undefined) throw new Error('the database did not count')
  return row
}

/** Opens the embedded database of a data folder whose server has stopped, and counts. */
export const countReconciled = async (
  dataDirectory: string,
  definitive: readonly string[],
): Promise<CountedBacklog> => {
  const database = await openDatabase(null, dataDirectory)
  try {
    return await countReconciledIn(database.pools.worker, definitive)
  } finally {
    await database.close()
  }
}
