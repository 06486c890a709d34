/** What vendors are told, in the database. */
import type { VendorEvent } from '@sidep/contracts'
import type { Sql } from '../../platform/context.ts'

export interface Webhook {
  readonly vendorId: string
  readonly url: string
  readonly since: Date
  readonly toldAt: Date | null
  readonly lastFailure: string | null
  readonly notBefore: Date | null
  readonly failuresInRow: number
}

interface WebhookRow {
  vendor_id: string
  url: string
  since: Date
  told_at: Date | null
  last_failure: string | null
  not_before: Date | null
  failures_in_row: number
}

const webhookOf = (row: WebhookRow): Webhook => ({
  vendorId: row.vendor_id,
  url: row.url,
  since: row.since,
  toldAt: row.told_at,
  lastFailure: row.last_failure,
  notBefore: row.not_before,
  failuresInRow: row.failures_in_row,
})

const webhooksMax = 5_000

export const listWebhooks = async (database: Sql): Promise<Webhook[]> => {
  const rows = await database<WebhookRow[]>`
    select * from vendor_webhook order by vendor_id limit ${webhooksMax}`
  return rows.map(webhookOf)
}

export const findWebhook = async (
  database: Sql,
  vendorId: string,
): Promise<Webhook | undefined> => {
  const [row] = await database<WebhookRow[]>`
    select * from vendor_webhook where vendor_id = ${vendorId}`
  return row === undefined ? undefined : webhookOf(row)
}

/** A new address is tried at once. */
export const setWebhook = async (
  database: Sql,
  vendorId: string,
  url: string,
  now: Date,
): Promise<void> => {
  await database`
    insert into vendor_webhook (vendor_id, url, since) values (${vendorId}, ${url}, ${now})
    on conflict (vendor_id) do update set url = excluded.url, not_before = null, failures_in_row = 0, last_failure = null`
}

/** What waits is dropped with it. */
export const removeWebhook = async (database: Sql, vendorId: string, now: Date): Promise<void> => {
  await database`delete from vendor_webhook where vendor_id = ${vendorId}`
  await database`
    -- across sites: what one vendor is not told any more
    update vendor_event set done_at = ${now} where vendor_id = ${vendorId} and done_at is null`
}

/** How its events stand. */
export const countEvents = async (
  database: Sql,
  vendorId: string,
): Promise<{ readonly waiting: number; readonly deadLetters: number }> => {
  const [row] = await database<{ waiting: number; dead: number }[]>`
    -- across sites: what one vendor waits for, by indexes of what is open
    select (select count(*)::int from vendor_event where vendor_id = ${vendorId} and done_at is null and failed_at is null)
        as waiting,
      (select count(*)::int from vendor_event where vendor_id = ${vendorId} and failed_at is not null and done_at is null)
        as dead`
  return { waiting: row?.waiting ?? 0, deadLetters: row?.dead ?? 0 }
}

export interface StoredEvent {
  readonly siteId: string
  readonly sequence: string
  readonly type: VendorEvent['type']
  readonly screeningId: string
  readonly occurredAt: Date
  readonly attempts: number
  readonly failedAt: Date | null
  readonly lastFailure: string | null
}

interface EventRow {
  site_id: string
  sequence: string
  type: VendorEvent['type']
  screening_id: string
  occurred_at: Date
  attempts: number
  failed_at: Date | null
  last_failure: string | null
}

const eventOf = (row: EventRow): StoredEvent => ({
  siteId: row.site_id,
  sequence: row.sequence,
  type: row.type,
  screeningId: row.screening_id,
  occurredAt: row.occurred_at,
  attempts: row.attempts,
  failedAt: row.failed_at,
  lastFailure: row.last_failure,
})

/** As it is told: the same each time. */
export const eventView = ({
  siteId,
  sequence,
  type,
  screeningId,
  occurredAt,
}: StoredEvent): VendorEvent => ({
  id: `${siteId}.${sequence}`,
  type,
  occurredAt: occurredAt.toISOString(),
  site: siteId,
  screening: screeningId,
})

