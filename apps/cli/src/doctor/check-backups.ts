/** Whether what is lost could be brought back, and how much of it. */
import { dayMilliseconds, hourMilliseconds } from '@sidep/time'
import type { Facts } from './facts.ts'
import { type Check, unsafe, warning } from './findings.ts'

type BackupCheck = Check<
  Pick<Facts, 'now' | 'database' | 'backups' | 'hasDatabaseUrl' | 'isProduction'>
>

/** A day's copy, and half a day for one that was missed. */
const backupHoursMax = 36

export const checkBackupAge: BackupCheck = ({ now, backups, hasDatabaseUrl, isProduction }) => {
  if (hasDatabaseUrl || !isProduction) return []
  const { newestAt, folder } = backups
  if (newestAt === null) {
    return [
      unsafe('BACKUP_NONE', folder, 'there is no backup', 'npx sidep backup --to FOLDER, each day'),
    ]
  }
  const hours = (now.getTime() - newestAt.getTime()) / hourMilliseconds
  return hours <= backupHoursMax
    ? []
    : [
        warning(
          'BACKUP_OLD',
          folder,
          `the newest backup is ${Math.floor(hours)} hours old`,
          'npx sidep backup, each day by a timer',
        ),
      ]
}

/** What may lie in no archive: one segment of 16 MB is never full, a few more are on their way. */
const behindBytesMax = 160 * 1024 ** 2

export const checkArchiving: BackupCheck = ({ now, database, hasDatabaseUrl, isProduction }) => {
  if (database === null || database.isReadOnly) return []
  const { isOn, lastArchivedAt, lastFailedAt, behindBytes } = database.archiving
  if (!isOn) {
    return hasDatabaseUrl && isProduction
      ? [
          unsafe(
            'ARCHIVE_OFF',
            null,
            'archive_mode is off: only whole backups can be restored, no second between them',
            'pgBackRest, as deploy/one-machine has it',
          ),
        ]
      : []
  }
  const isFailing =
    lastFailedAt !== null &&
    now.getTime() - lastFailedAt.getTime() < dayMilliseconds &&
    (lastArchivedAt === null || lastFailedAt > lastArchivedAt)
  if (isFailing) {
    return [
      unsafe(
        'ARCHIVE_FAILING',
        null,
        `the write-ahead log does not reach the archive since ${lastFailedAt.toISOString()}`,
        'see that the disk of the backups is there and not full; PostgreSQL’s log has the command’s words',
      ),
    ]
  }
  return behindBytes !== null && behindBytes > behindBytesMax
    ? [
        warning(
          'ARCHIVE_BEHIND',
          null,
          `${Math.round(behindBytes / 1024 ** 2)} MB of log are in no archive`,
          'see why archiving is slow: its disk, or its network',
        ),
      ]
    : []
}
