/** Reading whole tables, for commands: in one snapshot, without the limits that keep a page quick. */
import type { Sql, TransactionSql } from 'postgres'

/** Does the reading in one read-only snapshot; a statement may take an hour instead of seconds. */
export const readSlowly = <T>(
  database: Sql,
  read: (sql: TransactionSql) => Promise<T>,
): Promise<T> =>
  database.begin('isolation level repeatable read read only', async (sql) => {
    await sql`set local statement_timeout = '1h'`
    await sql`set local idle_in_transaction_session_timeout = '1h'`
    return read(sql)
  }) as Promise<T>
