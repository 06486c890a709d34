import { copyFileSync, existsSync } from 'node:fs'
import { foldersOf } from '@sidep/server/platform/backup/backup-folder.ts'
import {
  backupFolderOf,
  type TakenBackup,
  takeBackup,
} from '@sidep/server/platform/backup/take-backup.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import {
  runningEmbeddedDatabase,
  startEmbeddedDatabase,
} from '@sidep/server/platform/embedded/cluster.ts'
import { CannotStart } from '@sidep/server/platform/start-failure.ts'
import type { Command } from 'commander'
import { readConfiguration } from '../configured.ts'
import { CommandFailure, exitCodes } from '../failure.ts'

interface BackupOptions {
  readonly to?: string
  readonly keep: string
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .option(
      '--to <folder>',
      'folder of the backups, on another disk (default: that of the last one)',
    )
    .option('--keep <number>', 'whole backups that stay, the new one included', '7')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
For the embedded database, on one machine, while the portal runs or not: a copy of its files, and from the first backup on
its write-ahead log, at most a minute behind. sidep restore brings any second back since the oldest backup that is kept.
Not in it, to be kept apart from it: KEYS_DIR, the key-encryption key, KEY_EPOCHS_FILE. Without the last two nobody's
identity data in the backup can be read, by you either. docs/operating/backup.md says more.
A PostgreSQL of your own is backed up by its own tools.`,
    )
    .action(backup)
}

const keptMax = 1_000

const readKeep = (text: string): number => {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= keptMax) return number
  throw new CommandFailure(`--keep takes a whole number from 1 to ${keptMax}`)
}

const describe = ({ folder, files, bytes, removed, stoppedAt }: TakenBackup): string =>
  [
    `${files} files, ${(bytes / 1e6).toFixed(0)} MB, in ${folder}`,
    `any second from ${stoppedAt} on can be restored; the log follows by itself`,
    ...(removed === 0 ? [] : [`${removed} older backups removed`]),
  ].join('\n')

const backup = async ({ to, keep, json }: BackupOptions): Promise<void> => {
  const { databaseUrl, dataDirectory, erasedUntilFile } = readConfiguration()
  if (databaseUrl !== null) {
    throw new CommandFailure(
      'DATABASE_URL names a PostgreSQL of your own: back it up with its own tools (docs/operating/backup.md)',
    )
  }
  const kept = readKeep(keep)
  const running = await runningEmbeddedDatabase(dataDirectory)
  const embedded = running ?? (await startEmbeddedDatabase(dataDirectory))
  try {
    const request = { dataDirectory, embedded, keep: kept, clock: systemClock }
    const taken = await takeBackup({ ...request, folder: to ?? null })
    const folder = await backupFolderOf(dataDirectory)
    if (folder !== null && existsSync(erasedUntilFile)) {
      copyFileSync(erasedUntilFile, foldersOf(folder).erasedUntil)
    }
    console.log(json === true ? JSON.stringify(taken) : describe(taken))
  } catch (error) {
    if (error instanceof CannotStart) throw new CommandFailure(error.message, exitCodes.unavailable)
    throw error
  } finally {
    await embedded.stop()
  }
}
