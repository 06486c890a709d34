/**
 * For tests: the embedded PostgreSQL of a first start, migrated. A test run makes it once (tools/src/test.ts) and names its
 * folder in `SIDEP_TEST_TEMPLATE`; each test file then begins on a copy. Where nothing is named, as when a single file is run
 * by hand, and wherever the first start itself is tried, everything is made as it is for anybody.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { openDatabase } from './database.ts'
import type { EmbeddedDatabase } from './embedded/cluster.ts'
import { placeDatabase } from './embedded/placement.ts'

/** What `openDatabase` calls the database of a data folder. */
const migrated = 'sidep'

export const makeTemplate = async (folder: string): Promise<void> => {
  const database = await openDatabase(null, folder)
  await database.close()
}

/** Puts a copy into a data folder that has no database yet. */
export const fillFromTemplate = async (dataDirectory: string): Promise<void> => {
  const template = process.env.SIDEP_TEST_TEMPLATE
  if (template === undefined || template === '') return
  const from = await placeDatabase(template)
  const to = await placeDatabase(dataDirectory)
  if (existsSync(to.cluster)) return
  execFileSync('cp', ['-a', from.cluster, to.cluster])
  copyFileSync(join(template, 'database-password'), join(dataDirectory, 'database-password'))
}

/** Makes a database that is migrated already, where the template has one. */
export const copyMigrated = async (
  { connection }: EmbeddedDatabase,
  name: string,
): Promise<void> => {
  const administrator = postgres({
    ...connection,
    database: 'postgres',
    max: 1,
    onnotice: () => {},
  })
  try {
    const found = await administrator<{ datname: string }[]>`
      select datname from pg_database where datname in (${migrated}, ${name})`
    if (found.length === 1 && found[0]?.datname === migrated) {
      await administrator`
        create database ${administrator(name)} template ${administrator(migrated)}`
    }
  } finally {
    await administrator.end({ timeout: 5 })
  }
}
