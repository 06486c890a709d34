/** Tables that are small beside screenings and acts, and whose rows go whole once they are past their time. */
import { dayMilliseconds } from '@sidep/time'
import type { Sql, TransactionSql } from 'postgres'
import { addRemoved } from './run-store.ts'
import type { Term } from './terms.ts'

export interface Sweep {
  readonly kind: string
  readonly table: string
  /** SQL: when the datum's time starts. */
  readonly since: string
  readonly term: Term
  /** The owner's function that removes what is before a moment, where the portal's role may not. */
  readonly removedBy?: string
}

const endOfDay = `(day + 1)::timestamp at time zone 'UTC'`

/** Rolls of signed heads stay: a number, a day and a digest, in which nobody is, from the start on. */
export const sweeps: readonly Sweep[] = [
  {
    kind: 'signed-head',
    table: 'audit_signed_head',
    since: endOfDay,
    term: 'traces',
    removedBy: 'audit_forget_heads',
  },
  {
    kind: 'delegation',
    table: 'delegation',
    since: 'least(revoked_at, ends_at)',
    term: 'traces',
  },
  // Vendors remove assertions and requests themselves; this sweep takes what they would have missed.
  { kind: 'vendor-assertion', table: 'vendor_assertion', since: 'expires_at', term: 'traces' },
  { kind: 'vendor-request', table: 'vendor_request', since: 'expires_at', term: 'traces' },
  {
    kind: 'vendor-delegation',
    table: 'vendor_delegation',
    since: 'least(revoked_at, ends_at)',
    term: 'traces',
  },
  { kind: 'vendor-event', table: 'vendor_event', since: 'occurred_at', term: 'traces' },
  { kind: 'delegation-pointer', table: 'delegation_pointer', since: 'ends_at', term: 'traces' },
  { kind: 'booklet', table: 'booklet', since: 'expires_at', term: 'traces' },
  { kind: 'booklet-holder', table: 'booklet_holder', since: 'expires_at', term: 'traces' },
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
  // Until then a verifier must know of it.
  {
    kind: 'certificate-revocation',
    table: 'certificate_revocation',
    since: 'expires_at',
    term: 'traces',
  },
  {
    kind: 'screening-withdrawal',
    table: 'screening_withdrawal',
    since: 'withdrawn_at',
    term: 'traces',
  },
  // What it is made of goes with the screening; by then it is told, or never will be.
  { kind: 'feed-record', table: 'feed_record', since: 'recorded_at', term: 'identifying' },
  { kind: 'feed-item', table: 'feed_item', since: 'since', term: 'traces' },
  { kind: 'site-notice', table: 'site_notice', since: 'at', term: 'traces' },
  // Login removes these itself when they are of no more use; this sweep takes what it would have missed.
  { kind: 'session-ending', table: 'session_revocation', since: 'expires_at', term: 'traces' },
  { kind: 'session-listed', table: 'listed_session', since: 'ends_at', term: 'traces' },
  { kind: 'user-signal', table: 'user_signal', since: 'minute', term: 'traces' },
  { kind: 'counter-signal', table: 'counter_signal', since: 'slot', term: 'traces' },
  {
    kind: 'counter-heard',
    table: 'counter_heard',
    since: 'coalesce(heard_at, left_at)',
    term: 'traces',
  },
  { kind: 'pace', table: 'professional_pace', since: 'hour', term: 'traces' },
  { kind: 'counter-network', table: 'counter_network', since: 'last_at', term: 'traces' },
  { kind: 'fraud-alert', table: 'fraud_alert', since: 'last_at', term: 'traces' },
  { kind: 'issued-digest', table: 'issued_digest', since: 'made_at', term: 'traces' },
  { kind: 'tolerance-notice', table: 'tolerance_notice', since: 'accepted_until', term: 'traces' },
  { kind: 'device-proof', table: 'device_proof', since: 'expires_at', term: 'traces' },
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
    `
      -- across sites: the retention job, once a day
      select min(${since}) as oldest from ${table}`,
  )
  return row?.oldest ?? null
}

const removeBefore = async (
  sql: TransactionSql,
  { table, since, removedBy }: Sweep,
  until: Date,
): Promise<number> => {
  if (removedBy === undefined) {
    return (
      await sql.unsafe(
        `
      -- across sites: the retention job, once a day, a day of data at a time
      delete from ${table} where ${since} < $1`,
        [until],
      )
    ).count
  }
  const [row] = await sql.unsafe<{ gone: number }[]>(`select ${removedBy}($1) as gone`, [until])
  return row?.gone ?? 0
}

const sliceMilliseconds = dayMilliseconds

/** Removes what is due one day at a time, so that each statement stays small even after a long pause. */
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
      await addRemoved(sql, runId, { [sweep.kind]: await removeBefore(sql, sweep, until) })
    })
  }
}
