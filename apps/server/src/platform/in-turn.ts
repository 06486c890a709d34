/** What is counted before something is stored must not change in between: whoever counts the same takes their turn. */
import type { Sql, TransactionSql } from 'postgres'

/**
 * Works in a transaction, one at a time for each of the names, in all processes of a database together. A statement sees
 * what was stored until it began, so that counting in the very statement that waited for its turn would be too early:
 * the turn is a statement of its own.
 *
 * @param names of what is counted, without a comma
 */
export const inTurn = async <Result>(
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
      from unnest(string_to_array(${list}, ',')) as turn (name)`
    kept.result = await work(sql)
  })
  return kept.result as Result
}
