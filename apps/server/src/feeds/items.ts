/**
 * What is to be told of single screenings, as a feed's deliverer sees it.
 *
 * Invariants
 * - A claim is a lease: the item belongs to the deliverer until `claimed_until`, then to whoever comes.
 * - What is written back counts only for the act that was told (`sequence`) and the latest claim (`attempts`): an act that
 *   comes meanwhile makes the item due again.
 * - What has left may be known (`sent_at` is written with the claim), so that it is taken back when it is true no more.
 */
import { claimDue } from '../platform/claim-due.ts'
import type { Sql } from '../platform/context.ts'
import type { SealedScreeningRow } from '../platform/sealed.ts'
import type { ItemFeed } from './feed-names.ts'

export interface ClaimedItem {
  readonly site_id: string
  readonly screening_id: string
  readonly sequence: string
  readonly since: Date
  readonly attempts: number
  /** Whether the receiver may know of the screening already. */
  readonly was_sent: boolean
}

interface DueItem {
  readonly site_id: string
  readonly screening_id: string
}

/**
 * Claims due items, the longest due first, passing over those that another deliverer is claiming now: one look across
 * sites, then one claim a site. Where others took all of it meanwhile, there is another look.
 */
export const claimItems = (
  database: Sql,
  feed: ItemFeed,
  itemsMax: number,
  now: Date,
  claimedUntil: Date,
): Promise<ClaimedItem[]> =>
  claimDue(
    () => database<DueItem[]>`
      -- across sites: what is due, wherever it is
      select site_id, screening_id from feed_item
      where feed = ${feed} and done_at is null and failed_at is null and due_at <= ${now}
        and (claimed_until is null or claimed_until <= ${now})
      order by due_at limit ${itemsMax}`,
    (siteId, due) => {
      const ids = JSON.stringify(due.map(({ screening_id }) => screening_id))
      return database<ClaimedItem[]>`
        select ${siteId} as site_id, claimed.screening_id, claimed.sequence::text, claimed.since, claimed.attempts,
          claimed.was_sent
        from claim_feed_items_1(${siteId}, ${feed}, ${now}, ${claimedUntil}, ${ids}::text::jsonb) as claimed`
    },
  )

const ofClaims = (database: Sql, feed: ItemFeed, items: readonly ClaimedItem[]) => {
  const list = (value: (item: ClaimedItem) => string): string => items.map(value).join(',')
  return database`
    from unnest(
      string_to_array(${list(({ site_id }) => site_id)}, ','),
      string_to_array(${list(({ screening_id }) => screening_id)}, ',')::uuid[],
      string_to_array(${list(({ sequence }) => sequence)}, ',')::bigint[],
      string_to_array(${list(({ attempts }) => String(attempts))}, ',')::smallint[]
    ) as claim (site_id, screening_id, sequence, attempts)
    where item.site_id = claim.site_id and item.feed = ${feed} and item.screening_id = claim.screening_id
      and item.sequence = claim.sequence and item.attempts = claim.attempts
      and item.done_at is null and item.failed_at is null`
}

/** The receiver has them. */
export const markTaken = async (
  database: Sql,
  feed: ItemFeed,
  items: readonly ClaimedItem[],
  now: Date,
): Promise<void> => {
  await database`
    -- across sites: what a receiver took in one request
    update feed_item item set done_at = ${now}, claimed_until = null, last_failure = null
    ${ofClaims(database, feed, items)}`
}

/** They were never sent, and need not be. */
export const markNeedless = async (
  database: Sql,
  feed: ItemFeed,
  items: readonly ClaimedItem[],
  now: Date,
): Promise<void> => {
  await database`
    -- across sites: what need not be told, of one batch
    update feed_item item set done_at = ${now}, claimed_until = null, sent_at = null
    ${ofClaims(database, feed, items)}`
}

