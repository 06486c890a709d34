/** Brings a base backup to a second: copies it back and lets PostgreSQL replay the archived log up to there. */
import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fetchCommand } from '../embedded/archive.ts'
import type { Placement } from '../embedded/placement.ts'
import { endOfLog, findRunning, launch, type ServerSettings } from '../embedded/postmaster.ts'
import { CannotStart } from '../start-failure.ts'
import { copyName, type FoundBackup } from './backup-folder.ts'
import { copyBack } from './copy-files.ts'

export interface Recovery {
  /** Where to; nothing may be there. */
  readonly placement: Placement
  readonly base: FoundBackup
  readonly timeline: number
  /** Folder of archived segments. */
  readonly wal: string
  /** Folder of segments that were never archived, of the database that is replaced; null for none. */
  readonly unarchived: string | null
  /** Null: as far as the log goes. */
  readonly to: Date | null
}

const pollMilliseconds = 50

/** PostgreSQL reads an offset there, and no Z. */
const settingsOf = ({ wal, unarchived, timeline, to }: Recovery): ServerSettings => ({
  restore_command: fetchCommand(wal, unarchived),
  recovery_target_timeline: `${timeline}`,
  recovery_target_action: 'promote',
  // Otherwise it says that it is ready while it can only be read.
  hot_standby: 'off',
  ...(to === null ? {} : { recovery_target_time: to.toISOString().replace('Z', '+00') }),
})

/**
 * Leaves the recovered PostgreSQL running, ready for whoever adopts it (`startEmbeddedDatabase`).
 * @throws CannotStart when the log does not lead there, with PostgreSQL's own words
 */
export const recover = async (recovery: Recovery): Promise<void> => {
  const { placement, base } = recovery
  const { cluster, user } = placement
  await copyBack(join(base.folder, copyName), cluster, base.files, user)
  const signal = join(cluster, 'recovery.signal')
  writeFileSync(signal, '', { mode: 0o600 })
  if (user !== null) chownSync(signal, user.uid, user.gid)
  const ended = launch(placement, settingsOf(recovery))
  // As long as it takes: a day of log is replayed in minutes, and whoever waits can see the log of it.
  while (findRunning(cluster)?.ready !== true) {
    if (ended())
      throw new CannotStart('RECOVERY_FAILED', `the backup does not recover: ${endOfLog(cluster)}`)
    await wait(pollMilliseconds)
  }
}
