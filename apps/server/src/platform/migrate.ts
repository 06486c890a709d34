/**
 * Migrations: plain SQL files `migrations/NNNN-name.sql`, forward only, each in its own transaction, under one
 * advisory lock so that several servers may start at once. A file that changed after it ran is an error.
 *
 * Invariants
 * - A process of this version works on the schema of a later one: files that it does not know are no matter to it, and
 *   `npm run check` holds every file to adding alone (tools/src/migration-rules.ts).
 * - No statement of a migration waits long for a lock, because everybody else waits behind it.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import postgres, { type ReservedSql, type Sql } from 'postgres'
import { CannotStart } from './start-failure.ts'

const folder = join(import.meta.dirname, 'migrations')
const fileName = /^(\d{4})-[a-z0-9-]+\.sql$/

/** Any number that nothing else locks: 'sidep' in ASCII. */
const migrationLock = 0x7369646570n

/** In the first line of a file of one statement that may not be in a transaction, as of an index on a table that is used. */
const outside = /^-- outside a transaction\b/

const lockMilliseconds = 3_000
/** With the pauses in between about a minute: then something holds the table that nobody expected. */
const triesMax = 12
const pauseMilliseconds = 2_000
const lockPauseMilliseconds = 100

interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
  readonly checksum: string
}

const readMigrations = async (): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => fileName.test(name)).sort()
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(name.slice(0, 4))
      if (number !== index + 1) throw new Error(`migration ${name} is out of sequence`)
      const text = await readFile(join(folder, name), 'utf8')
      return { number, name, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

interface RanRow {
  readonly number: number
  readonly name: string
  readonly checksum: string
}

/** Which of the files a database has not run. @throws when one that it ran is another file by now */
const pendingOf = (migrations: readonly Migration[], ran: readonly RanRow[]): Migration[] => {
  for (const row of ran) {
    const known = migrations[row.number - 1]
    if (known !== undefined && known.checksum !== row.checksum)
      throw new Error(`${known.name} changed after it ran`)
  }
  const done = new Set(ran.map(({ number }) => number))
  return migrations.filter(({ number }) => !done.has(number))
}

const readRan = (connection: Pick<Sql, 'unsafe'>): Promise<RanRow[]> =>
  connection.unsafe<RanRow[]>('select number, name, checksum from migration order by number')

const note = (connection: ReservedSql, { number, name, checksum }: Migration): Promise<unknown> =>
  connection`insert into migration (number, name, checksum) values (${number}, ${name}, ${checksum})`

/** An index that was cut off while it was made is there, and is none. */
const dropUnfinished = async (connection: ReservedSql): Promise<void> => {
  const rows = await connection<{ name: string }[]>`
    select indexrelid::regclass::text as name from pg_index join pg_class on pg_class.oid = indexrelid
    where not indisvalid and relnamespace = 'public'::regnamespace`
  for (const { name } of rows) await connection.unsafe(`drop index concurrently if exists ${name}`)
}

const run = async (connection: ReservedSql, migration: Migration): Promise<void> => {
  if (outside.test(migration.text)) {
    await dropUnfinished(connection)
    await connection.unsafe(migration.text)
    await note(connection, migration)
    return
  }
  await connection.unsafe('begin')
  try {
    await connection.unsafe(migration.text)
    await note(connection, migration)
    await connection.unsafe('commit')
  } catch (error) {
    await connection.unsafe('rollback')
    throw error
  }
}

/** SQLSTATE 55P03: the lock was not to be had in time. */
const isLocked = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && error.code === '55P03'

const runPatiently = async (connection: ReservedSql, migration: Migration): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run(connection, migration)
    } catch (error) {
      if (!isLocked(error) || tries === triesMax) throw error
      await pause(pauseMilliseconds)
    }
  }
}

/** Asked for again and again: whoever waited for it within a statement would keep an index from being made. */
const takeLock = async (connection: ReservedSql): Promise<void> => {
  for (;;) {
    const [row] = await connection<{ isTaken: boolean }[]>`
      select pg_try_advisory_lock(${migrationLock.toString()}::bigint) as "isTaken"`
    if (row?.isTaken === true) return
    await pause(lockPauseMilliseconds)
  }
}

/**
 * Brings a database to the newest schema that this code knows. @returns the names of the files that ran now.
 * @throws when a file that already ran was changed.
 */
export const migrate = async (database: Sql): Promise<string[]> => {
  const migrations = await readMigrations()
  const connection = await database.reserve()
  try {
    await takeLock(connection)
    await connection`create table if not exists migration (
      number integer primary key, name text not null, checksum text not null, ran_at timestamptz not null default now())`
    const pending = pendingOf(migrations, await readRan(connection))
    await connection.unsafe(`set lock_timeout = ${lockMilliseconds}`)
    for (const migration of pending) await runPatiently(connection, migration)
    return pending.map(({ name }) => name)
  } finally {
    await connection.unsafe('reset lock_timeout')
    await connection`select pg_advisory_unlock(${migrationLock.toString()}::bigint)`
    connection.release()
  }
}

/** Number of the newest migration that this code has. */
export const newestMigration = async (): Promise<number> => (await readMigrations()).length

/** Whether who is connected may change the schema: then migrations are theirs, and otherwise `sidep migrate`'s. */
export const mayMigrate = async (database: Pick<Sql, 'unsafe'>): Promise<boolean> => {
  const [row] = await database.unsafe<{ may: boolean }[]>(`
    select has_schema_privilege('public', 'create') and coalesce(
      (select pg_has_role(relowner, 'usage') from pg_class where oid = to_regclass('public.migration')), true) as may`)
  return row?.may === true
}

/** @throws CannotStart with SCHEMA_OLDER where the database has not run all that this version needs */
export const ensureMigrated = async (database: Pick<Sql, 'unsafe'>): Promise<void> => {
  const migrations = await readMigrations()
  const [table] = await database.unsafe<{ is: boolean }[]>(
    `select to_regclass('public.migration') is not null as is`,
  )
  const ran = table?.is === true ? await readRan(database) : []
  const [first] = pendingOf(migrations, ran)
  if (first === undefined) return
  throw new CannotStart(
    'SCHEMA_OLDER',
    `the database has not run ${first.name}, which this version needs; run sidep migrate as its owner`,
  )
}