/** The receiver is away, and nothing is wrong with them: they are tried again as if nothing had been. */
export const handBack = async (
  database: Sql,
  feed: ItemFeed,
  items: readonly ClaimedItem[],
): Promise<void> => {
  await database`
    -- across sites: what a receiver did not take, of one batch
    update feed_item item set claimed_until = null, attempts = item.attempts - 1
    ${ofClaims(database, feed, items)}`
}

/** The receiver does not want one. @param dueAt when it is tried again; null: it is given up, a dead letter */
export const markRefused = async (
  database: Sql,
  feed: ItemFeed,
  item: ClaimedItem,
  code: string,
  dueAt: Date | null,
  now: Date,
): Promise<void> => {
  await database`
    -- across sites: by its own site, as a batch of one
    update feed_item item set claimed_until = null, last_failure = ${code},
    due_at = coalesce(${dueAt}::timestamptz, item.due_at),
    failed_at = case when ${dueAt === null} then ${now}::timestamptz end
    ${ofClaims(database, feed, [item])}`
}

/** A screening as it is now, for those who have to reach its person. */
export interface CaseRow extends SealedScreeningRow {
  readonly site_id: string
  readonly id: string
  readonly state: string
  readonly kind: string
  readonly disease: string
  readonly sampled_at: Date
  readonly recorded_at: Date
  readonly result: string | null
  readonly held_by: string | null
  readonly confirmed_at: Date | null
  readonly withdrawn_at: Date | null
  readonly symptoms: string | null
  readonly symptoms_onset: string | null
  readonly site_name: string | null
}

const keysOf = (items: readonly ClaimedItem[]) => ({
  sites: items.map(({ site_id }) => site_id).join(','),
  ids: items.map(({ screening_id }) => screening_id).join(','),
})

/** By screening. Identity that is past its time is not among them. */
export const findCases = async (
  database: Sql,
  items: readonly ClaimedItem[],
): Promise<ReadonlyMap<string, CaseRow>> => {
  const { sites, ids } = keysOf(items)
  const rows = await database<CaseRow[]>`
    -- across sites: of one batch, by the site of each
    select now.site_id, now.id, now.state, now.kind, now.disease, now.sampled_at, now.recorded_at, now.result,
      now.held_by, now.confirmed_at, now.withdrawn_at, now.key_id, now.sealed, now.corrections,
      entered.symptoms, entered.symptoms_onset::text, site.name as site_name
    from unnest(string_to_array(${sites}, ','), string_to_array(${ids}, ',')::uuid[]) as wanted (site_id, id)
    join current_screening now on now.site_id = wanted.site_id and now.id = wanted.id
    join screening entered on entered.site_id = now.site_id and entered.id = now.id
    left join site on site.id = now.site_id
    where now.erased_at is null`
  return new Map(rows.map((row) => [`${row.site_id}|${row.id}`, row]))
}

export interface RecordRow {
  readonly site_id: string
  readonly screening_id: string
  readonly pseudonym: string
  readonly day: string
  readonly kind: string
  readonly disease: string
  readonly result: string
  readonly sex: string
  readonly age_class: string
  readonly department: string
  readonly symptoms: string | null
  readonly symptoms_onset: string | null
  readonly withdrawn: boolean
}

/** By screening. */
export const findRecords = async (
  database: Sql,
  items: readonly ClaimedItem[],
): Promise<ReadonlyMap<string, RecordRow>> => {
  const { sites, ids } = keysOf(items)
  const rows = await database<RecordRow[]>`
    -- across sites: of one batch, by the site of each
    select record.site_id, record.screening_id, record.pseudonym, record.day::text, record.kind, record.disease,
      record.result, record.sex, record.age_class, record.department, record.symptoms,
      record.symptoms_onset::text, record.withdrawn
    from unnest(string_to_array(${sites}, ','), string_to_array(${ids}, ',')::uuid[]) as wanted (site_id, id)
    join feed_record record on record.site_id = wanted.site_id and record.screening_id = wanted.id`
  return new Map(rows.map((row) => [`${row.site_id}|${row.screening_id}`, row]))
}
