/**
 * Puts the tables of a database where placement.ts says, on the machines of its cluster (Citus), and the functions with
 * the site first where the sites are. Done again it does what is new: after each migration on a cluster.
 */
import type { Sql } from 'postgres'
import { hasCitus } from './ensure-placement.ts'
import { placedTables } from './placement.ts'
import { CannotStart } from './start-failure.ts'

/** All others of its kind are where the rows of this one are. */
const firstBySite = 'screening'
const firstByPerson = 'listed_session'

const place = async (
  owner: Sql,
  { table, placement, column }: (typeof placedTables)[number],
): Promise<void> => {
  if (placement === 'reference') {
    await owner`select create_reference_table(${table}::text::regclass)`
    return
  }
  const first = placement === 'site' ? firstBySite : firstByPerson
  const beside = table === first ? 'none' : first
  await owner`
    select create_distributed_table(${table}::text::regclass, ${column}::text, colocate_with => ${beside}::text)`
}

/** Functions whose first argument is the site, by their signatures. */
const functionsBySite = async (owner: Sql): Promise<string[]> => {
  const rows = await owner<{ signature: string }[]>`
    select oid::regprocedure::text as signature from pg_proc
    where pronamespace = 'public'::regnamespace and proargnames[1] = 'site' order by 1`
  return rows.map(({ signature }) => signature)
}

/** @returns what was placed now: names of tables, and how many functions are where the sites are */
export const distribute = async (
  owner: Sql,
): Promise<{ readonly tables: readonly string[]; readonly functions: number }> => {
  if (!(await hasCitus(owner))) {
    throw new CannotStart(
      'CLUSTER_ABSENT',
      'this database has no Citus: as its administrator, create extension citus',
    )
  }
  const rows = await owner<{ table: string }[]>`select table_name::text as table from citus_tables`
  const there = new Set(rows.map(({ table }) => table))
  const pending = placedTables.filter(
    ({ table, placement }) => placement !== 'local' && !there.has(table),
  )
  for (const table of pending) await place(owner, table)
  const signatures = await functionsBySite(owner)
  for (const signature of signatures) {
    await owner`select create_distributed_function(
      ${signature}::text::regprocedure, 'site', colocate_with => ${firstBySite}::text)`
  }
  return { tables: pending.map(({ table }) => table), functions: signatures.length }
}
