/** Work that one process at a time does, whichever it is: the database says whose turn it is. */
import type { ReservedSql, Sql } from 'postgres'

/** Any numbers that nothing else locks: 'audit', 'forget', 'filter', 'count', 'feeds', 'fraud', 'digests' and 'vendor' in ASCII. */
export const locks = {
  heads: 0x6175646974n,
  retention: 0x666f72676574n,
  filters: 0x66696c746572n,
  screeningCounts: 0x636f756e74n,
  feeds: 0x6665656473n,
  fraud: 0x6672617564n,
  digests: 0x64696765737473n,
  vendors: 0x76656e646f72n,
} as const

/** The one connection on which a process holds all its locks, while it holds any. */
interface LockConnection {
  readonly connection: Promise<ReservedSql>
  /** Its session would be given a lock that it has once more. */
  readonly taken: Set<bigint>
}

const lockConnections = new WeakMap<Sql, LockConnection>()

const connectionOf = (database: Sql): LockConnection => {
  const known = lockConnections.get(database)
  if (known !== undefined) return known
  const made = { connection: database.reserve(), taken: new Set<bigint>() }
  lockConnections.set(database, made)
  return made
}

/**
 * Does the work if nothing else is at it, in this process or another. All locks of a process lie on one connection of the pool,
 * so that jobs that are under way together leave the others to their work; the locks end with the process, however that ends.
 *
 * @returns what the work answers; null when another has the lock
 */
export const whenAlone = async <T>(
  database: Sql,
  lock: bigint,
  work: () => Promise<T>,
): Promise<T | null> => {
  const held = connectionOf(database)
  if (held.taken.has(lock)) return null
  held.taken.add(lock)
  try {
    const connection = await held.connection
    const [row] = await connection<{ mine: boolean }[]>`
      select pg_try_advisory_lock(${lock.toString()}::bigint) as mine`
    if (row?.mine !== true) return null
    try {
      return await work()
    } finally {
      await connection`select pg_advisory_unlock(${lock.toString()}::bigint)`
    }
  } finally {
    held.taken.delete(lock)
    if (held.taken.size === 0) {
      lockConnections.delete(database)
      await held.connection.then(
        (connection) => connection.release(),
        () => undefined,
      )
    }
  }
}
