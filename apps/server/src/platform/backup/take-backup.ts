/**
 * Backs up an embedded database while it works: a copy of its files between two marks in its write-ahead log, and the log
 * itself from then on (PostgreSQL's manual, 26.3). There is no pg_basebackup among the embedded programs.
 *
 * Invariants
 * - A backup counts once its manifest is there, which is written last.
 * - The log is archived before the first copy begins, and is thrown away only before the first mark of the oldest copy kept.
 */
import { createHash } from 'node:crypto'
import {
  chownSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { archiveLinkOf } from '../embedded/archive.ts'
import { type EmbeddedDatabase, passwordPath } from '../embedded/cluster.ts'
import { isReachable, type Placement, placeDatabase, statOrNull } from '../embedded/placement.ts'
import { CannotStart } from '../start-failure.ts'
import {
  type BackedUpFile,
  type BaseBackup,
  copyName,
  type FoundBackup,
  foldersOf,
  manifestName,
  readBackups,
} from './backup-folder.ts'
import { copyCluster } from './copy-files.ts'

/** A segment that is not full is archived after so long: what a lost disk takes at most. */
const archiveSeconds = 60
/** The archive must have the copy's own log by then. */
const archiveMillisecondsMax = 120_000

export interface BackupRequest {
  readonly dataDirectory: string
  readonly embedded: EmbeddedDatabase
  /** Null: where it went the last time. */
  readonly folder: string | null
  /** Whole backups that stay, the new one included; 1 or more. */
  readonly keep: number
  readonly clock: { now(): Date }
}

export interface TakenBackup {
  readonly folder: string
  readonly stoppedAt: string
  readonly files: number
  readonly bytes: number
  readonly removed: number
}

/** The folder of backups that the log of a data folder goes to; null for none. */
export const backupFolderOf = async (dataDirectory: string): Promise<string | null> => {
  const link = archiveLinkOf((await placeDatabase(dataDirectory)).cluster)
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true
  return isLink ? dirname(readlinkSync(link)) : null
}

/** Lets the log go into a folder of backups, made where it is missing. */
export const archiveInto = ({ cluster, user }: Placement, folder: string): void => {
  const { bases, wal } = foldersOf(folder)
  mkdirSync(bases, { recursive: true, mode: 0o711 })
  mkdirSync(wal, { recursive: true, mode: 0o700 })
  if (user !== null) {
    chownSync(wal, user.uid, user.gid)
    if (!isReachable(wal, user, statOrNull)) {
      throw new CannotStart(
        'ARCHIVE_CLOSED',
        `the database’s user may not pass to ${wal}: choose another folder, or chmod o+x those above it`,
      )
    }
  }
  const link = archiveLinkOf(cluster)
  rmSync(`${link}.new`, { force: true })
  symlinkSync(wal, `${link}.new`)
  renameSync(`${link}.new`, link)
}

const connect = ({ connection }: EmbeddedDatabase): Sql =>
  postgres({
    ...connection,
    database: 'postgres',
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: 'sidep backup' },
  })

const beginArchiving = async (sql: Sql): Promise<void> => {
  const [mode] = await sql<{ archive_mode: string }[]>`show archive_mode`
  if (mode?.archive_mode !== 'on') {
    throw new CannotStart(
      'RESTART_NEEDED',
      'the database was started by an older version: restart the portal once',
    )
  }
  await sql.unsafe(`alter system set archive_timeout = '${archiveSeconds}s'`)
  await sql`select pg_reload_conf()`
}

