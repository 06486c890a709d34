/**
 * The database: embedded or given, and one pool a traffic, so that a rush of one does not take the connections
 * of another (invariant 5).
 */
import { poolConnections } from '@sidep/admission'
import postgres, { type Options, type PostgresType, type Sql } from 'postgres'
import { systemClock, systemRandomBytes } from './clock.ts'
import { type MakeSocket, makeSockets } from './database-socket.ts'
import { distribute } from './distribute.ts'
import {
  type EmbeddedDatabase,
  runningEmbeddedDatabase,
  startEmbeddedDatabase,
} from './embedded/cluster.ts'
import { ensurePlacement } from './ensure-placement.ts'
import { makeLostConnections } from './lost-connections.ts'
import { ensureMigrated, mayMigrate, migrate } from './migrate.ts'
import { type GuardedPool, withQueueDeadline } from './queue-deadline.ts'
import { makeReadiness, type Readiness, readinessSettings } from './readiness.ts'

export interface Pools {
  readonly intake: Sql
  readonly login: Sql
  readonly person: Sql
  readonly worker: Sql
}

export interface OpenDatabase {
  readonly pools: Pools
  /** Answers within a second whether the database takes a write. */
  readiness(): Promise<Readiness>
  /** Lets running statements end, then closes, and stops the embedded process. */
  close(): Promise<void>
}

interface PoolShape {
  readonly connections: number
  readonly statementMilliseconds: number
  /** How long a query waits for a connection. */
  readonly queueMilliseconds: number
  /** How long an answer of a standby is believed; absent: a connection to one is not used. */
  readonly standbyMilliseconds?: number
  /** More that its connections are told. */
  readonly settings?: Readonly<Record<string, string>>
}

const shapes: Readonly<Record<keyof Pools, Omit<PoolShape, 'connections'>>> = {
  intake: { statementMilliseconds: 10_000, queueMilliseconds: 5_000 },
  login: { statementMilliseconds: 5_000, queueMilliseconds: 5_000 },
  person: { statementMilliseconds: 5_000, queueMilliseconds: 5_000 },
  worker: { statementMilliseconds: 30_000, queueMilliseconds: 30_000 },
}
/** Apart from the pools: what they are busy with says nothing about the database. */
const probeShape: PoolShape = {
  connections: 1,
  statementMilliseconds: 2_000,
  queueMilliseconds: 5_000,
  // It may say that there is a standby, and looks again a second later.
  standbyMilliseconds: 1_000,
  settings: readinessSettings,
}

const connectSeconds = 5
/** A connection whose other end is gone without a word is noticed after about this and ten seconds more. */
const keepAliveSeconds = 10
/** Beyond the longest statement: nothing heard for so long means that nobody is there. */
const silenceMilliseconds = 20_000
/** Of the embedded PostgreSQL. */
export const databaseName = 'sidep'

/** What the pools work as (migration 0015): it may add to the audit chains, and neither change nor remove. */
const applicationRole = 'sidep_application'

type Target =
  | {
      readonly url: string
      /** The owner's, where `url` is of a role that is a member of the application's; null: `url` is the owner's. */
      readonly ownerUrl: string | null
    }
  | { readonly embedded: EmbeddedDatabase; readonly name: string }

const connect = (target: Target, options: Options<Record<string, PostgresType>>): Sql =>
  'url' in target
    ? postgres(target.url, options)
    : postgres({ ...target.embedded.connection, database: target.name, ...options })

/** From 0 to 1: spreads attempts to connect, no secret. */
const random = (): number => (systemRandomBytes(1)[0] ?? 0) / 256

/** The driver knows more options than its types do. */
type MoreOptions = Options<Record<string, PostgresType>> & {
  readonly socket: MakeSocket
  readonly keep_alive?: number
}

const poolOptions = (
  name: string,
  { connections, statementMilliseconds, standbyMilliseconds = 0, settings = {} }: PoolShape,
  socket: MakeSocket,
  role: string | null,
): MoreOptions => ({
  max: connections,
  socket,
  keep_alive: keepAliveSeconds,
  connect_timeout: connectSeconds,
  idle_timeout: 0,
  // A connection is renewed now and then so that a moved database or proxy is followed.
  max_lifetime: 60 * 30,
  // Over TLS the sockets cannot see who greets, and the driver asks: what waits for a standby then fails instead of waiting on.
  ...(standbyMilliseconds === 0 ? { target_session_attrs: 'primary' as const } : {}),
  // The sockets wait by themselves between two attempts.
  backoff: () => 0,
  onnotice: () => {},
  connection: {
    application_name: `sidep ${name}`,
    statement_timeout: statementMilliseconds,
    lock_timeout: statementMilliseconds,
    idle_in_transaction_session_timeout: 30_000,
    ...settings,
    ...(role === null ? {} : { role }),
  },
})

/** The driver's parsed options, of which it takes a part of another pool's. */
type ParsedOptions = Parameters<typeof connect>[1] & { fetch_types: boolean }

