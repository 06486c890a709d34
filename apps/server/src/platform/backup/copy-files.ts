/** Copies of PostgreSQL's data folder, file by file, each on disk and with its digest. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chown, mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { DatabaseUser } from '../embedded/placement.ts'
import type { BackedUpFile } from './backup-folder.ts'

/** Contents that a copy must or may do without (PostgreSQL's manual, 26.3.4.4). */
const emptied = new Set([
  'pg_wal',
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
])
const leftOut = (name: string): boolean =>
  name === 'postmaster.pid' ||
  name === 'postmaster.opts' ||
  name === 'pg_internal.init' ||
  name.startsWith('pgsql_tmp')

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** @returns null where it went away meanwhile, as files of a running database do */
const copyFile = async (
  from: string,
  to: string,
  user: DatabaseUser | null,
): Promise<Omit<BackedUpFile, 'path'> | null> => {
  const hash = createHash('sha256')
  let size = 0
  const file = await open(to, 'w', 0o600)
  try {
    for await (const chunk of createReadStream(from, { highWaterMark: 1 << 20 })) {
      hash.update(chunk)
      size += chunk.length
      await file.writeFile(chunk)
    }
    if (user !== null) await file.chown(user.uid, user.gid)
    await file.sync()
  } catch (error) {
    if (isGone(error)) return null
    throw error
  } finally {
    await file.close()
  }
  return { size, sha256: hash.digest('hex') }
}

const makeFolder = async (path: string, user: DatabaseUser | null): Promise<void> => {
  await mkdir(path, { mode: 0o700 })
  if (user !== null) await chown(path, user.uid, user.gid)
}

/** The files below a folder and the folders themselves, each folder before what is in it. */
async function* walk(
  root: string,
  folder = root,
): AsyncGenerator<{ path: string; isFolder: boolean }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isGone(error)) return []
    throw error
  })
  for (const entry of entries) {
    if (leftOut(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isFile()) yield { path: relative(root, path), isFolder: false }
    if (!entry.isDirectory()) continue
    yield { path: relative(root, path), isFolder: true }
    if (folder !== root || !emptied.has(entry.name)) yield* walk(root, path)
    // PostgreSQL makes this one at its start only where the folder above is whole.
    else if (entry.name === 'pg_wal')
      yield { path: relative(root, join(path, 'archive_status')), isFolder: true }
  }
}

/** Copies a data folder, of a database that may be running, into a new folder. @returns its files */
export const copyCluster = async (from: string, to: string): Promise<BackedUpFile[]> => {
  await mkdir(to, { recursive: true, mode: 0o700 })
  const files: BackedUpFile[] = []
  for await (const { path, isFolder } of walk(from)) {
    if (isFolder) await mkdir(join(to, path), { mode: 0o700 })
    else {
      const copied = await copyFile(join(from, path), join(to, path), null)
      if (copied !== null) files.push({ path, ...copied })
    }
  }
  return files
}

/** A file of a backup is not as it was written. */
export class BackupDamaged extends Error {
  override readonly name = 'BackupDamaged'
}

/**
 * Copies what a backup has into a new folder of the database's user.
 * @throws BackupDamaged at the first file that is missing or another
 */
export const copyBack = async (
  from: string,
  to: string,
  files: readonly BackedUpFile[],
  user: DatabaseUser | null,
): Promise<void> => {
  await makeFolder(to, user)
  for await (const { path, isFolder } of walk(from)) {
    if (isFolder) await makeFolder(join(to, path), user)
  }
  for (const { path, size, sha256 } of files) {
    const copied = await copyFile(join(from, path), join(to, path), user).catch(() => null)
    if (copied?.size !== size || copied.sha256 !== sha256) {
      throw new BackupDamaged(`${join(dirname(from), path)} is not as it was backed up`)
    }
  }
}
