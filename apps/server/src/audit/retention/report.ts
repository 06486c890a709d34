/**
 * The proof that retention is kept: the oldest datum of each kind beside its setting, read from the data themselves and
 * not from what the job says of itself.
 */
import { dayMilliseconds, hourMilliseconds } from '@sidep/time'
import type { Sql, TransactionSql } from 'postgres'
import { readSlowly } from '../slow-read.ts'
import { lastRun, type Removed } from './run-store.ts'
import { oldestOf, type Sweep, sweeps } from './sweeps.ts'
import { daysOf, type RetentionSettings, type Term } from './terms.ts'

/** A datum is due at the hour its time is over; the job has a day to come by. */
export const allowanceHours = 24

export interface ReportLine {
  readonly kind: string
  readonly term: Term
  readonly settingDays: number
  /** When the oldest datum's time began; null when there is none. */
  readonly oldest: string | null
  /** Age of the oldest in days, one decimal. */
  readonly ageDays: number | null
  readonly kept: boolean
}

export interface RetentionReport {
  readonly at: string
  /** Whether nothing outlives its setting. */
  readonly kept: boolean
  readonly lines: readonly ReportLine[]
  readonly lastRun: {
    readonly startedAt: string
    readonly finishedAt: string | null
    readonly removed: Removed
  } | null
}

/** What is left in a row that says it was erased counts as much as in one that was not. */
const identified = `octet_length(sealed) > 0 or octet_length(person_hash) > 0 or octet_length(request_digest) > 0
  or reason is not null or symptoms is not null or symptoms_onset is not null or department is not null`

const ofScreenings: readonly Sweep[] = [
  {
    kind: 'identity',
    table: `(select recorded_at from screening where ${identified}) as identified`,
    since: 'recorded_at',
    term: 'identifying',
  },
  { kind: 'certificate', table: 'certificate', since: 'issued_at', term: 'identifying' },
  { kind: 'recovery', table: 'recovery_certificate', since: 'issued_at', term: 'identifying' },
  { kind: 'correction', table: 'correction', since: 'corrected_at', term: 'identifying' },
  { kind: 'link', table: 'retrieval', since: 'created_at', term: 'identifying' },
  { kind: 'message', table: 'outbox', since: 'created_at', term: 'identifying' },
  {
    // A key's time begins when its week is over: then it has sealed its last.
    kind: 'data-key',
    table: `(select (period::date + 7)::timestamp at time zone 'UTC' as ended from data_key
      where period <> 'root') as weeks`,
    since: 'ended',
    term: 'identifying',
  },
  { kind: 'screening', table: 'screening', since: 'recorded_at', term: 'screening' },
  { kind: 'act', table: 'audit', since: 'at', term: 'traces' },
]

const lineOf = (
  { kind, term }: Sweep,
  oldest: Date | null,
  settings: RetentionSettings,
  at: Date,
): ReportLine => {
  const settingDays = daysOf(term, settings)
  const age = oldest === null ? null : at.getTime() - oldest.getTime()
  return {
    kind,
    term,
    settingDays,
    oldest: oldest?.toISOString() ?? null,
    ageDays: age === null ? null : Math.round((age / dayMilliseconds) * 10) / 10,
    kept: age === null || age <= settingDays * dayMilliseconds + allowanceHours * hourMilliseconds,
  }
}

/**
 * Reads the oldest datum of each kind: whole tables, across sites; for the command line, not for a page.
 *
 * @param at now
 */
export const reportRetention = (
  database: Sql,
  settings: RetentionSettings,
  at: Date,
): Promise<RetentionReport> => readSlowly(database, (sql) => reportWithin(sql, settings, at))

const reportWithin = async (
  database: TransactionSql,
  settings: RetentionSettings,
  at: Date,
): Promise<RetentionReport> => {
  const lines: ReportLine[] = []
  for (const kind of [...ofScreenings, ...sweeps]) {
    lines.push(lineOf(kind, await oldestOf(database, kind), settings, at))
  }
  const run = await lastRun(database)
  return {
    at: at.toISOString(),
    kept: lines.every(({ kept }) => kept),
    lines,
    lastRun:
      run === undefined
        ? null
        : {
            startedAt: run.started_at.toISOString(),
            finishedAt: run.finished_at?.toISOString() ?? null,
            removed: run.removed,
          },
  }
}