const openPool = async (
  target: Target,
  name: string,
  shape: PoolShape,
  ended: AbortSignal,
): Promise<Sql> => {
  const { statementMilliseconds, queueMilliseconds, standbyMilliseconds = 0 } = shape
  const silence = statementMilliseconds + silenceMilliseconds
  const lost = makeLostConnections()
  const isOwner = !('url' in target) || target.ownerUrl === null
  const role = isOwner ? applicationRole : null
  const options = poolOptions(
    name,
    shape,
    makeSockets(silence, ended, random, { standbyMilliseconds }),
    role,
  )
  const pool = connect(target, { ...options, onclose: lost.onclose })
  const parsed = pool.options as unknown as ParsedOptions
  try {
    // Each new connection would ask for the types of arrays again, and nobody waits for that answer: lost at that
    // moment, it would end the process. They do not change.
    await pool`select 1`
    parsed.fetch_types = false
  } catch (error) {
    await pool.end({ timeout: 0 })
    throw error
  }
  const apart = (): GuardedPool => {
    const lostApart = makeLostConnections()
    // Nothing is said on a reserved connection while what it locks is worked on.
    const socket = makeSockets(0, ended, random)
    const changes = { max: 1, socket, onclose: lostApart.onclose }
    return { pool: postgres({ ...parsed, ...changes }), lost: lostApart }
  }
  return withQueueDeadline({ pool, lost }, apart, {
    name,
    queueMilliseconds,
    answerMilliseconds: queueMilliseconds + silence,
  })
}

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

/** One connection of the owner's, without a bound on how long a statement takes. */
const withOwner = async <Result>(
  target: Target,
  work: (connection: Sql) => Promise<Result>,
): Promise<Result> => {
  const ended = new AbortController()
  const options: MoreOptions = {
    max: 1,
    socket: makeSockets(0, ended.signal, random),
    connect_timeout: connectSeconds,
    onnotice: () => {},
    connection: { application_name: 'sidep migrations' },
  }
  const owner =
    'url' in target && target.ownerUrl !== null ? { ...target, url: target.ownerUrl } : target
  const connection = connect(owner, options)
  try {
    return await work(connection)
  } finally {
    await connection.end({ timeout: 5 })
    ended.abort()
  }
}

/** @returns the target, with whether it is the owner's known */
const migrateTarget = (target: Target): Promise<Target> =>
  withOwner(target, async (connection) => {
    const isOwner = await mayMigrate(connection)
    await (isOwner ? migrate(connection) : ensureMigrated(connection))
    await ensurePlacement(connection)
    return 'url' in target && !isOwner ? { ...target, ownerUrl: target.url } : target
  })

export interface MigrationOutcome {
  /** Files that ran now. */
  readonly ran: readonly string[]
  /** Null: not asked for. */
  readonly distributed: Awaited<ReturnType<typeof distribute>> | null
}

/** What `sidep migrate` does, as the owner. @param onCluster also puts tables and functions where they belong */
export const migrateDatabase = async (
  databaseUrl: string | null,
  dataDirectory: string,
  ownerDatabaseUrl: string | null,
  onCluster: boolean,
): Promise<MigrationOutcome> => {
  const embedded = databaseUrl === null ? await startEmbeddedDatabase(dataDirectory) : null
  try {
    if (embedded !== null) await createDatabase(embedded, databaseName)
    const target: Target =
      embedded === null
        ? { url: databaseUrl ?? '', ownerUrl: ownerDatabaseUrl }
        : { embedded, name: databaseName }
    return await withOwner(target, async (connection) => {
      const ran = await migrate(connection)
      return { ran, distributed: onCluster ? await distribute(connection) : null }
    })
  } finally {
    await embedded?.stop()
  }
}

const openTarget = async (given: Target, stop: () => Promise<void>): Promise<OpenDatabase> => {
  const target = await migrateTarget(given)
  const ended = new AbortController()
  const all: Sql[] = []
  const openShape = async (name: string, shape: PoolShape): Promise<Sql> => {
    const pool = await openPool(target, name, shape, ended.signal)
    all.push(pool)
    return pool
  }
  const open = (name: keyof Pools): Promise<Sql> =>
    openShape(name, { ...shapes[name], connections: poolConnections[name] })
  const end = async (): Promise<void> => {
    await Promise.all(all.map((pool) => pool.end({ timeout: 5 })))
    ended.abort()
  }
  try {
    const [intake, login, person, worker, probe] = await Promise.all([
      open('intake'),
      open('login'),
      open('person'),
      open('worker'),
      openShape('readiness', probeShape),
    ])
    return {
      pools: { intake, login, person, worker },
      readiness: makeReadiness(probe, systemClock.now),
      async close() {
        await end()
        await stop()
      },
    }
  } catch (error) {
    await end()
    throw error
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

/**
 * Opens the database of a configuration: `databaseUrl`, or the embedded one of the data folder. Migrated.
 *
 * @param ownerDatabaseUrl the same database as its owner; null: `databaseUrl` is the owner's
 */
export const openDatabase = async (
  databaseUrl: string | null,
  dataDirectory: string,
  ownerDatabaseUrl: string | null = null,
): Promise<OpenDatabase> => {
  if (databaseUrl !== null) {
    return openTarget({ url: databaseUrl, ownerUrl: ownerDatabaseUrl }, async () => {})
  }
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
  ownerDatabaseUrl: string | null = null,
): Promise<OpenDatabase> => {
  const running = databaseUrl === null ? await runningEmbeddedDatabase(dataDirectory) : null
  return running === null
    ? openDatabase(databaseUrl, dataDirectory, ownerDatabaseUrl)
    : openEmbeddedDatabase(running, databaseName)
}
