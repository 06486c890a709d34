/**
 * Restores the embedded database of a portal to a second.
 *
 * Invariants
 * - The database in place is not touched until the restored one is whole and checked; it is then moved aside, not removed.
 * - Nobody erased comes back: retention runs on the restored database before it takes its place, up to where it ever went.
 * - What was acknowledged after that second is listed: the log is also replayed to its end, beside. Counters are told by the
 *   portal, and send theirs again by themselves.
 * - Its index of trust goes on above every number that was ever published: verifiers refuse one that was set back.
 */
import { appendFileSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Configuration } from '@sidep/server'
import { type AuditCheck, checkAudit } from '@sidep/server/audit/check-rolls.ts'
import { recordRestoration } from '@sidep/server/audit/restorations.ts'
import { openErasedUntil } from '@sidep/server/audit/retention/erased-until.ts'
import { type RetentionOutcome, runRetention } from '@sidep/server/audit/retention/run.ts'
import { openStatementVerifier } from '@sidep/server/audit/statement-signers.ts'
import {
  type FoundBackup,
  foldersOf,
  type RestoreRecord,
  readBackups,
  readRestores,
} from '@sidep/server/platform/backup/backup-folder.ts'
import { chooseBase } from '@sidep/server/platform/backup/choose-base.ts'
import { BackupDamaged } from '@sidep/server/platform/backup/copy-files.ts'
import { recover } from '@sidep/server/platform/backup/recover.ts'
import { archiveInto } from '@sidep/server/platform/backup/take-backup.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { type OpenDatabase, openDatabase } from '@sidep/server/platform/database.ts'
import { embeddedProcessId, passwordPath } from '@sidep/server/platform/embedded/cluster.ts'
import { type Placement, placeDatabase } from '@sidep/server/platform/embedded/placement.ts'
import { dayMilliseconds } from '@sidep/time'
import { retentionDependenciesOf } from '../commands/retention.ts'
import { readRootCertificate } from '../configured.ts'
import { CommandFailure, exitCodes } from '../failure.ts'
import { listLostActs } from './lost-acts.ts'

export interface RestoreRequest {
  /** The folder of backups. */
  readonly from: string
  readonly to: Date
  readonly say: (line: string) => void
}

export interface Restored {
  /** ISO 8601. */
  readonly to: string
  /** The base backup that it started from, by its end. */
  readonly base: string
  readonly timeline: number
  /** Acts that were acknowledged after that second, by kind, and the file that lists them. */
  readonly lost: Readonly<Record<string, number>>
  readonly lostFile: string
  /** What retention removed again. */
  readonly removed: RetentionOutcome['removed']
  readonly audit: Pick<AuditCheck, 'chains' | 'rows' | 'broken'> & { readonly rolls: string }
  /** Where the database that was in place is now; null when there was none. */
  readonly before: string | null
  readonly milliseconds: number
}

/** Indexes signed in the last moments may have reached somebody although the log never reached the archive. */
const indexMargin = 100

interface Plan {
  readonly folder: string
  readonly dataDirectory: string
  readonly placement: Placement
  readonly backups: readonly FoundBackup[]
  readonly restores: readonly RestoreRecord[]
}

const fail = (message: string, code: number = exitCodes.usage): never => {
  throw new CommandFailure(message, code)
}

/** A data folder for one recovery, with a database inside that runs; removed by whoever asked. */
const recoverInto = async (
  { dataDirectory, folder, placement, backups, restores }: Plan,
  name: string,
  at: Date,
  to: Date | null,
): Promise<{ folder: string; placement: Placement; base: FoundBackup; database: OpenDatabase }> => {
  const chosen =
    chooseBase(backups, restores, at) ??
    fail(`no backup in ${folder} reaches back to ${at.toISOString()}`, exitCodes.noInput)
  const own = join(dataDirectory, name)
  rmSync(own, { recursive: true, force: true })
  mkdirSync(own, { mode: 0o711 })
  const place = await placeDatabase(own)
  rmSync(place.cluster, { recursive: true, force: true })
  const { wal, password } = foldersOf(folder)
  copyFileSync(password, passwordPath(own))
  const log = join(placement.cluster, 'pg_wal')
  const unarchived = existsSync(log) ? log : null
  const { base, timeline } = chosen
  // What a history begins with must be in the archive, or the next one would be given the same name.
  if (to !== null || name === restoringName) archiveInto(place, folder)
  await recover({ placement: place, base, timeline, wal, unarchived, to })
  return { folder: own, placement: place, base, database: await openDatabase(null, own) }
}

const restoringName = 'restoring'
const aheadName = 'restoring-ahead'

const lastIndexOf = async ({ pools }: OpenDatabase): Promise<number> => {
  const [row] = await pools.worker<{ last: string | null }[]>`
    select max(number)::text as last from trust_index`
  return Number(row?.last ?? 0)
}

/** Of the log: a second after it is no second to recover to, it is the end. */
const lastCommitOf = async ({ pools }: OpenDatabase): Promise<Date> => {
  const [row] = await pools.worker<
    { at: Date | null }[]
  >`select pg_last_xact_replay_timestamp() as at`
  return row?.at ?? new Date(0)
}

/** An index in force under a number that nobody saw: the portal signs the next one at its start. */
const raiseIndex = async ({ pools }: OpenDatabase, above: number): Promise<void> => {
  await pools.worker`
    insert into trust_index (number, issued_at, content_digest, signed)
    select ${above + indexMargin}, issued_at, '', signed from trust_index order by number desc limit 1`
}

