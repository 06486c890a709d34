/**
 * Changing the key-encryption key while servers run: every data key is unwrapped and wrapped again under another one,
 * all in one transaction. Which key wrapped a row stands beside it, so that processes which know both read either.
 */
import { equalBytes } from '@sidep/encoding'
import type { Sql, TransactionSql } from 'postgres'
import type { KeyEncryption } from './key-encryption-key.ts'
import { wrapContext } from './vault.ts'

interface Row {
  readonly id: number
  readonly period: string
  readonly wrapped: Uint8Array
  readonly wrapping_key: Uint8Array | null
  readonly epoch: string | null
}

const isSame = (a: Uint8Array | null, b: Uint8Array): boolean => a !== null && equalBytes(a, b)

/** How many data keys are not wrapped by a key. */
export const notWrappedBy = async (database: Sql, keyId: Uint8Array): Promise<number> => {
  const [row] = await database<{ count: number }[]>`
    select count(*)::int as count from data_key where wrapping_key is distinct from ${keyId}`
  return row?.count ?? 0
}

/**
 * Wraps all data keys under one of the keys that are known. Run again it does what is left, which is nothing.
 *
 * @param keyId of the key that wraps from now on
 * @param tell records what was done, in the same transaction; not called when nothing was
 * @returns how many were wrapped anew
 * @throws when a key is met that nothing known opens; then nothing was changed
 */
export const rewrapDataKeys = (
  database: Sql,
  encryption: KeyEncryption,
  keyId: Uint8Array,
  tell: (sql: TransactionSql, count: number) => Promise<void>,
): Promise<number> =>
  database.begin(async (sql) => {
    const rows = await sql<Row[]>`
      select id, period, wrapped, wrapping_key, epoch from data_key order by id for update`
    let count = 0
    for (const { id, period, wrapped, wrapping_key: wrappingKey, epoch } of rows) {
      if (isSame(wrappingKey, keyId)) continue
      const context = wrapContext(period)
      const key = encryption.unwrap({ wrapped, wrappingKey, epoch }, context)
      // A week that is over for good: the row goes with its week.
      if (key === null) continue
      // Its own week stays: under a later one a copy of the row could be read for longer.
      const made = encryption.wrapWith(keyId, key, context, epoch)
      await sql`update data_key set wrapped = ${made.wrapped}, wrapping_key = ${made.wrappingKey} where id = ${id}`
      count += 1
    }
    if (count > 0) await tell(sql, count)
    return count
  })
