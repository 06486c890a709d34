/**
 * Migrations: plain SQL files `migrations/NNNN-name.sql`, forward only, each in its own transaction, under one
 * advisory lock so that several servers may start at once. A file that changed after it ran is an error.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sql } from 'postgres'

const folder = join(import.meta.dirname, 'migrations')
const fileName = /^(\d{4})-[a-z0-9-]+\.sql$/

/** Any number that nothing else locks: 'sidep' in ASCII. */
const migrationLock = 0x7369646570n

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

/**
 * Brings a database to the newest schema. @returns the names of the files that ran now.
 * @throws when a file that already ran was changed, or the database is newer than this code.
 */
export const migrate = async (database: Sql): Promise<string[]> => {
  const migrations = await readMigrations()
  const connection = await database.reserve()
  try {
    await connection`select pg_advisory_lock(${migrationLock.toString()}::bigint)`
    await connection`create table if not exists migration (
      number integer primary key, name text not null, checksum text not null, ran_at timestamptz not null default now())`
    const done = await connection<{ number: number; name: string; checksum: string }[]>`
      select number, name, checksum from migration order by number`
    for (const row of done) {
      const known = migrations[row.number - 1]
      if (known === undefined)
        throw new Error(`the database ran ${row.name}, which this version lacks`)
      if (known.checksum !== row.checksum) throw new Error(`${known.name} changed after it ran`)
    }
    const pending = migrations.slice(done.length)
    for (const { number, name, text, checksum } of pending) {
      await connection.unsafe('begin')
      try {
        await connection.unsafe(text)
        await connection`insert into migration (number, name, checksum) values (${number}, ${name}, ${checksum})`
        await connection.unsafe('commit')
      } catch (error) {
        await connection.unsafe('rollback')
        throw error
      }
    }
    return pending.map(({ name }) => name)
  } finally {
    await connection`select pg_advisory_unlock(${migrationLock.toString()}::bigint)`
    connection.release()
  }
}

/** Number of the newest migration that this code has. */
export const newestMigration = async (): Promise<number> => (await readMigrations()).length
