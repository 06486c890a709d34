/** How the feeds stand, for the command line, metrics and operations; and what operations can do to them. */

import type { OperationsFigures } from '@sidep/contracts'
import { recordAct } from '../audit/chain.ts'
import { portalChain } from '../audit/sign-heads.ts'
import type { Sql } from '../platform/context.ts'
import { type FeedName, feedNames, feedZone, type ItemFeed } from './feed-names.ts'

export interface FeedView {
  readonly name: FeedName
  readonly paused: { readonly at: string; readonly by: string; readonly reason: string } | null
  /** Told to nobody yet, whether due or not. */
  readonly waiting: number
  /** For how long the oldest has been due that its receiver does not have, seconds; 0 where nothing is. */
  readonly lagSeconds: number
  /** Given up; `sidep feeds --resume` has them tried again. */
  readonly deadLetters: number
  readonly deadCodes: readonly string[]
  /** When the receiver last took something, and last did not. */
  readonly takenAt: string | null
  readonly failedAt: string | null
  readonly lastFailure: string | null
}

interface FeedRow {
  readonly name: FeedName
  readonly paused_at: Date | null
  readonly paused_by: string | null
  readonly pause_reason: string | null
  readonly taken_at: Date | null
  readonly failed_at: Date | null
  readonly last_failure: string | null
}

interface Backlog {
  readonly feed: FeedName
  readonly waiting: number
  readonly oldest: Date | null
  readonly dead: number
  readonly codes: readonly string[]
}

const countedMax = 1_000_000
const codesMax = 10

/** Tracing is told at once; surveillance and the open series in the night after, the series once a day is settled. */
const slackSeconds = { tracing: 0, surveillance: 86_400 } as const satisfies Record<
  ItemFeed,
  number
>

/** By the indexes of what waits and of what is dead, counted up to a million: each a statement that a cluster can spread. */
const backlogOf = async (database: Sql, feed: ItemFeed, now: Date): Promise<Backlog> => {
  const [[waiting], [oldest], [dead], codes] = await Promise.all([
    database<{ count: number }[]>`
      -- across sites: figures of the feeds
      select count(*)::int as count from (
        select 1 from feed_item
        where feed = ${feed} and done_at is null and failed_at is null limit ${countedMax}) as rows`,
    database<{ since: Date | null }[]>`
      -- across sites: figures of the feeds
      select min(since) as since from feed_item
      where feed = ${feed} and done_at is null and failed_at is null`,
    database<{ count: number }[]>`
      -- across sites: figures of the feeds
      select count(*)::int as count from (
        select 1 from feed_item where feed = ${feed} and failed_at is not null limit ${countedMax}) as rows`,
    database<{ code: string }[]>`
      -- across sites: figures of the feeds
      select distinct last_failure as code from (
        select last_failure from feed_item
        where feed = ${feed} and failed_at is not null and last_failure is not null limit ${countedMax}) as rows
      order by code limit ${codesMax}`,
  ])
  const dueAt = oldest?.since?.getTime()
  const lateAt = dueAt === undefined ? null : new Date(dueAt + slackSeconds[feed] * 1_000)
  return {
    feed,
    waiting: waiting?.count ?? 0,
    oldest: lateAt !== null && lateAt <= now ? lateAt : null,
    dead: dead?.count ?? 0,
    codes: codes.map(({ code }) => code),
  }
}

const openDataBacklog = async (database: Sql, now: Date): Promise<Backlog> => {
  const [row] = await database<Pick<Backlog, 'waiting' | 'oldest'>[]>`
    select days.count + release.count as waiting, least(days.oldest, release.oldest) as oldest
    from (
      select count(*)::int, min(late_from) filter (where late_from <= ${now}) as oldest from (
        select greatest(since + interval '1 day', (day + 5)::timestamp at time zone ${feedZone}) as late_from
        from open_data_due) as rows
    ) as days
    cross join (
      select count(*)::int, min(made_at) as oldest from open_data_release
      where taken_digest is distinct from digest) as release`
  return {
    feed: 'open-data',
    waiting: row?.waiting ?? 0,
    oldest: row?.oldest ?? null,
    dead: 0,
    codes: [],
  }
}

const backlogs = (database: Sql, now: Date): Promise<readonly Backlog[]> =>
  Promise.all([
    backlogOf(database, 'tracing', now),
    backlogOf(database, 'surveillance', now),
    openDataBacklog(database, now),
  ])

/** Since when the oldest act waits that no feed knows of yet; null: all chains were followed. */
const oldestUnfollowed = async (database: Sql): Promise<Date | null> => {
  const [row] = await database<{ oldest: Date | null }[]>`
    -- across sites: figures of the feeds; one act of each chain that is behind, by its key
    select min(act.at) as oldest
    from audit_head head
    left join feed_cursor cursor on cursor.site_id = head.site_id
    join audit act on act.site_id = head.site_id and act.sequence = coalesce(cursor.sequence, 0) + 1
    where head.sequence > coalesce(cursor.sequence, 0)`
  return row?.oldest ?? null
}

