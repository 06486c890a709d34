import { migrateDatabase } from '@sidep/server/platform/database.ts'
import { startFailure } from '@sidep/server/platform/start-failure.ts'
import type { Command } from 'commander'
import { readConfiguration } from '../configured.ts'
import { CommandFailure, exitCodes } from '../failure.ts'

interface MigrateOptions {
  readonly distribute?: boolean
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .option('--distribute', 'then put tables and functions where they belong on a cluster (Citus)')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Works as the owner: OWNER_DATABASE_URL, else DATABASE_URL, else the embedded database in DATA_DIR, with no server running
on it. A portal whose login may not change the schema does not start before this was done; portals of the version before
go on working. On a cluster, with --distribute after each upgrade.

Examples:
  OWNER_DATABASE_URL=postgres://owner@db/sidep DATABASE_URL=postgres://portal@db/sidep npx sidep migrate
  npx sidep migrate --distribute --json`,
    )
    .action(migrate)
}

const migrate = async ({ distribute = false, json }: MigrateOptions): Promise<void> => {
  const { databaseUrl, dataDirectory, ownerDatabaseUrl } = readConfiguration()
  const { ran, distributed } = await migrateDatabase(
    databaseUrl,
    dataDirectory,
    ownerDatabaseUrl,
    distribute,
  ).catch((error: unknown) => {
    const reason = startFailure(error) ?? (error instanceof Error ? error.message : String(error))
    throw new CommandFailure(reason, exitCodes.unavailable)
  })
  if (json === true) {
    console.log(JSON.stringify({ ran, distributed }))
    return
  }
  console.log(ran.length === 0 ? 'nothing to run' : ran.join('\n'))
  if (distributed === null) return
  const { tables, functions } = distributed
  console.log(`placed now: ${tables.length === 0 ? 'no table' : tables.join(', ')}`)
  console.log(`functions where the sites are: ${functions}`)
}