const writeDurably = async (path: string, text: string): Promise<void> => {
  const file = await open(`${path}.part`, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  renameSync(`${path}.part`, path)
}

const fileOf = (path: string, text: string): BackedUpFile => ({
  path,
  size: Buffer.byteLength(text),
  sha256: createHash('sha256').update(text).digest('hex'),
})

interface Mark {
  readonly segment: string
  readonly timeline: number
}

const begin = async (sql: Sql): Promise<Mark> => {
  const [row] = await sql<{ segment: string; timeline: number }[]>`
    select pg_walfile_name(lsn) as segment, (select timeline_id from pg_control_checkpoint()) as timeline
    from pg_backup_start('sidep', fast => true) as lsn`
  if (row === undefined) throw new Error('pg_backup_start said nothing')
  return row
}

/** @returns the label, without which the copy is none; once the archive has all of the log that the copy needs */
const end = async (sql: Sql, clock: BackupRequest['clock']) => {
  await sql.unsafe(`set statement_timeout = ${archiveMillisecondsMax}`)
  try {
    const [row] = await sql<{ labelfile: string; spcmapfile: string }[]>`
      select labelfile, spcmapfile from pg_backup_stop(wait_for_archive => true)`
    if (row === undefined) throw new Error('pg_backup_stop said nothing')
    return { label: row.labelfile, stoppedAt: clock.now().toISOString() }
  } catch (error) {
    // 57014: PostgreSQL's query_canceled.
    const isLate = error instanceof Error && 'code' in error && error.code === '57014'
    if (!isLate) throw error
    throw new CannotStart(
      'ARCHIVE_STUCK',
      'the write-ahead log does not reach the archive: is its disk there, and not full?',
    )
  }
}

/** What is older than the oldest backup kept. @returns how many backups went */
const prune = (folder: string, keep: number): number => {
  const backups = readBackups(folder)
  const gone = backups.slice(0, -keep)
  for (const backup of gone) rmSync(backup.folder, { recursive: true, force: true })
  const [oldest] = backups.slice(-keep)
  const { wal } = foldersOf(folder)
  if (oldest !== undefined) {
    for (const name of readdirSync(wal)) {
      if (isBefore(name, oldest)) rmSync(join(wal, name), { force: true })
    }
  }
  return gone.length
}

/** A segment's name is its timeline (8 digits) and its place (16); the files of timelines' beginnings stay. */
const isBefore = (name: string, { firstSegment }: FoundBackup): boolean =>
  /^[0-9A-F]{24}\./.test(name) && name.slice(8, 24) < firstSegment.slice(8, 24)

/** @throws CannotStart when it cannot be done: the message says why */
export const takeBackup = async (request: BackupRequest): Promise<TakenBackup> => {
  const { dataDirectory, embedded, keep, clock } = request
  const placement = await placeDatabase(dataDirectory)
  const folder =
    request.folder === null ? await backupFolderOf(dataDirectory) : resolve(request.folder)
  if (folder === null)
    throw new CannotStart('BACKUP_FOLDER_UNKNOWN', 'say where to: --to FOLDER, on another disk')
  archiveInto(placement, folder)
  const sql = connect(embedded)
  try {
    await beginArchiving(sql)
    const startedAt = clock.now().toISOString()
    const { bases, password } = foldersOf(folder)
    const base = join(bases, startedAt.replaceAll(':', '-'))
    const { segment, timeline } = await begin(sql)
    const files = await copyCluster(placement.cluster, join(base, copyName))
    const { label, stoppedAt } = await end(sql, clock)
    await writeDurably(join(base, copyName, 'backup_label'), label)
    copyFileSync(passwordPath(dataDirectory), password)
    const [version] = await sql<{ server_version: string }[]>`show server_version`
    const backup: BaseBackup = {
      startedAt,
      stoppedAt,
      timeline,
      firstSegment: segment,
      postgresVersion: version?.server_version ?? '',
      files: [...files, fileOf('backup_label', label)],
    }
    await writeDurably(join(base, manifestName), `${JSON.stringify(backup)}\n`)
    const bytes = files.reduce((sum, { size }) => sum + size, 0)
    return { folder: base, stoppedAt, files: files.length, bytes, removed: prune(folder, keep) }
  } finally {
    await sql.end({ timeout: 5 })
  }
}
