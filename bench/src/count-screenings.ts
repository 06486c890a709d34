/** What the database really holds, asked by a connection that has nothing to do with the server. */
import { openDatabase } from '@sidep/server/platform/database.ts'

export interface CountedScreenings {
  /** Acknowledged, and not in the database with their certificate. */
  readonly lost: number
  /** More rows than ids: screenings, or certificates of one. */
  readonly duplicated: number
}

/** Opens the embedded database of a data folder whose server has stopped, and counts. */
export const countScreenings = async (
  dataDirectory: string,
  acknowledged: readonly string[],
): Promise<CountedScreenings> => {
  const database = await openDatabase(null, dataDirectory)
  try {
    const sql = database.pools.worker
    const [row] = await sql<{ lost: number; duplicated: number }[]>`
      with acknowledged as (select unnest(string_to_array(${acknowledged.join(',')}, ','))::uuid as id),
      found as (
        select a.id, count(s.id) as screenings, count(c.screening_id) as certificates
        from acknowledged a
        left join screening s on s.id = a.id
        left join certificate c on c.site_id = s.site_id and c.screening_id = s.id
        group by a.id
      )
      select count(*) filter (where screenings = 0 or certificates = 0)::int as lost,
        count(*) filter (where screenings > 1 or certificates > 1)::int as duplicated
      from found`
    if (row === undefined) throw new Error('the database did not count')
    return row
  } finally {
    await database.close()
  }
}
