/**
 * Withdrawing: one act is one row, and takes effect with the next bundle. What it covers is said by the row
 * itself, so that nothing has to be gone through when ten thousand booklets are withdrawn at once.
 */

import {
  bookletHoursMax,
  clockSkewMilliseconds,
  provisionalHoursMax,
  slipDaysMax,
} from '@sidep/continuity'
import type { WithdrawalReason } from '@sidep/contracts'
import { hourMilliseconds } from '@sidep/time'
import type { WithdrawnContinuity } from '@sidep/trust'
import type { Sql, TransactionSql } from 'postgres'
import { withAct } from '../audit/chain.ts'
import { portalChain } from '../audit/sign-heads.ts'
import type { SiteActor } from '../platform/actor.ts'

export interface Withdrawing {
  /** Null: operations. */
  readonly actor: SiteActor | null
  /** Who of operations, by the name that they are known by there. */
  readonly by?: string
  readonly reason: WithdrawalReason
  readonly at: Date
}

/** As the list of withdrawals names who did it. */
const doneBy = ({ actor, by }: Withdrawing): string | null => actor?.professionalId ?? by ?? null

/** What the audit chain says was withdrawn; of operations it has no session to name, so the subject names who. */
const subjectOf = (what: string, { actor, by }: Withdrawing): string =>
  actor !== null || by === undefined ? what : `${what} by ${by}`

const later = (at: Date, hours: number): Date =>
  new Date(at.getTime() + hours * hourMilliseconds + clockSkewMilliseconds)

/**
 * Withdraws one booklet of a site; the second time changes nothing.
 * @returns false when the site was given no such booklet
 */
export const withdrawBooklet = async (
  database: Sql,
  siteId: string,
  bookletId: string,
  withdrawing: Withdrawing,
): Promise<boolean> => {
  const { actor, reason, at } = withdrawing
  const subject = subjectOf(bookletId, withdrawing)
  const act = { siteId, at, act: 'booklet.withdrawn', actor, subject } as const
  const [booklet] = await database<{ expires_at: Date }[]>`
    select expires_at from booklet where site_id = ${siteId} and id = ${bookletId}`
  if (booklet === undefined) return false
  const until = new Date(booklet.expires_at.getTime() + provisionalHoursMax * hourMilliseconds)
  await withAct(database, act, async (sql) => {
    const { count } = await sql`
      insert into continuity_withdrawal (kind, subject, withdrawn_at, reason, withdrawn_by, expires_at)
      select 'booklet', ${bookletId}, ${at}::timestamptz, ${reason}, ${doneBy(withdrawing)}, ${until}::timestamptz
      where not exists (select from continuity_withdrawal w
        where w.kind = 'booklet' and w.subject = ${bookletId} and w.undone_at is null)
      on conflict do nothing`
    return count
  })
  return true
}

/** A row that covers all of its subject until now. @returns a piece of work for `withAct` */
const withdrawAll =
  (
    kind: 'site' | 'all' | 'slip-site',
    subject: string,
    withdrawing: Withdrawing,
    expiresAt: Date,
  ): ((sql: TransactionSql) => Promise<number>) =>
  async (sql) => {
    const { reason, at } = withdrawing
    const { count } = await sql`
      insert into continuity_withdrawal (kind, subject, withdrawn_at, issued_until, reason, withdrawn_by, expires_at)
      values (${kind}, ${subject}, ${at}, ${at}, ${reason}, ${doneBy(withdrawing)}, ${expiresAt})
      on conflict do nothing`
    return count
  }

/** Withdraws all booklets that a site was given until now. */
export const withdrawSite = async (
  database: Sql,
  siteId: string,
  withdrawing: Withdrawing,
): Promise<void> => {
  const { actor, at } = withdrawing
  const subject = subjectOf(siteId, withdrawing)
  const expiresAt = later(at, bookletHoursMax + provisionalHoursMax)
  await withAct(
    database,
    { siteId, at, act: 'booklets.withdrawn', actor, subject },
    withdrawAll('site', siteId, withdrawing, expiresAt),
  )
}

/** Withdraws all booklets of all sites that were given until now: the continuity key is in doubt. */
export const withdrawEverything = async (
  database: Sql,
  withdrawing: Withdrawing,
): Promise<void> => {
  const { actor, at } = withdrawing
  const subject = subjectOf('all', withdrawing)
  const expiresAt = later(at, bookletHoursMax + provisionalHoursMax)
  await withAct(
    database,
    { siteId: portalChain, at, act: 'booklets.withdrawn', actor, subject },
    withdrawAll('all', 'all', withdrawing, expiresAt),
  )
}