/** Claims due events of a vendor until `claimedUntil`, the longest due first; each try counts. */
export const claimEvents = async (
  database: Sql,
  vendorId: string,
  eventsMax: number,
  now: Date,
  claimedUntil: Date,
): Promise<StoredEvent[]> => {
  const due = await database<{ site_id: string; sequence: string }[]>`
    -- across sites: what one vendor is to be told, wherever it happened
    select site_id, sequence::text from vendor_event
    where vendor_id = ${vendorId} and done_at is null and failed_at is null and due_at <= ${now}
      and (claimed_until is null or claimed_until <= ${now})
    order by due_at limit ${eventsMax}`
  const claimed = await Promise.all(
    due.map(
      ({ site_id, sequence }) => database<EventRow[]>`
        update vendor_event set claimed_until = ${claimedUntil}, attempts = attempts + 1
        where site_id = ${site_id} and sequence = ${sequence}::bigint and done_at is null and failed_at is null
          and (claimed_until is null or claimed_until <= ${now})
        returning site_id, sequence::text, type, screening_id, occurred_at, attempts, failed_at, last_failure`,
    ),
  )
  return claimed.flat().map(eventOf)
}

export const markTold = async (
  database: Sql,
  { siteId, sequence }: StoredEvent,
  now: Date,
): Promise<void> => {
  await database`
    update vendor_event set done_at = ${now}, last_failure = null
    where site_id = ${siteId} and sequence = ${sequence}::bigint`
}

/** @param dueAt null: it is given up */
export const markFailed = async (
  database: Sql,
  { siteId, sequence }: StoredEvent,
  failure: string,
  dueAt: Date | null,
  now: Date,
): Promise<void> => {
  await database`
    update vendor_event set last_failure = ${failure}, claimed_until = null,
      due_at = coalesce(${dueAt}::timestamptz, due_at), failed_at = case when ${dueAt === null} then ${now}::timestamptz end
    where site_id = ${siteId} and sequence = ${sequence}::bigint and done_at is null`
}

/** Claimed, and not tried: it is due as it was. */
export const handBack = async (database: Sql, { siteId, sequence }: StoredEvent): Promise<void> => {
  await database`
    update vendor_event set claimed_until = null, attempts = attempts - 1
    where site_id = ${siteId} and sequence = ${sequence}::bigint and done_at is null`
}

/** Notes how a vendor's last try ended. @param notBefore null: it answered */
export const noteTry = async (
  database: Sql,
  vendorId: string,
  now: Date,
  failed: { readonly failure: string; readonly notBefore: Date } | null,
): Promise<void> => {
  if (failed === null)
    await database`
      update vendor_webhook set told_at = ${now}, last_failure = null, not_before = null, failures_in_row = 0
      where vendor_id = ${vendorId}`
  else
    await database`
      update vendor_webhook set last_failure = ${failed.failure}, not_before = ${failed.notBefore},
        failures_in_row = failures_in_row + 1
      where vendor_id = ${vendorId}`
}

const deadLettersMax = 100

export const listDeadLetters = async (database: Sql, vendorId: string): Promise<StoredEvent[]> => {
  const rows = await database<EventRow[]>`
    -- across sites: what one vendor could not be told
    select site_id, sequence::text, type, screening_id, occurred_at, attempts, failed_at, last_failure from vendor_event
    where vendor_id = ${vendorId} and failed_at is not null and done_at is null
    order by failed_at, site_id, sequence limit ${deadLettersMax}`
  return rows.map(eventOf)
}

/** What was given up is due again. @returns how many */
export const replayEvents = async (database: Sql, vendorId: string, now: Date): Promise<number> => {
  const { count } = await database`
    -- across sites: what one vendor could not be told
    update vendor_event set failed_at = null, attempts = 0, due_at = ${now}, claimed_until = null
    where vendor_id = ${vendorId} and failed_at is not null and done_at is null`
  await database`update vendor_webhook set not_before = null where vendor_id = ${vendorId}`
  return count
}