const textOf = (at: Date | null): string | null => at?.toISOString() ?? null

/** How each feed stands. */
export const readFeeds = async (database: Sql, now: Date): Promise<FeedView[]> => {
  const rows = await database<FeedRow[]>`select * from feed`
  const behind = await backlogs(database, now)
  const unfollowed = await oldestUnfollowed(database)
  const secondsSince = (at: Date | null): number =>
    at === null ? 0 : Math.max(0, Math.round((now.getTime() - at.getTime()) / 1_000))
  return feedNames.flatMap((name) => {
    const row = rows.find((feed) => feed.name === name)
    const backlog = behind.find(({ feed }) => feed === name)
    if (row === undefined || backlog === undefined) return []
    const { waiting, oldest, dead, codes } = backlog
    return [
      {
        name,
        paused:
          row.paused_at === null
            ? null
            : {
                at: row.paused_at.toISOString(),
                by: row.paused_by ?? '',
                reason: row.pause_reason ?? '',
              },
        waiting,
        lagSeconds: Math.max(
          secondsSince(oldest),
          name === 'tracing' ? secondsSince(unfollowed) : 0,
        ),
        deadLetters: dead,
        deadCodes: codes,
        takenAt: textOf(row.taken_at),
        failedAt: textOf(row.failed_at),
        lastFailure: row.last_failure,
      },
    ]
  })
}

/** The same as operations see it on their screen. */
export const readFeedFigures = async (
  database: Sql,
  now: Date,
): Promise<OperationsFigures['feeds']> =>
  (await readFeeds(database, now)).map(({ name, lagSeconds, waiting, deadLetters, paused }) => ({
    name,
    lagSeconds,
    waiting,
    deadLetters,
    isPaused: paused !== null,
  }))

export const isPaused = async (database: Sql, name: FeedName): Promise<boolean> => {
  const [row] = await database`select 1 from feed where name = ${name} and paused_at is not null`
  return row !== undefined
}

export const noteTaken = async (database: Sql, name: FeedName, now: Date): Promise<void> => {
  await database`update feed set taken_at = ${now} where name = ${name}`
}

/** @param code never a text of the receiver's */
export const noteFailure = async (
  database: Sql,
  name: FeedName,
  code: string,
  now: Date,
): Promise<void> => {
  await database`update feed set failed_at = ${now}, last_failure = ${code} where name = ${name}`
}

export interface FeedOrder {
  readonly name: FeedName
  /** Who of operations, by the name that they are known by there. */
  readonly by: string
  /** Why, in words. */
  readonly reason: string
  readonly at: Date
}

/** Nothing more is told until it is resumed; what happens meanwhile waits. */
export const pauseFeed = (database: Sql, { name, by, reason, at }: FeedOrder): Promise<void> =>
  database.begin(async (sql) => {
    await sql`
      update feed set paused_at = coalesce(paused_at, ${at}), paused_by = ${by}, pause_reason = ${reason}
      where name = ${name}`
    const subject = `${name} by ${by}: ${reason}`
    await recordAct(sql, { siteId: portalChain, at, act: 'feed.paused', actor: null, subject })
  })

/** A paused feed goes on, and what was given up is tried again. @returns how many dead letters there were */
export const resumeFeed = (database: Sql, { name, by, reason, at }: FeedOrder): Promise<number> =>
  database.begin(async (sql) => {
    await sql`
      update feed set paused_at = null, paused_by = null, pause_reason = null where name = ${name}`
    const revived = await sql`
      -- across sites: dead letters of a feed, by hand
      update feed_item set failed_at = null, attempts = 0, due_at = ${at}, claimed_until = null
      where feed = ${name} and failed_at is not null`
    const subject = `${name} by ${by}: ${reason}`
    await recordAct(sql, { siteId: portalChain, at, act: 'feed.resumed', actor: null, subject })
    return revived.count
  })

/**
 * Tells again what was told since a moment, under the same ids: for a receiver that lost it.
 *
 * @returns how many items
 */
export const replayFeed = (
  database: Sql,
  { name, by, reason, at }: FeedOrder & { readonly name: ItemFeed },
  since: Date,
): Promise<number> =>
  database.begin(async (sql) => {
    const again = await sql`
      -- across sites: a feed told again, by hand
      update feed_item set done_at = null, failed_at = null, attempts = 0, due_at = ${at}, claimed_until = null
      where feed = ${name} and since >= ${since} and (done_at is not null or failed_at is not null)`
    const subject = `${name} since ${since.toISOString()} by ${by}: ${reason}`
    await recordAct(sql, { siteId: portalChain, at, act: 'feed.replayed', actor: null, subject })
    return again.count
  })
