import type { Configuration } from '@sidep/server'
import { type ErasedUntil, erasedUntilOf } from '@sidep/server/audit/retention/erased-until.ts'
import {
  type ReportLine,
  type RetentionReport,
  reportRetention,
} from '@sidep/server/audit/retention/report.ts'
import { runRetention } from '@sidep/server/audit/retention/run.ts'
import { openSigners } from '@sidep/server/issuance/signers.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import type { OpenDatabase } from '@sidep/server/platform/database.ts'
import { keyEncryptionKeyOf } from '@sidep/server/platform/key-encryption-key.ts'
import { openVault } from '@sidep/server/platform/vault.ts'
import type { Command } from 'commander'
import { readConfiguration, withDatabase } from '../configured.ts'
import { CommandFailure } from '../failure.ts'
import { listenForStop } from '../stop-signal.ts'

interface RetentionOptions {
  readonly report?: boolean
  readonly run?: boolean
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .option('--report', 'show the oldest datum of each kind beside its setting')
    .option('--run', 'remove what is past its time now; servers do so by themselves')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
The database is that of DATABASE_URL, or the embedded one in DATA_DIR, which must not be in use.
RETENTION_IDENTIFYING_DAYS and RETENTION_TRACES_DAYS are the settings. With both options the run comes first.
Exit 0 when nothing outlives its setting (a day is allowed for the job to come by), 1 when something does,
or when a run could not be made or left a chain alone.`,
    )
    .action(retention)
}

/** @param erasedUntil of a database that is being restored: that of its backups counts too */
export const retentionDependenciesOf = async (
  configuration: Configuration,
  { pools }: OpenDatabase,
  erasedUntil?: ErasedUntil,
) => {
  const signers = await openSigners(configuration, systemClock, systemRandomBytes)
  const key = keyEncryptionKeyOf(configuration, systemRandomBytes)
  const say = (...words: unknown[]): void => console.error(JSON.stringify(words))
  return {
    database: pools.worker,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    vault: await openVault(pools.login, key, systemClock, systemRandomBytes),
    signer: signers.scopes.continuity,
    rootCertificate: signers.rootCertificate,
    retention: configuration.retention,
    erasedUntil: erasedUntil ?? (await erasedUntilOf(configuration)),
    log: { info() {}, error: say },
  }
}

const run = async (
  configuration: Configuration,
  database: OpenDatabase,
  json: boolean,
): Promise<void> => {
  const dependencies = await retentionDependenciesOf(configuration, database)
  const outcome = await runRetention(dependencies, listenForStop())
  if (outcome === null) {
    console.error('not done: another process is at it, or it was stopped')
    process.exitCode = 1
    return
  }
  const counts = Object.entries(outcome.removed).map(([kind, count]) => `${count} ${kind}`)
  console.log(
    json
      ? JSON.stringify(outcome)
      : `removed: ${counts.length === 0 ? 'nothing was due' : counts.join(', ')}`,
  )
  if (outcome.brokenChains === 0) return
  console.error(`${outcome.brokenChains} chains are not as they were written and were left alone`)
  process.exitCode = 1
}

const describeLine = ({ kind, settingDays, oldest, ageDays, kept }: ReportLine): string =>
  [
    kind.padEnd(19),
    `${settingDays} days`.padStart(9),
    (oldest ?? 'none').padEnd(25),
    (ageDays === null ? '' : `${ageDays} days`).padStart(12),
    kept ? 'kept' : 'OUTLIVED',
  ].join('  ')

const describe = ({ lines, lastRun, kept }: RetentionReport): string =>
  [
    `${'kind'.padEnd(19)}  ${'setting'.padStart(9)}  ${'oldest'.padEnd(25)}  ${'age'.padStart(12)}`,
    ...lines.map(describeLine),
    lastRun === null
      ? 'the job has never run'
      : `last run ${lastRun.startedAt}, ${lastRun.finishedAt === null ? 'cut off' : `ended ${lastRun.finishedAt}`}`,
    kept ? 'nothing outlives its setting' : 'SOMETHING outlives its setting',
  ].join('\n')

const report = async (
  configuration: Configuration,
  { pools }: OpenDatabase,
  json: boolean,
): Promise<void> => {
  const found = await reportRetention(pools.worker, configuration.retention, systemClock.now())
  console.log(json ? JSON.stringify(found) : describe(found))
  if (!found.kept) process.exitCode = 1
}

const retention = async (options: RetentionOptions): Promise<void> => {
  if (options.report !== true && options.run !== true) {
    throw new CommandFailure('say what to do: --report, --run, or both')
  }
  const configuration = readConfiguration()
  const json = options.json === true
  await withDatabase(configuration, async (database) => {
    if (options.run === true) await run(configuration, database, json)
    if (options.report === true) await report(configuration, database, json)
  })
}
