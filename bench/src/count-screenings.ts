/** What the database really holds, asked by a connection that has nothing to do with the server. */
import { openDatabase } from '@sidep/server/platform/database.ts'

export interface CountedScreenings {
  /** Acknowledged, and not in the database with their certificate. */
  readonly lost: number
  /** More rows than ids: screenings, or certificates of one. */
  readonly duplicated: number
}

interface FoundRow {
  readonly id: string
  readonly screenings: number
  readonly certificates: number
}

/**
 * Opens the database of a server that has stopped, and counts.
 *
 * @param databaseUrl null: the embedded one of the data folder
 */
export const countScreenings = async (
  dataDirectory: string,
  acknowledged: readonly string[],
  databaseUrl: string | null = null,
): Promise<CountedScreenings> => {
  const database = await openDatabase(databaseUrl, dataDirectory)
  try {
    // Wherever their sites are: of one site there is one at most by an id.
    const found = await database.pools.worker<FoundRow[]>`
      select s.id, count(distinct s.site_id)::int as screenings, count(c.screening_id)::int as certificates
      from screening s left join certificate c on c.site_id = s.site_id and c.screening_id = s.id
      where s.id = any(string_to_array(${acknowledged.join(',')}, ',')::uuid[])
      group by s.id`
    const whole = found.filter(({ certificates }) => certificates > 0)
    return {
      lost: new Set(acknowledged).size - whole.length,
      duplicated: found.filter(({ screenings, certificates }) => screenings > 1 || certificates > 1)
        .length,
    }
  } finally {
    await database.close()
  }
}
