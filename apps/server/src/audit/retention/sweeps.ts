/** Tables that are small beside screenings and acts, and whose rows go whole once they are past their time. */
import type { Sql } from 'postgres'
import { addRemoved } from './run-store.ts'
import type { Term } from './terms.ts'

export interface Sweep {
  readonly kind: string
  readonly table: string
  /** SQL: when the datum's time starts. */
  readonly since: string
  readonly term: Term
}

const endOfDay = `(day + 1)::timestamp at time zone 'UTC'`

/** Rolls of signed heads stay: a number, a day and a digest, in which nobody is, from the start on. */
export const sweeps: readonly Sweep[] = [
  { kind: 'signed-head', table: 'audit_signed_head', since: endOfDay, term: 'traces' },
  {
    kind: 'delegation',
    table: 'delegation',
    since: 'least(revoked_at, ends_at)',
    term: 'traces',
  },
  { kind: 'delegation-pointer', table: 'delegation_pointer', since: 'ends_at', term: 'traces' },
  { kind: 'booklet', table: 'booklet', since: 'expires_at', term: 'traces' },
  { kind: 'provisional', table: 'booklet_number', since: 'received_at', term: 'traces' },
  { kind: 'booklet-waste', table: 'booklet_waste', since: 'received_at', term: 'traces' },
  // A slip stays used, or out, for as long as anybody accepts it.
  { kind: 'slip', table: 'slip', since: 'greatest(expires_at, reconciled_at)', term: 'traces' },
  { kind: 'continuity-flag', table: 'continuity_flag', since: 'flagged_at', term: 'traces' },
  {
    kind: 'continuity-withdrawal',
    table: 'continuity_withdrawal',
    since: 'expires_at',
    term: 'traces',
  },
  // The login room removes these when they are of no more use; here only what it would have left.
  { kind: 'session-ending', table: 'session_revocation', since: 'expires_at', term: 'traces' },
  { kind: 'session-listed', table: 'listed_session', since: 'ends_at', term: 'traces' },
  { kind: 'card-assertion', table: 'card_assertion', since: 'expires_at', term: 'traces' },
  {
    kind: 'sign-in-attempt',
    table: 'sign_in_attempt',
    since: 'window_started_at',
    term: 'traces',
  },
  { kind: 'retention-run', table: 'retention_run', since: 'finished_at', term: 'traces' },
]

/** The oldest datum of a sweep; null for none. */
export const oldestOf = async (
  database: Pick<Sql, 'unsafe'>,
  { table, since }: Sweep,
): Promise<Date | null> => {
  const [row] = await database.unsafe<{ oldest: Date | null }[]>(
    `select min(${since}) as oldest from ${table}`,
  )
  return row?.oldest ?? null
}

const sliceMilliseconds = 86_400_000

/** Removes what is due a day at a time, which bounds each statement also after a long rest. */
export const sweepTable = async (
  database: Sql,
  runId: string,
  sweep: Sweep,
  before: Date,
  stopping: AbortSignal,
): Promise<void> => {
  while (!stopping.aborted) {
    const oldest = await oldestOf(database, sweep)
    if (oldest === null || oldest >= before) return
    const until = new Date(Math.min(before.getTime(), oldest.getTime() + sliceMilliseconds))
    await database.begin(async (sql) => {
      const gone = await sql.unsafe(`delete from ${sweep.table} where ${sweep.since} < $1`, [until])
      await addRemoved(sql, runId, { [sweep.kind]: gone.count })
    })
  }
}
