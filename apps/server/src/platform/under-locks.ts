/**
 * What is counted before something is stored must not change in between: whoever counts the same waits for the same
 * lock.
 */
import type { Sql, TransactionSql } from 'postgres'

/**
 * Works in a transaction that holds a lock on each of the names, in all processes of a database together. The locks are
 * taken by a statement of their own, because a statement sees only what was stored before it began: counting in the
 * statement that waited for the lock would count too early.
 *
 * @param names of what is counted, without a comma
 */
export const underLocks = async <Result>(
  database: Sql,
  names: readonly string[],
  work: (sql: TransactionSql) => Promise<Result>,
): Promise<Result> => {
  // In one order, so that no two wait for each other.
  const list = [...new Set(names)].sort().join(',')
  const kept: { result?: Result } = {}
  await database.begin(async (sql) => {
    await sql`
      select pg_advisory_xact_lock(hashtextextended(name, 0))
      from unnest(string_to_array(${list}, ',')) as locked (name)`
    kept.result = await work(sql)
  })
  return kept.result as Result
}
