/**
 * A folder of backups of one embedded database:
 *
 *     base/2026-11-30T21-10-05.123Z/   a copy of the data folder, and `backup.json`, which names every file with its SHA-256
 *     wal/                             the archived write-ahead log, a file a segment
 *     restores.ndjson                  each restore: from then on the database's history is another one
 *     erased-until.json                up to when people were erased (audit/retention/erased-until.ts)
 *     database-password                of the socket of the embedded database, which opens nothing else
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface BackedUpFile {
  readonly path: string
  readonly size: number
  /** Hexadecimal. */
  readonly sha256: string
}

export interface BaseBackup {
  readonly startedAt: string
  /** From here on any second can be restored. */
  readonly stoppedAt: string
  readonly timeline: number
  /** Name of the first segment of the log that it needs. */
  readonly firstSegment: string
  readonly postgresVersion: string
  readonly files: readonly BackedUpFile[]
}

/** A restore, as it was finished. */
export interface RestoreRecord {
  /** When the restored database took over. */
  readonly startedAt: string
  /** The second that it was restored to. */
  readonly to: string
  /** What its own history is called (PostgreSQL's manual, 26.3.6). */
  readonly timeline: number
}

export const foldersOf = (folder: string) => ({
  bases: join(folder, 'base'),
  wal: join(folder, 'wal'),
  restores: join(folder, 'restores.ndjson'),
  erasedUntil: join(folder, 'erased-until.json'),
  password: join(folder, 'database-password'),
})

export const manifestName = 'backup.json'
/** The copy itself, below a backup's folder. */
export const copyName = 'postgres'

export interface FoundBackup extends BaseBackup {
  readonly folder: string
}

/** Whole backups, oldest first; one that was cut off has no manifest. */
export const readBackups = (folder: string): FoundBackup[] => {
  const { bases } = foldersOf(folder)
  if (!existsSync(bases)) return []
  return readdirSync(bases)
    .sort()
    .flatMap((name) => {
      const base = join(bases, name)
      const manifest = join(base, manifestName)
      if (!existsSync(manifest)) return []
      const backup: BaseBackup = JSON.parse(readFileSync(manifest, 'utf8'))
      return [{ ...backup, folder: base }]
    })
}

export const readRestores = (folder: string): RestoreRecord[] => {
  const { restores } = foldersOf(folder)
  if (!existsSync(restores)) return []
  const lines = readFileSync(restores, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line): RestoreRecord => JSON.parse(line))
}
