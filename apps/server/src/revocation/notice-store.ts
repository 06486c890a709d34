/**
 * Tolerance notices of operations, from draft to withdrawal.
 *
 * Invariants
 * - One is signed by somebody else than who drafted it, and says what they both read: it is never changed.
 * - Verifiers get it while it is signed, not withdrawn and not over, and from nowhere else than here.
 * - Each step is in the audit chain of the portal, in the same transaction.
 */
import type { NoticeDraft, NoticeView } from '@sidep/contracts'
import { bytesToHex } from '@sidep/encoding'
import { dayIn, parisZone } from '@sidep/time'
import { isNotice, noticeText, sha256Of, type ToleranceNotice } from '@sidep/trust'
import type { Sql, TransactionSql } from 'postgres'
import { type ActName, recordAct } from '../audit/chain.ts'
import { portalChain } from '../audit/sign-heads.ts'
import type { Platform } from '../platform/context.ts'
import { makeReread, type Reread } from '../platform/reread.ts'
import { underLocks } from '../platform/under-locks.ts'

/** Who, and why, as the chain has it. */
export interface NoticeBy {
  readonly by: string
  readonly reason: string
}

interface Row {
  readonly id: string
  readonly accepts: ToleranceNotice['accepts']
  readonly sites: string[]
  readonly accepted_from: Date
  readonly accepted_until: Date
  readonly fr: string
  readonly en: string
  readonly drafted_by: string
  readonly drafted_at: Date
  readonly reason: string
  readonly signed_by: string | null
  readonly signed_at: Date | null
  readonly signed: Uint8Array | null
}

const noticeOf = (row: Row): ToleranceNotice => ({
  id: row.id,
  from: row.accepted_from.toISOString(),
  until: row.accepted_until.toISOString(),
  accepts: row.accepts,
  sites: row.sites,
  fr: row.fr,
  en: row.en,
})

const record = (
  sql: TransactionSql,
  act: ActName,
  what: string,
  { by, reason }: NoticeBy,
  at: Date,
): Promise<void> =>
  recordAct(sql, {
    siteId: portalChain,
    at,
    act,
    actor: null,
    subject: `${what} by ${by}: ${reason}`,
  })

const noticesLock = 'tolerance-notices'

/** @returns its id; null when it says what no notice may */
export const draftNotice = (
  database: Sql,
  draft: Omit<NoticeDraft, 'reason'>,
  order: NoticeBy,
  at: Date,
): Promise<string | null> =>
  underLocks(database, [noticesLock], async (sql) => {
    const day = `AT-${dayIn(at, parisZone)}-`
    const [last] = await sql<{ number: number }[]>`
      select coalesce(max(substr(id, ${day.length + 1})::int), 0) as number
      from tolerance_notice where starts_with(id, ${day})`
    const notice = { ...draft, id: `${day}${(last?.number ?? 0) + 1}` }
    if (!isNotice(notice) || new Date(notice.until) <= at) return null
    await sql`
      insert into tolerance_notice (
        id, accepts, sites, accepted_from, accepted_until, fr, en, drafted_by, drafted_at, reason)
      values (${notice.id}, ${[...notice.accepts]}, ${[...notice.sites]}, ${new Date(notice.from)},
        ${new Date(notice.until)}, ${notice.fr}, ${notice.en}, ${order.by}, ${at}, ${order.reason})`
    await record(sql, 'notice.drafted', notice.id, order, at)
    return notice.id
  })

/** @param sign by the bundle's signer of now @returns false when no draft of somebody else waits under this id */
export const signDraft = async (
  database: Sql,
  id: string,
  order: NoticeBy,
  sign: (notice: ToleranceNotice) => Promise<Uint8Array>,
  at: Date,
): Promise<boolean> =>
  database.begin(async (sql) => {
    const [row] = await sql<Row[]>`
      select * from tolerance_notice where id = ${id} and signed is null and withdrawn_at is null
        and drafted_by <> ${order.by} and accepted_until > ${at} for update`
    if (row === undefined) return false
    const signed = await sign(noticeOf(row))
    await sql`
      update tolerance_notice set signed = ${signed}, signed_by = ${order.by}, signed_at = ${at} where id = ${id}`
    const digest = await sha256Of(signed)
    await record(sql, 'notice.signed', `${id} sha256 ${digest}`, order, at)
    return true
  })

/** Withdraws what was signed, or drops a draft. @returns whether there was one */
export const withdrawNotice = (
  database: Sql,
  id: string,
  order: NoticeBy,
  at: Date,
): Promise<boolean> =>
  database.begin(async (sql) => {
    const gone = await sql`
      update tolerance_notice set withdrawn_at = ${at}, withdrawn_by = ${order.by}, withdrawal_reason = ${order.reason}
      where id = ${id} and withdrawn_at is null and accepted_until > ${at}`
    if (gone.count === 0) return false
    await record(sql, 'notice.withdrawn', id, order, at)
    return true
  })

/** As many as verifiers are given at a time. */
const listedMax = 50

/** Those that are not over, newest first. */
const readRows = (database: Sql, at: Date): Promise<Row[]> => database<Row[]>`
  select id, accepts, sites, accepted_from, accepted_until, fr, en, drafted_by, drafted_at, reason, signed_by, signed_at,
    signed
  from tolerance_notice where withdrawn_at is null and accepted_until > ${at}
  order by drafted_at desc, id desc limit ${listedMax}`

export const listNotices = async (database: Sql, at: Date): Promise<NoticeView[]> =>
  (await readRows(database, at)).map((row) => {
    const { accepts, sites, ...notice } = noticeOf(row)
    return {
      ...notice,
      accepts: [...accepts],
      sites: [...sites],
      draftedBy: row.drafted_by,
      draftedAt: row.drafted_at.toISOString(),
      reason: row.reason,
      signedBy: row.signed_by,
      signedAt: row.signed_at?.toISOString() ?? null,
      text: row.signed === null ? null : noticeText(new Uint8Array(row.signed)),
    }
  })

/** What of them goes out with the index: each signed by itself. */
export const openNoticeSource = ({
  database,
  clock,
  log,
}: Pick<Platform, 'database' | 'clock' | 'log'>): Reread<readonly Uint8Array[]> =>
  makeReread(log, 'tolerance notices', async (held: readonly Uint8Array[] | null) => {
    const rows = await readRows(database, clock.now())
    const signed = rows.flatMap(({ signed: bytes }) =>
      bytes === null ? [] : [new Uint8Array(bytes)],
    )
    const wording = (list: readonly Uint8Array[]): string => list.map(bytesToHex).join(' ')
    return held !== null && wording(held) === wording(signed) ? held : signed
  })
