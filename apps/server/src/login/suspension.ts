/**
 * Suspending a professional, and lifting it: one act, with all that it ends.
 *
 * Invariants
 * - One transaction: whoever is suspended signs in nowhere, and what they and those who work for them had open is over.
 * - What was signed from their booklets before stays good, and nothing that was recorded is touched.
 * - Lifted, they sign in again; delegations that have not ended meanwhile can be taken up again.
 */

import { hourMilliseconds } from '@sidep/time'
import { recordAct, withOneStatement } from '../audit/chain.ts'
import { portalChain } from '../audit/sign-heads.ts'
import type { Sql } from '../platform/context.ts'
import { type EndedBooklet, endSessions, recordEndedBooklets } from './session-ends.ts'

/** The longest that any configuration lets a session live (SESSION_EXTENSION_HOURS). */
const sessionHoursMax = 96

export interface SuspensionOrder {
  readonly professionalId: string
  /** Why, in words. */
  readonly reason: string
  /** Who of operations, by the name that they are known by there. */
  readonly by: string
}

export interface Suspension extends SuspensionOrder {
  readonly at: Date
}

export interface SuspensionEffect {
  /** False: it was so before; then it says the newer reason. */
  readonly isNew: boolean
  readonly booklets: readonly EndedBooklet[]
}

type Statements = Pick<Sql, 'unsafe'>

/** Ends what somebody has open, and what others have open for them. @returns the booklets that ended */
export const endForGood = async (
  database: Statements,
  professionalId: string,
  reason: string,
  at: Date,
  by: string | null,
): Promise<EndedBooklet[]> => {
  const entry = {
    subject: professionalId,
    before: at,
    exceptSessionId: null,
    expiresAt: new Date(at.getTime() + sessionHoursMax * hourMilliseconds),
  }
  const ending = { reason, at, by }
  const own = await endSessions(database, { kind: 'professional', ...entry }, ending)
  const below = await endSessions(database, { kind: 'responsible', ...entry }, ending)
  const ended = [...own, ...below]
  await recordEndedBooklets(database, ended, ending)
  return ended
}

const suspendText = `insert into professional_suspension (professional_id, reason, suspended_by, suspended_at)
values ($1, $2, $3, $4) on conflict (professional_id) do update
  set reason = excluded.reason, suspended_by = excluded.suspended_by
returning (xmax = 0) as "isNew"`

/** Suspends somebody from now on. */
export const suspendProfessional = (
  database: Sql,
  { professionalId, reason, by }: SuspensionOrder,
  at: Date,
): Promise<SuspensionEffect> =>
  database.begin(async (sql) => {
    const [row] = await sql.unsafe<{ isNew: boolean }[]>(suspendText, [
      professionalId,
      reason,
      by,
      at,
    ])
    const booklets = await endForGood(sql, professionalId, 'suspended', at, by)
    await recordAct(sql, {
      siteId: portalChain,
      at,
      act: 'professional.suspended',
      actor: null,
      subject: `${professionalId} by ${by}: ${reason}`,
    })
    return { isNew: row?.isNew === true, booklets }
  })

/** Lifts it. @returns whether they were suspended */
export const liftSuspension = (
  database: Sql,
  { professionalId, reason, by }: SuspensionOrder,
  at: Date,
): Promise<boolean> => {
  const subject = `${professionalId} by ${by}: ${reason}`
  const act = {
    siteId: portalChain,
    at,
    act: 'professional.reinstated',
    actor: null,
    subject,
  } as const
  return withOneStatement(
    database,
    act,
    (sql) => sql`delete from professional_suspension where professional_id = ${professionalId}`,
  )
}

const listedMax = 1_000

/** Who is suspended, the newest first. */
export const listSuspensions = async (database: Sql): Promise<Suspension[]> => {
  const rows = await database<
    { professional_id: string; reason: string; suspended_by: string; suspended_at: Date }[]
  >`select * from professional_suspension order by suspended_at desc limit ${listedMax}`
  return rows.map((row) => ({
    professionalId: row.professional_id,
    reason: row.reason,
    by: row.suspended_by,
    at: row.suspended_at,
  }))
}

/**
 * Ends what is open of those whom the directory no longer has where they were: their sessions carry sites that are not
 * theirs any more. They sign in again, at the sites that are left to them.
 * @param at when the import marked them
 * @returns how many
 */
export const endDeactivated = async (database: Statements, at: Date): Promise<number> => {
  const signedIn = await database.unsafe<{ id: string }[]>(
    `
      -- across sites: who left the directory, after an import
      select distinct l.person_id as id from listed_session l
      join professional_site a on a.professional_id = l.person_id
      where a.deactivated_at = $1 and l.ends_at > $1`,
    [at],
  )
  const responsible = await database.unsafe<{ id: string }[]>(
    `
      -- across sites: who left the directory, after an import
      select distinct d.responsible_id as id from delegation d
      join professional_site a on a.professional_id = d.responsible_id and a.site_id = d.site_id
      where a.deactivated_at = $1 and d.revoked_at is null and d.ends_at > $1`,
    [at],
  )
  const gone = new Set([...signedIn, ...responsible].map(({ id }) => id))
  for (const id of gone) await endForGood(database, id, 'directory', at, null)
  return gone.size
}
