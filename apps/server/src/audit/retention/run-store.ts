/**
 * Runs of the retention job in the database. What a batch removed is counted in the transaction that removes it, and
 * the run's act is written with its end: killed anywhere, the counts are right and the act is one.
 */
import type { Sql, TransactionSql } from 'postgres'
import { withAct } from '../chain.ts'
import { portalChain } from '../sign-heads.ts'

/** How many of each kind were removed. */
export type Removed = Readonly<Record<string, number>>

interface RunRow {
  id: string
  started_at: Date
  finished_at: Date | null
  removed: Removed
}

/** The run that was cut off, or a new one. */
export const takeRun = async (database: Sql, newId: string, now: Date): Promise<string> => {
  const [under] = await database<{ id: string }[]>`
    select id from retention_run where finished_at is null`
  if (under !== undefined) return under.id
  await database`insert into retention_run (id, started_at) values (${newId}, ${now})`
  return newId
}

/** Adds to the counts of a run, in the transaction that removes. */
export const addRemoved = async (
  transaction: TransactionSql,
  runId: string,
  more: Removed,
): Promise<void> => {
  const [row] = await transaction<{ removed: Removed }[]>`
    select removed from retention_run where id = ${runId} for update`
  const sums: Record<string, number> = { ...row?.removed }
  for (const [kind, count] of Object.entries(more)) {
    if (count > 0) sums[kind] = (sums[kind] ?? 0) + count
  }
  await transaction`update retention_run set removed = ${transaction.json(sums)} where id = ${runId}`
}

/** Ends a run, with its act. @returns what it removed in all */
export const finishRun = async (database: Sql, runId: string, at: Date): Promise<Removed> => {
  const [row] = await database<{ removed: Removed }[]>`
    select removed from retention_run where id = ${runId}`
  const removed = row?.removed ?? {}
  const subject = JSON.stringify(removed)
  const act = { siteId: portalChain, at, act: 'retention.run', actor: null, subject } as const
  await withAct(database, act, async (sql) => {
    const { count } = await sql`
      update retention_run set finished_at = ${at} where id = ${runId} and finished_at is null`
    return count
  })
  return removed
}

/** The newest run; undefined when there was none. */
export const lastRun = async (database: Sql | TransactionSql): Promise<RunRow | undefined> => {
  const [row] = await database<RunRow[]>`
    select id, started_at, finished_at, removed from retention_run order by started_at desc limit 1`
  return row
}
