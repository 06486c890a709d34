/**
 * The database: embedded or given, and one pool a traffic, so that a rush of one does not take the connections
 * of another (invariant 5).
 */
import postgres, { type Options, type PostgresType, type Sql } from 'postgres'
import {
  type EmbeddedDatabase,
  runningEmbeddedDatabase,
  startEmbeddedDatabase,
} from './embedded/cluster.ts'
import { migrate } from './migrate.ts'

export interface Pools {
  readonly intake: Sql
  readonly login: Sql
  readonly person: Sql
  readonly worker: Sql
}

export interface OpenDatabase {
  readonly pools: Pools
  /** Answers within a second whether the database takes a statement. */
  isReady(): Promise<boolean>
  /** Lets running statements end, then closes, and stops the embedded process. */
  close(): Promise<void>
}

interface PoolShape {
  readonly connections: number
  readonly statementMilliseconds: number
}

/** Eight intake connections: durable throughput on one disk is best there, more are slower (docs/adr/0011-issuing-and-storing.md). */
const shapes: Readonly<Record<keyof Pools, PoolShape>> = {
  intake: { connections: 8, statementMilliseconds: 10_000 },
  login: { connections: 3, statementMilliseconds: 5_000 },
  person: { connections: 4, statementMilliseconds: 5_000 },
  worker: { connections: 3, statementMilliseconds: 30_000 },
}

const connectSeconds = 5
const databaseName = 'sidep'

type Target =
  | { readonly url: string }
  | { readonly embedded: EmbeddedDatabase; readonly name: string }

const connect = (target: Target, options: Options<Record<string, PostgresType>>): Sql =>
  'url' in target
    ? postgres(target.url, options)
    : postgres({ ...target.embedded.connection, database: target.name, ...options })

const openPool = (target: Target, name: string, shape: PoolShape): Sql =>
  connect(target, {
    max: shape.connections,
    connect_timeout: connectSeconds,
    idle_timeout: 0,
    // A connection is renewed now and then so that a moved database or proxy is followed.
    max_lifetime: 60 * 30,
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 2),
    onnotice: () => {},
    connection: {
      application_name: `sidep ${name}`,
      statement_timeout: shape.statementMilliseconds,
      lock_timeout: shape.statementMilliseconds,
      idle_in_transaction_session_timeout: 30_000,
    },
  })

const createDatabase = async (embedded: EmbeddedDatabase, name: string): Promise<void> => {
  const administrator = postgres({
    ...embedded.connection,
    database: 'postgres',
    max: 1,
    onnotice: () => {},
  })
  try {
    const [found] = await administrator`select 1 from pg_database where datname = ${name}`
    if (found === undefined) await administrator`create database ${administrator(name)}`
  } finally {
    await administrator.end({ timeout: 5 })
  }
}

const openPools = (target: Target): Pools => ({
  intake: openPool(target, 'intake', shapes.intake),
  login: openPool(target, 'login', shapes.login),
  person: openPool(target, 'person', shapes.person),
  worker: openPool(target, 'worker', shapes.worker),
})

const migrateTarget = async (target: Target): Promise<void> => {
  const connection = connect(target, {
    max: 1,
    connect_timeout: connectSeconds,
    onnotice: () => {},
    connection: { application_name: 'sidep migrations' },
  })
  try {
    await migrate(connection)
  } finally {
    await connection.end({ timeout: 5 })
  }
}

const readyMilliseconds = 1_000

const isReady = async (pool: Sql): Promise<boolean> => {
  const query = pool`select 1`
  const timer = setTimeout(() => query.cancel(), readyMilliseconds)
  try {
    await query
    return true
  } catch {
    // Any failure is the answer "not ready"; the caller's own statements report why.
    return false
  } finally {
    clearTimeout(timer)
  }
}

const openTarget = async (target: Target, stop: () => Promise<void>): Promise<OpenDatabase> => {
  await migrateTarget(target)
  const pools = openPools(target)
  const all = Object.values(pools) as Sql[]
  return {
    pools,
    isReady: () => isReady(pools.login),
    async close() {
      await Promise.all(all.map((pool) => pool.end({ timeout: 5 })))
      await stop()
    },
  }
}

/** Opens one database of a running embedded PostgreSQL, made when missing; closing it leaves PostgreSQL running. */
export const openEmbeddedDatabase = async (
  embedded: EmbeddedDatabase,
  name: string,
): Promise<OpenDatabase> => {
  await createDatabase(embedded, name)
  return openTarget({ embedded, name }, async () => {})
}

/** Opens the database of a configuration: `databaseUrl`, or the embedded one of the data folder. Migrated. */
export const openDatabase = async (
  databaseUrl: string | null,
  dataDirectory: string,
): Promise<OpenDatabase> => {
  if (databaseUrl !== null) return openTarget({ url: databaseUrl }, async () => {})
  const embedded = await startEmbeddedDatabase(dataDirectory)
  try {
    await createDatabase(embedded, databaseName)
    return await openTarget({ embedded, name: databaseName }, () => embedded.stop())
  } catch (error) {
    await embedded.stop()
    throw error
  }
}

/**
 * The same for a command that does its work beside a server: an embedded database that runs is joined, and left running.
 */
export const openDatabaseBesides = async (
  databaseUrl: string | null,
  dataDirectory: string,
): Promise<OpenDatabase> => {
  const running = databaseUrl === null ? await runningEmbeddedDatabase(dataDirectory) : null
  return running === null
    ? openDatabase(databaseUrl, dataDirectory)
    : openEmbeddedDatabase(running, databaseName)
}
