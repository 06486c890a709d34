/** The database has its tables where placement.ts says, or the portal does not start on it. */
import type { Sql } from 'postgres'
import { placedTables } from './placement.ts'
import { CannotStart } from './start-failure.ts'

const spread = placedTables.filter(({ placement }) => placement !== 'local')

interface FoundPlacement {
  readonly table: string
  readonly kind: string
  readonly column: string | null
}

const kinds = { site: 'distributed', person: 'distributed', reference: 'reference' } as const

/** Whether the sites of this database are on several machines. */
export const hasCitus = async (database: Pick<Sql, 'unsafe'>): Promise<boolean> =>
  (await database.unsafe(`select from pg_extension where extname = 'citus'`)).length > 0

/** What of the declared tables the cluster has elsewhere, as one line each. */
const misplaced = async (database: Pick<Sql, 'unsafe'>): Promise<string[]> => {
  const rows = await database.unsafe<FoundPlacement[]>(
    `select table_name::text as table, citus_table_type as kind,
      case when distribution_column like '<%' then null else distribution_column end as column
    from citus_tables`,
  )
  const found = new Map(rows.map((row) => [row.table, row]))
  return spread.flatMap(({ table, placement, column }) => {
    const there = found.get(table)
    return placement !== 'local' && there?.kind === kinds[placement] && there.column === column
      ? []
      : [table]
  })
}

/**
 * Compares the database with what is declared, in one question on one machine and two on several. Tables that this version
 * does not know are a later one's, and no matter.
 *
 * @throws CannotStart naming what is missing or elsewhere
 */
export const ensurePlacement = async (database: Pick<Sql, 'unsafe'>): Promise<void> => {
  const names = placedTables.map(({ table }) => table)
  const missing = await database.unsafe<{ name: string }[]>(
    `select name from unnest(string_to_array($1, ',')) as name where to_regclass('public.' || name) is null`,
    [names.join(',')],
  )
  if (missing.length > 0) {
    throw new CannotStart(
      'TABLES_ABSENT',
      `the database lacks tables of this version: ${missing.map(({ name }) => name).join(', ')}; run sidep migrate`,
    )
  }
  if (!(await hasCitus(database))) return
  const elsewhere = await misplaced(database)
  if (elsewhere.length > 0) {
    throw new CannotStart(
      'TABLES_ELSEWHERE',
      `the cluster has tables where this version does not expect them: ${elsewhere.join(', ')}; run sidep migrate --distribute`,
    )
  }
}
