/**
 * Acts on a whole site: for who answers for what is done there, told to all of them, and taken back by any of them.
 *
 * Invariants
 * - The notice is there before the act: none that reached a booklet or a slip is told to nobody.
 * - Taken back once, within `undoDays`, under the same guard as the act; what it covered counts again then, as far as
 *   its own time goes.
 */

import type { SiteNotice, SiteNoticeList, WithdrawalReason } from '@sidep/contracts'
import { makeUuidV7, parseUuidV7 } from '@sidep/identifiers'
import { dayMilliseconds } from '@sidep/time'
import type { Sql } from 'postgres'
import { withAct } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import { Problem } from '../platform/problems.ts'
import type { ContinuityPlatform } from './dependencies.ts'

const undoDays = 7
const listedMax = 20

/**
 * The actor, if they may act on the whole site: a professional who works there and signed in themselves.
 *
 * @throws Problem RESPONSIBLE_REQUIRED for staff
 */
export const responsibleOf = (actor: SiteActor): SiteActor => {
  const isInPerson = actor.operator === null || actor.operator === undefined
  const isTheirs = actor.sites.some(({ id }) => id === actor.site.id)
  if (!isInPerson || !isTheirs) throw new Problem('RESPONSIBLE_REQUIRED')
  return actor
}

/** Tells of an act at this very moment. */
export const tellOfSiteAct = async (
  { database, randomBytes }: Pick<ContinuityPlatform, 'database' | 'randomBytes'>,
  { site, professionalId, firstNames, familyName }: SiteActor,
  kind: SiteNotice['kind'],
  { reason, at }: { readonly reason: WithdrawalReason; readonly at: Date },
): Promise<void> => {
  await database`
    insert into site_notice (site_id, id, kind, reason, by_id, by_name, at)
    values (${site.id}, ${makeUuidV7(at, randomBytes)}, ${kind}, ${reason}, ${professionalId},
      ${`${firstNames} ${familyName}`}, ${at})`
}

interface NoticeRow {
  readonly id: string
  readonly kind: SiteNotice['kind']
  readonly reason: WithdrawalReason
  readonly by_id: string
  readonly by_name: string
  readonly at: Date
  readonly undone_at: Date | null
}

const sinceOf = (now: Date): Date => new Date(now.getTime() - undoDays * dayMilliseconds)

/** What was done to a site in the last days, the newest first. */
export const listSiteNotices = async (
  { database, clock }: Pick<ContinuityPlatform, 'database' | 'clock'>,
  siteId: string,
): Promise<SiteNoticeList> => {
  const rows = await database<NoticeRow[]>`
    select id, kind, reason, by_id, by_name, at, undone_at from site_notice
    where site_id = ${siteId} and at > ${sinceOf(clock.now())} order by at desc limit ${listedMax}`
  return {
    notices: rows.map(({ id, kind, reason, by_id, by_name, at, undone_at }) => ({
      id,
      kind,
      reason,
      by: { id: by_id, name: by_name },
      at: at.toISOString(),
      undoUntil: new Date(at.getTime() + undoDays * dayMilliseconds).toISOString(),
      undoneAt: undone_at?.toISOString() ?? null,
    })),
  }
}

/** Takes an act back. @throws Problem NOTICE_UNKNOWN when there is none such, or it is too old or undone already */
export const undoSiteAct = async (
  { database, clock }: { readonly database: Sql; readonly clock: ContinuityPlatform['clock'] },
  noticeId: string,
  actor: SiteActor,
): Promise<void> => {
  const id = parseUuidV7(noticeId)
  if (!id.ok) throw new Problem('NOTICE_UNKNOWN')
  const at = clock.now()
  const siteId = actor.site.id
  const act = { siteId, at, act: 'site-act.undone', actor, subject: id.value } as const
  const done = await withAct(database, act, async (sql) => {
    const [undone] = await sql<Pick<NoticeRow, 'kind' | 'at'>[]>`
      update site_notice set undone_at = ${at}, undone_by = ${actor.professionalId}
      where site_id = ${siteId} and id = ${id.value} and undone_at is null and at > ${sinceOf(at)}
      returning kind, at`
    if (undone === undefined) return 0
    const ofSlips = undone.kind === 'slips-cancelled'
    await sql`
      update continuity_withdrawal set undone_at = ${at}
      where kind = ${ofSlips ? 'slip-site' : 'site'} and subject = ${siteId} and withdrawn_at = ${undone.at}`
    if (ofSlips) {
      await sql`
        update slip set cancelled_at = null where site_id = ${siteId} and cancelled_at = ${undone.at}`
    }
    return 1
  })
  if (done === 0) throw new Problem('NOTICE_UNKNOWN')
}
