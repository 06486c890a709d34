/** The list of ended sessions in the database, which all processes share. */
import type { Sql } from '../platform/context.ts'
import { type SessionEnd, type SessionEndKind, sessionEndKinds } from './ended-sessions.ts'

interface Row {
  kind: string
  subject: string
  revoked_before: Date
  except_session_id: string | null
  expires_at: Date
  written_at: Date
}

export interface SessionEndsRead {
  readonly ends: readonly SessionEnd[]
  /** To go on from next time; by the database's clock. */
  readonly until: Date | null
}

/** A row may become visible this long after the time it carries, when its transaction waits. */
const overlapMilliseconds = 30_000
const rowsMax = 200_000

const isKind = (kind: string): kind is SessionEndKind =>
  sessionEndKinds.some((known) => known === kind)

/**
 * What was written since, and a little before.
 * @param since as the last reading answered; null reads everything that still matters
 */
export const readSessionEnds = async (
  database: Sql,
  since: Date | null,
  now: Date,
): Promise<SessionEndsRead> => {
  const from = since === null ? new Date(0) : new Date(since.getTime() - overlapMilliseconds)
  const rows = await database<Row[]>`
    select kind, subject, revoked_before, except_session_id, expires_at, written_at
    from session_revocation where written_at >= ${from} and expires_at > ${now}
    order by written_at limit ${rowsMax}`
  return {
    ends: rows.flatMap((row) =>
      isKind(row.kind)
        ? [
            {
              kind: row.kind,
              subject: row.subject,
              before: row.revoked_before,
              exceptSessionId: row.except_session_id,
              expiresAt: row.expires_at,
            },
          ]
        : [],
    ),
    until: rows.at(-1)?.written_at ?? since,
  }
}

/** Removes entries that can end nothing any more. */
export const sweepSessionEnds = async (database: Sql, now: Date): Promise<void> => {
  await database`delete from session_revocation where expires_at <= ${now}`
}
