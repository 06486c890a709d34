/**
 * Databases for tests: of an embedded PostgreSQL on the test's folder or, to try another version than that one, of the
 * PostgreSQL that `SIDEP_TEST_DATABASE_URL` names, with the right to create databases.
 */
import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { type OpenDatabase, openDatabase, openEmbeddedDatabase } from './database.ts'
import { startEmbeddedDatabase } from './embedded/cluster.ts'

export interface TestDatabases {
  /** The database of a number, migrated: made at the first call, opened again at others. */
  open(number: number): Promise<OpenDatabase>
  /** Removes them; whoever uses one has closed it. */
  close(): Promise<void>
}

const givenDatabases = (url: string): TestDatabases => {
  const administrator = postgres(url, { max: 1, onnotice: () => {} })
  const names = new Map<number, string>()
  return {
    async open(number) {
      const name = names.get(number) ?? `sidep_test_${randomBytes(6).toString('hex')}_${number}`
      if (!names.has(number)) await administrator`create database ${administrator(name)}`
      names.set(number, name)
      const target = new URL(url)
      target.pathname = `/${name}`
      return openDatabase(target.href, '')
    },
    async close() {
      for (const name of names.values()) {
        await administrator`drop database ${administrator(name)} with (force)`
      }
      await administrator.end({ timeout: 5 })
    },
  }
}

const embeddedDatabases = async (folder: string): Promise<TestDatabases> => {
  const embedded = await startEmbeddedDatabase(folder)
  return {
    open: (number) => openEmbeddedDatabase(embedded, `test${number}`),
    close: () => embedded.stop(),
  }
}

export const openTestDatabases = (folder: string): Promise<TestDatabases> | TestDatabases => {
  const given = process.env.SIDEP_TEST_DATABASE_URL
  return given === undefined ? embeddedDatabases(folder) : givenDatabases(given)
}
