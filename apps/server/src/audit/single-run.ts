/** Work that one process at a time does, whichever it is: the database says whose turn it is. */
import type { Sql } from 'postgres'

/** Any numbers that nothing else locks: 'audit', 'forget', 'filter', 'count' and 'feeds' in ASCII. */
export const locks = {
  heads: 0x6175646974n,
  retention: 0x666f72676574n,
  filters: 0x66696c746572n,
  screeningCounts: 0x636f756e74n,
  feeds: 0x6665656473n,
} as const

/**
 * Does the work if no other process is at it. The lock is the connection's: it ends with the process, however that ends.
 *
 * @returns what the work answers; null when another process has the lock
 */
export const whenAlone = async <T>(
  database: Sql,
  lock: bigint,
  work: () => Promise<T>,
): Promise<T | null> => {
  const connection = await database.reserve()
  try {
    const [row] = await connection<{ mine: boolean }[]>`
      select pg_try_advisory_lock(${lock.toString()}::bigint) as mine`
    if (row?.mine !== true) return null
    try {
      return await work()
    } finally {
      await connection`select pg_advisory_unlock(${lock.toString()}::bigint)`
    }
  } finally {
    connection.release()
  }
}