const auditOf = async (
  configuration: Configuration,
  { pools }: OpenDatabase,
): Promise<Restored['audit']> => {
  const at = systemClock.now()
  const headsKeptSince = new Date(
    at.getTime() - configuration.retention.tracesDays * dayMilliseconds,
  )
  const verifies = await openStatementVerifier(
    pools.worker,
    await readRootCertificate(configuration),
  )
  const { chains, rows, broken, rolls } = await checkAudit(pools.worker, null, {
    verifies,
    at,
    headsKeptSince,
    outside: [],
  })
  return { chains, rows, broken, rolls: rolls.ok ? 'ok' : rolls.code }
}

/** Of a database without a digest from outside, or whose heads were last signed before the second: nothing is wrong. */
const soundRolls = new Set(['ok', 'OUTSIDE_NONE', 'ROLL_OVERDUE'])

const planOf = async (configuration: Configuration, from: string): Promise<Plan> => {
  const { databaseUrl, dataDirectory } = configuration
  if (databaseUrl !== null) {
    fail(
      'DATABASE_URL names a PostgreSQL of your own: restore it with its own tools (docs/operating/backup.md)',
    )
  }
  if ((await embeddedProcessId(dataDirectory)) !== null) {
    fail(`a portal runs on ${dataDirectory}: stop it first`, exitCodes.unavailable)
  }
  const folder = resolve(from)
  const backups = readBackups(folder)
  if (backups.length === 0) fail(`no backup in ${folder}`, exitCodes.noInput)
  const placement = await placeDatabase(dataDirectory)
  return { folder, dataDirectory, placement, backups, restores: readRestores(folder) }
}

/** The restored database takes its place. @returns where the one before is now */
const takeOver = async (
  { dataDirectory, folder, placement }: Plan,
  restored: { readonly folder: string; readonly placement: Placement },
  stamp: string,
): Promise<string | null> => {
  if ((await embeddedProcessId(dataDirectory)) !== null) {
    fail(
      `a portal was started on ${dataDirectory}: stop it, and restore again`,
      exitCodes.unavailable,
    )
  }
  const { cluster } = placement
  const before = existsSync(cluster) ? `${cluster}.before-${stamp}` : null
  if (before !== null) renameSync(cluster, before)
  renameSync(restored.placement.cluster, cluster)
  copyFileSync(passwordPath(restored.folder), passwordPath(dataDirectory))
  archiveInto(placement, folder)
  rmSync(restored.folder, { recursive: true, force: true })
  return before
}

/**
 * Restores, checks, and puts the restored database in place of the one that is there.
 *
 * @throws CommandFailure when it cannot be done, with what is there as it was
 */
export const restorePortal = async (
  configuration: Configuration,
  { from, to, say }: RestoreRequest,
): Promise<Restored> => {
  const startedAt = systemClock.now()
  const plan = await planOf(configuration, from)
  if (to > startedAt) fail(`${to.toISOString()} is not yet`)
  const opened = new AsyncDisposableStack()
  try {
    say('Replaying the log to its end, to know what came after')
    const ahead = await recoverInto(plan, aheadName, startedAt, null)
    opened.defer(() => rmSync(ahead.folder, { recursive: true, force: true }))
    opened.defer(() => ahead.database.close())
    const isAfterAll = to > (await lastCommitOf(ahead.database))
    say(`Recovering to ${to.toISOString()}`)
    const restored = await recoverInto(plan, restoringName, to, isAfterAll ? null : to)
    const closing = new AsyncDisposableStack()
    const { database } = opened.use({
      database: restored.database,
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    })
    closing.defer(() => database.close())
    const lostFile = join(
      plan.dataDirectory,
      `lost-since-${to.toISOString().replaceAll(':', '-')}.ndjson`,
    )
    const lost = await listLostActs(ahead.database.pools.worker, database.pools.worker, lostFile)
    await raiseIndex(database, await lastIndexOf(ahead.database))
    await recordRestoration(database.pools.worker, { to, at: systemClock.now() })
    say('Erasing again what was erased')
    const erased = openErasedUntil(configuration.erasedUntilFile, [
      foldersOf(plan.folder).erasedUntil,
    ])
    const dependencies = await retentionDependenciesOf(configuration, database, erased)
    const outcome = await runRetention(dependencies, new AbortController().signal)
    if (outcome === null) throw new Error('retention did not run on the restored database')
    say('Checking the audit chains')
    const audit = await auditOf(configuration, database)
    if (audit.broken.length > 0 || !soundRolls.has(audit.rolls)) {
      fail(
        `the restored audit chains are not as they were written (${audit.rolls}): nothing was changed`,
        1,
      )
    }
    const timeline = await timelineOf(database)
    await closing.disposeAsync()
    const now = systemClock.now()
    const before = await takeOver(plan, restored, now.toISOString().replaceAll(':', '-'))
    const record: RestoreRecord = { startedAt: now.toISOString(), to: to.toISOString(), timeline }
    appendFileSync(foldersOf(plan.folder).restores, `${JSON.stringify(record)}\n`)
    return {
      to: to.toISOString(),
      base: restored.base.stoppedAt,
      timeline,
      lost,
      lostFile,
      removed: outcome.removed,
      audit,
      before,
      milliseconds: now.getTime() - startedAt.getTime(),
    }
  } catch (error) {
    if (error instanceof BackupDamaged) throw new CommandFailure(error.message, exitCodes.noInput)
    throw error
  } finally {
    await opened.disposeAsync()
  }
}

const timelineOf = async ({ pools }: OpenDatabase): Promise<number> => {
  const [row] = await pools.worker<{ timeline: number }[]>`
    select ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int as timeline`
  return row?.timeline ?? 1
}
