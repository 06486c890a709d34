/**
 * Up to when data was removed, kept outside the database: a database that is restored to a former second knows nothing of
 * what was erased since, and must not bring anybody back.
 *
 * Invariants
 * - It is raised before anything is removed, and never lowered: after a restore the next run removes the same again, also
 *   where a setting was lengthened meanwhile.
 * - Nobody is in it: retention goes by time alone.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { foldersOf } from '../../platform/backup/backup-folder.ts'
import { backupFolderOf } from '../../platform/backup/take-backup.ts'
import type { Configuration } from '../../platform/configuration.ts'
import { ofSettingNow } from '../../platform/setting-file.ts'
import { type Cutoffs, laterOf } from './terms.ts'

export interface ErasedUntil {
  /** Null: nothing was ever removed. */
  read(): Cutoffs | null
  raise(cutoffs: Cutoffs): void
}

const readFile = (path: string): Cutoffs | null => {
  if (!existsSync(path)) return null
  const given: Record<string, unknown> = { ...JSON.parse(readFileSync(path, 'utf8')) }
  const instant = (term: keyof Cutoffs): Date => {
    const at = new Date(String(given[term]))
    if (Number.isNaN(at.getTime())) throw new Error(`${path} is not a file of what was erased`)
    return at
  }
  return {
    identifying: instant('identifying'),
    traces: instant('traces'),
    screening: instant('screening'),
  }
}

const writeFile = (path: string, cutoffs: Cutoffs): void => {
  const part = `${path}.part`
  const file = openSync(part, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify(cutoffs)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(part, path)
}

/**
 * @param path the file that counts
 * @param beside more places of the same, such as the disk of the backups; one that is away keeps nobody from erasing
 */
export const openErasedUntil = (path: string, beside: readonly string[] = []): ErasedUntil => {
  const read = (): Cutoffs | null => {
    const known = [path, ...beside].flatMap((file) => readFile(file) ?? [])
    return known.length === 0 ? null : known.reduce(laterOf)
  }
  return {
    read,
    raise(cutoffs) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o711 })
      const before = read()
      const raised = before === null ? cutoffs : laterOf(before, cutoffs)
      writeFile(path, raised)
      for (const file of beside) {
        try {
          writeFile(file, raised)
        } catch {
          // `sidep doctor` says that the disk of the backups is away.
        }
      }
    },
  }
}

/** That of a configuration, and beside the backups of an embedded database. */
export const erasedUntilOf = async ({
  erasedUntilFile,
  databaseUrl,
  dataDirectory,
}: Configuration): Promise<ErasedUntil> => {
  const backups = databaseUrl === null ? await backupFolderOf(dataDirectory) : null
  const beside = backups === null ? [] : [foldersOf(backups).erasedUntil]
  const erasedUntil = openErasedUntil(erasedUntilFile, beside)
  // Said before anything is removed, and not only when it is.
  ofSettingNow('ERASED_UNTIL_FILE', erasedUntilFile, () => erasedUntil.read())
  return erasedUntil
}
