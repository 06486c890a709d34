/** All facts of a portal's machine and configuration. Nothing is changed, and nothing is started. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration } from '@sidep/server'
import { readBackups } from '@sidep/server/platform/backup/backup-folder.ts'
import { backupFolderOf } from '@sidep/server/platform/backup/take-backup.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { readDatabaseFacts } from '@sidep/server/platform/database-facts.ts'
import { newestMigration } from '@sidep/server/platform/migrate.ts'
import type { BackupFacts, Facts } from './facts.ts'
import { gatherMachine } from './gather-machine.ts'
import { gatherCertificates, gatherSecrets, gatherSigners } from './gather-trust.ts'

const backupsOf = async ({ databaseUrl, dataDirectory }: Configuration): Promise<BackupFacts> => {
  if (databaseUrl !== null) return { newestAt: null, folder: null }
  const folder = await backupFolderOf(dataDirectory)
  const newest = folder === null ? undefined : readBackups(folder).at(-1)
  return { newestAt: newest === undefined ? null : new Date(newest.stoppedAt), folder }
}

export const gatherFacts = async (configuration: Configuration): Promise<Facts> => {
  const { databaseUrl, dataDirectory, keysDirectory, pkcs11 } = configuration
  const backups = await backupsOf(configuration)
  const { now } = systemClock
  const [machine, database, { certificates, silent }, signers, codeSchema] = await Promise.all([
    gatherMachine(dataDirectory, backups.folder),
    readDatabaseFacts(databaseUrl, dataDirectory, now),
    gatherCertificates(configuration),
    gatherSigners(keysDirectory),
    newestMigration(),
  ])
  return {
    now: now(),
    isProduction: configuration.mode === 'production',
    machine,
    database,
    hasDatabaseUrl: databaseUrl !== null,
    codeSchema,
    backups,
    certificates,
    silent,
    signers,
    secrets: gatherSecrets(configuration),
    hasRootKey: existsSync(join(keysDirectory, 'root.key.pem')),
    hasKeyModule: pkcs11 !== null,
  }
}
