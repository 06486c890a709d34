/**
 * The end of sessions, written down: no process takes their tokens any more, and their booklets end with them.
 *
 * Invariants
 * - One function of the database does both (migration 0038): no session is over whose booklet goes on.
 * - What was signed from a booklet until then stays good; verifiers are told the counter's key and the second.
 */
import { provisionalHoursMax } from '@sidep/continuity'
import { recordAct } from '../audit/chain.ts'
import type { Sql } from '../platform/context.ts'
import type { SessionEnd } from './ended-sessions.ts'

export interface EndedBooklet {
  readonly siteId: string
  readonly bookletId: string
}

export interface Ending {
  /** A code: who or what ended them. */
  readonly reason: string
  readonly at: Date
  /** Who, as the list of withdrawals names them; null: the portal, or the identity provider. */
  readonly by: string | null
}

/** Writes an entry of what is over; a later one about the same subject replaces it. @returns the booklets that ended */
export const endSessions = async (
  database: Pick<Sql, 'unsafe'>,
  { kind, subject, before, exceptSessionId, expiresAt }: SessionEnd,
  { reason, at, by }: Ending,
): Promise<EndedBooklet[]> =>
  database.unsafe<EndedBooklet[]>(
    `select ended_site_id as "siteId", ended_booklet_id as "bookletId" from end_sessions_1($1::text::jsonb)`,
    [
      JSON.stringify({
        ...{ kind, subject, before, except: exceptSessionId, expires_at: expiresAt },
        ...{ reason, at, by, provisional_hours: provisionalHoursMax },
      }),
    ],
    { prepare: true },
  )

/** Appends each to the chain of its site. */
export const recordEndedBooklets = async (
  database: Pick<Sql, 'unsafe'>,
  ended: readonly EndedBooklet[],
  { reason, at, by }: Ending,
): Promise<void> => {
  for (const { siteId, bookletId } of ended) {
    const subject = by === null ? `${bookletId} ${reason}` : `${bookletId} ${reason} by ${by}`
    await recordAct(database, { siteId, at, act: 'booklet.ended', actor: null, subject })
  }
}

/** Booklets of a session go on with the one that takes its place: the same person on the same device signed in again. */
export const moveBooklets = async (
  database: Sql,
  from: string,
  to: { readonly sessionId: string; readonly signedInAt: Date },
): Promise<void> => {
  await database`
    update booklet_holder set session_id = ${to.sessionId}, signed_in_at = ${to.signedInAt}
    where session_id = ${from} and ended_at is null`
}

/** Removes what is over. */
export const sweepHolders = async (database: Sql, now: Date): Promise<void> => {
  await database`delete from booklet_holder where expires_at <= ${now}`
}
