/**
 * The end of sessions, written down: no process takes their tokens any more, and their booklets end with them.
 *
 * Invariants
 * - One statement does both: no session is over whose booklet goes on.
 * - What was signed from a booklet until then stays good; verifiers are told the counter's key and the second.
 */
import { provisionalHoursMax } from '@sidep/continuity'
import { recordAct } from '../audit/chain.ts'
import type { Sql } from '../platform/context.ts'
import type { Revocation } from './revocation-list.ts'

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

/** SQL: whether the session of a row `holder` is one that an entry of kind $1 about subject $2 names. */
const isMeant = `case $1::text
  when 'session' then holder.session_id = $2
  when 'professional' then holder.person_id = $2
  when 'responsible' then holder.responsible_id = $2
  when 'device' then holder.device = $2
  when 'delegation' then holder.delegation_id = $2
  else holder.session_id in (select listed.session_id from listed_session listed
    where case $1::text when 'provider-session' then listed.provider_session when 'provider-subject'
      then listed.provider_subject end = $2)
end`

const endText = `with revoked as (
  insert into session_revocation
    (kind, subject, revoked_before, except_session_id, reason, revoked_at, expires_at)
  values ($1::text, $2, $3, $4, $5, $6, $7)
  on conflict (kind, subject) do update set revoked_before = excluded.revoked_before,
    except_session_id = excluded.except_session_id, reason = excluded.reason,
    revoked_at = excluded.revoked_at, expires_at = excluded.expires_at, written_at = clock_timestamp()
  where session_revocation.revoked_before <= excluded.revoked_before
), ended as (
  update booklet_holder holder set ended_at = date_trunc('second', $6::timestamptz)
  where holder.ended_at is null and holder.expires_at > $6::timestamptz
    and holder.signed_in_at <= $3::timestamptz and holder.session_id is distinct from $4 and ${isMeant}
  returning holder.site_id, holder.booklet_id, holder.counter_key_id, holder.expires_at, holder.ended_at
), withdrawn as (
  insert into continuity_withdrawal (kind, subject, withdrawn_at, reason, withdrawn_by, expires_at)
  select 'ended', encode(counter_key_id, 'hex'), min(ended_at), $5, $8,
    max(expires_at) + $9::int * interval '1 hour'
  from ended group by counter_key_id on conflict do nothing
)
select site_id as "siteId", booklet_id as "bookletId" from ended`

/** Writes an entry of what is over; a later one about the same subject replaces it. @returns the booklets that ended */
export const endSessions = async (
  database: Pick<Sql, 'unsafe'>,
  { kind, subject, before, exceptSessionId, expiresAt }: Revocation,
  { reason, at, by }: Ending,
): Promise<EndedBooklet[]> =>
  database.unsafe<EndedBooklet[]>(
    endText,
    [kind, subject, before, exceptSessionId, reason, at, expiresAt, by, provisionalHoursMax],
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
