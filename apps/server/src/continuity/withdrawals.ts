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
import type { Sql } from 'postgres'
import { auditExpressions, auditParameters } from '../audit/chain.ts'
import { portalChain } from '../audit/sign-heads.ts'
import type { SiteActor } from '../platform/actor.ts'
import { runStatement } from './run-statement.ts'
import { isOut } from './slip-claims.ts'

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

const withdrawBookletText = `with withdrawn as (
  insert into continuity_withdrawal (kind, subject, withdrawn_at, reason, withdrawn_by, expires_at)
  select 'booklet', b.id, $3::timestamptz, $4, $5, b.expires_at + $6::int * interval '1 second'
  from booklet b where b.site_id = $1 and b.id = $2
    and not exists (select from continuity_withdrawal w
      where w.kind = 'booklet' and w.subject = b.id and w.undone_at is null)
  returning 1
), ${auditExpressions('withdrawn', 7)}
select count(*)::int as done from withdrawn`

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
  const done = await runStatement(database, withdrawBookletText, [
    siteId,
    bookletId,
    at,
    reason,
    doneBy(withdrawing),
    provisionalHoursMax * 3_600,
    ...auditParameters({ siteId, at, act: 'booklet.withdrawn', actor, subject }),
  ])
  if (done === 1) return true
  const [known] =
    await database`select 1 from booklet where site_id = ${siteId} and id = ${bookletId}`
  return known !== undefined
}

const withdrawManyText = `with withdrawn as (
  insert into continuity_withdrawal (kind, subject, withdrawn_at, issued_until, reason, withdrawn_by, expires_at)
  values ($1, $2, $3, $3, $4, $5, $6) on conflict do nothing returning 1
), ${auditExpressions('withdrawn', 7)}
select count(*)::int as done from withdrawn`

/** Withdraws all booklets that a site was given until now. */
export const withdrawSite = async (
  database: Sql,
  siteId: string,
  withdrawing: Withdrawing,
): Promise<void> => {
  const { actor, reason, at } = withdrawing
  const subject = subjectOf(siteId, withdrawing)
  await runStatement(database, withdrawManyText, [
    'site',
    siteId,
    at,
    reason,
    doneBy(withdrawing),
    later(at, bookletHoursMax + provisionalHoursMax),
    ...auditParameters({ siteId, at, act: 'booklets.withdrawn', actor, subject }),
  ])
}

/** Withdraws all booklets of all sites that were given until now: the continuity key is in doubt. */
export const withdrawEverything = async (
  database: Sql,
  withdrawing: Withdrawing,
): Promise<void> => {
  const { actor, reason, at } = withdrawing
  const subject = subjectOf('all', withdrawing)
  const act = { at, act: 'booklets.withdrawn', actor, subject } as const
  await runStatement(database, withdrawManyText, [
    'all',
    'all',
    at,
    reason,
    doneBy(withdrawing),
    later(at, bookletHoursMax + provisionalHoursMax),
    ...auditParameters({ siteId: portalChain, ...act }),
  ])
}

const cancelSlipsText = `with cancelled as (
  update slip set cancelled_at = $3::timestamptz
  where site_id = $1 and serial = any(string_to_array($2, ',')) and ${isOut('$3')}
  returning serial, expires_at
), withdrawn as (
  insert into continuity_withdrawal (kind, subject, withdrawn_at, reason, withdrawn_by, expires_at)
  select 'slip', serial, $3::timestamptz, $4, $5, expires_at + interval '5 minutes' from cancelled
), cause as (select 1 where exists (select from cancelled)),
${auditExpressions('cause', 6)}
select count(*)::int as done from cancelled`

/** Cancels slips that are out. @returns how many; those typed or cancelled before are not among them */
export const cancelSlips = (
  database: Sql,
  siteId: string,
  serials: readonly string[],
  { actor, reason, at }: Withdrawing,
): Promise<number> =>
  runStatement(database, cancelSlipsText, [
    siteId,
    serials.join(','),
    at,
    reason,
    actor?.professionalId ?? null,
    // A whole sheet is one act: the first serial names it, the rows say the rest.
    ...auditParameters({ siteId, at, act: 'slips.cancelled', actor, subject: serials[0] ?? null }),
  ])

const cancelSiteText = `with cancelled as (
  update slip set cancelled_at = $2::timestamptz
  where site_id = $1 and ${isOut('$2')} returning 1
), withdrawn as (
  insert into continuity_withdrawal (kind, subject, withdrawn_at, issued_until, reason, withdrawn_by, expires_at)
  values ('slip-site', $1, $2, $2, $3, $4, $5) on conflict do nothing returning 1
), ${auditExpressions('withdrawn', 6)}
select count(*)::int as done from cancelled`

/** Cancels all slips that a site has printed until now. @returns how many were still out */
export const cancelSiteSlips = (
  database: Sql,
  siteId: string,
  withdrawing: Withdrawing,
): Promise<number> => {
  const { actor, reason, at } = withdrawing
  const subject = subjectOf(siteId, withdrawing)
  return runStatement(database, cancelSiteText, [
    siteId,
    at,
    reason,
    doneBy(withdrawing),
    later(at, slipDaysMax * 24),
    ...auditParameters({ siteId, at, act: 'slips.cancelled', actor, subject }),
  ])
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