/** Asked apart from what changes them, as a cluster wants it. */
const serialsOut = async (sql: TransactionSql, siteId: string, at: Date): Promise<string[]> => {
  const rows = await sql<{ serial: string }[]>`
    select serial from slips_unclaimed_1(${siteId}, ${at}) where cancelled_at is null`
  return rows.map(({ serial }) => serial)
}

/** Cancels slips that are out. @returns how many; those typed or cancelled before are not among them */
export const cancelSlips = (
  database: Sql,
  siteId: string,
  serials: readonly string[],
  { actor, reason, at }: Withdrawing,
): Promise<number> => {
  // A whole sheet is one act: the first serial names it, the rows say the rest.
  const subject = serials[0] ?? null
  return withAct(database, { siteId, at, act: 'slips.cancelled', actor, subject }, async (sql) => {
    const out = await serialsOut(sql, siteId, at)
    const wanted = new Set(serials)
    const cancelled = await sql<{ serial: string; expires_at: Date }[]>`
      update slip set cancelled_at = ${at}
      where site_id = ${siteId} and serial = any(string_to_array(${out.filter((one) => wanted.has(one)).join(',')}, ','))
        and cancelled_at is null
      returning serial, expires_at`
    await sql`
      insert into continuity_withdrawal (kind, subject, withdrawn_at, reason, withdrawn_by, expires_at)
      select 'slip', gone.serial, ${at}::timestamptz, ${reason}, ${actor?.professionalId ?? null},
        gone.expires_at + interval '5 minutes'
      from jsonb_to_recordset(${JSON.stringify(cancelled)}::text::jsonb) as gone (serial text, expires_at timestamptz)`
    return cancelled.length
  })
}

/** Cancels all slips that a site has printed until now. @returns how many were still out */
export const cancelSiteSlips = async (
  database: Sql,
  siteId: string,
  withdrawing: Withdrawing,
): Promise<number> => {
  const { actor, at } = withdrawing
  const subject = subjectOf(siteId, withdrawing)
  const expiresAt = later(at, slipDaysMax * 24)
  const kept = { cancelled: 0 }
  await withAct(database, { siteId, at, act: 'slips.cancelled', actor, subject }, async (sql) => {
    const out = await serialsOut(sql, siteId, at)
    const { count } = await sql`
      update slip set cancelled_at = ${at}
      where site_id = ${siteId} and serial = any(string_to_array(${out.join(',')}, ',')) and cancelled_at is null`
    kept.cancelled = count
    return withdrawAll('slip-site', siteId, withdrawing, expiresAt)(sql)
  })
  return kept.cancelled
}

interface WithdrawalRow {
  readonly kind: 'booklet' | 'ended' | 'site' | 'all' | 'slip' | 'slip-site'
  readonly subject: string
  readonly withdrawn_at: Date
  readonly issued_until: Date | null
}

/** What is withdrawn and could still be accepted by somebody, as the bundle carries it. */
export const readWithdrawals = async (database: Sql, at: Date): Promise<WithdrawnContinuity> => {
  const rows = await database<WithdrawalRow[]>`
    select kind, subject, min(withdrawn_at) as withdrawn_at, max(issued_until) as issued_until
    from continuity_withdrawal where expires_at > ${at} and undone_at is null
    group by kind, subject, case when kind = 'ended' then withdrawn_at end
    order by kind, subject, withdrawn_at`
  const subjects = (kind: WithdrawalRow['kind']): string[] =>
    rows.filter((row) => row.kind === kind).map(({ subject }) => subject)
  const sites = (kind: WithdrawalRow['kind']): WithdrawnContinuity['sites'] =>
    rows.flatMap((row) =>
      row.kind === kind && row.issued_until !== null
        ? [{ site: row.subject, issuedUntil: row.issued_until.toISOString() }]
        : [],
    )
  return {
    booklets: subjects('booklet'),
    ended: rows.flatMap(({ kind, subject, withdrawn_at }) =>
      kind === 'ended' ? [{ key: subject, at: withdrawn_at.toISOString() }] : [],
    ),
    sites: sites('site'),
    allIssuedUntil: sites('all')[0]?.issuedUntil ?? null,
    slips: subjects('slip'),
    slipSites: sites('slip-site'),
  }
}
