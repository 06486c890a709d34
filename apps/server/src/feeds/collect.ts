/**
 * Follows the chains of the sites, and puts down what others have to be told.
 *
 * Invariants
 * - Nothing is missed: numbers of a site's chain are given under a lock that is held until the commit, so that they become
 *   visible in their order and without gaps. A cursor over them sees whatever committed late, unlike one over times or over a
 *   sequence of the database.
 * - What acts mean for the feeds and how far their chains were followed are one transaction: killed in between, it is done
 *   again, and once.
 * - The recording of screenings knows nothing of it and does nothing for it.
 * - What happens at sites of probes is passed over.
 * - One process at a time; one site's trouble is not another's.
 */

import { defaultDisease, type Person } from '@sidep/contracts'
import { departmentOfPostalCode } from '@sidep/identifiers'
import { timeZoneOf } from '@sidep/screening'
import { dayIn } from '@sidep/time'
import type { TransactionSql } from 'postgres'
import type { ActName } from '../audit/chain.ts'
import { locks, whenAlone } from '../audit/single-run.ts'
import type { Platform, Sql } from '../platform/context.ts'
import { errorName } from '../platform/error-name.ts'
import { isProbeSite } from '../platform/probe-sites.ts'
import { openScreening, type SealedScreeningRow } from '../platform/sealed.ts'
import { VaultError } from '../platform/vault.ts'
import { nextDaily } from './feed-names.ts'
import { ageClassOf } from './open-data/age-classes.ts'
import { pseudonymOf } from './pseudonym.ts'
import type { PseudonymKeys } from './pseudonym-keys.ts'

export type FeedPlatform = Pick<
  Platform,
  'configuration' | 'clock' | 'randomBytes' | 'vault' | 'log' | 'metrics'
> & { readonly database: Sql }

/** Acts after which a screening says something else than before. */
const tellingActs: readonly ActName[] = [
  'screening.recorded',
  'screening.result-set',
  'screening.confirmed',
  'screening.corrected',
  'screening.withdrawn',
]

const sitesAtOnce = 500
/** Chains of one transaction, and acts of each. */
const sitesInOne = 50
const actsAtOnce = 100

interface SiteWithNews {
  readonly site_id: string
  readonly seen: string
  /** Last of the chain. */
  readonly last: string
  readonly postal_code: string | null
}

interface ToldAct {
  readonly site_id: string
  readonly sequence: string
  readonly at: Date
  readonly screening_id: string | null
  /** It begins its screening: nobody can have been told of it before. */
  readonly is_first: boolean
}

interface ScreeningRow extends SealedScreeningRow {
  readonly site_id: string
  readonly id: string
  readonly kind: string
  readonly disease: string
  readonly sampled_at: Date
  readonly recorded_at: Date
  readonly result: 'negative' | 'positive' | 'inconclusive'
  readonly symptoms: string | null
  readonly symptoms_onset: string | null
  readonly withdrawn_at: Date | null
}

const sitesWithNews = (database: Sql): Promise<SiteWithNews[]> =>
  database<SiteWithNews[]>`
    -- across sites: chains with news, a page at a time
    select head.site_id, coalesce(cursor.sequence, 0)::text as seen, head.sequence::text as last,
      site.postal_code
    from audit_head head
    left join feed_cursor cursor on cursor.site_id = head.site_id
    left join site on site.id = head.site_id
    where head.sequence > coalesce(cursor.sequence, 0)
    order by head.site_id limit ${sitesAtOnce}`

const sexOf = ({ sex }: Person): string => (sex === 'F' ? 'f' : sex === 'M' ? 'h' : 'u')

export interface Collector {
  /** Follows every chain to its end. @returns how many acts were followed; null: another process is at it */
  collect(stopping: AbortSignal): Promise<number | null>
}

export const makeCollector = (platform: FeedPlatform, keys: PseudonymKeys): Collector => {
  const { database, vault, clock, configuration, log } = platform
  const unreadable = platform.metrics.counter(
    'sidep_feeds_unreadable_total',
    'Screenings past their time that no feed was told of',
  )
  const failures = platform.metrics.counter(
    'sidep_feeds_collecting_failures_total',
    'Chains that could not be followed for the feeds; they are followed again',
  )

  const recordOf = async (row: ScreeningRow, postalCode: string | null) => {
    const { person } = openScreening(vault, row, row.site_id, row.id)
    const day = dayIn(row.sampled_at, timeZoneOf(postalCode))
    return {
      site_id: row.site_id,
      screening_id: row.id,
      recorded_at: row.recorded_at,
      pseudonym: pseudonymOf(await keys.keyOf(day), person),
      day,
      kind: row.kind,
      disease: row.disease,
      result: row.result,
      sex: sexOf(person),
      age_class: ageClassOf(person.birthDate, day),
      department:
        departmentOfPostalCode(person.postalCode ?? '') ??
        departmentOfPostalCode(postalCode ?? '') ??
        '',
      symptoms: row.symptoms,
      symptoms_onset: row.symptoms_onset,
      withdrawn: row.withdrawn_at !== null,
    }
  }

  /** What a chain's acts were about: each screening by the last of them. */
  const tellingOf = (acts: readonly ToldAct[]): ReadonlyMap<string, ToldAct> =>
    new Map(
      acts.flatMap((act) =>
        act.screening_id === null || isProbeSite(configuration, act.site_id)
          ? []
          : [[`${act.site_id}|${act.screening_id}`, act] as const],
      ),
    )

  const put = async (
    sql: TransactionSql,
    sites: readonly SiteWithNews[],
    told: ReadonlyMap<string, ToldAct>,
  ): Promise<void> => {
    const wanted = [...told.values()]
    const keysOfWanted = [
      wanted.map(({ site_id }) => site_id).join(','),
      wanted.map(({ screening_id }) => screening_id).join(','),
    ] as const
    const rows = await sql<ScreeningRow[]>`
      -- across sites: screenings of the acts of a page
      select now.site_id, now.id, now.kind, now.disease, now.sampled_at, now.recorded_at, now.result, now.key_id,
        now.sealed, now.corrections, now.withdrawn_at, entered.symptoms, entered.symptoms_onset::text
      from unnest(string_to_array(${keysOfWanted[0]}, ','), string_to_array(${keysOfWanted[1]}, ',')::uuid[])
        as wanted (site_id, id)
      join current_screening now on now.site_id = wanted.site_id and now.id = wanted.id
      join screening entered on entered.site_id = now.site_id and entered.id = now.id
      where now.state = 'final' and now.erased_at is null`
    // Another process may have made a key.
    if (rows.some(({ key_id }) => !vault.holds(key_id))) await vault.refresh()
    const readable = rows.filter(({ key_id }) => vault.holds(key_id))
    unreadable.increment({}, rows.length - readable.length)
    if (readable.length === 0) return

    const postalCodes = new Map(sites.map(({ site_id, postal_code }) => [site_id, postal_code]))
    const now = clock.now()
    const records = []
    const items = []
    for (const row of readable) {
      const record = await recordOf(row, postalCodes.get(row.site_id) ?? null)
      const act = told.get(`${row.site_id}|${row.id}`)
      if (act === undefined) continue
      records.push(record)
      const { site_id, screening_id, withdrawn } = record
      const of = { site_id, screening_id, sequence: act.sequence, since: act.at }
      const isCase = row.result === 'positive' && row.disease === defaultDisease && !withdrawn
      items.push({ ...of, feed: 'surveillance', due_at: nextDaily(now), is_new: !withdrawn })
      // What has just begun and is no case was never told of.
      if (isCase || !act.is_first)
        items.push({ ...of, feed: 'tracing', due_at: now, is_new: isCase })
    }
    // Both days are counted anew when a sample turns out to be of another one. A day that is due already is locked: else it
    // could be counted, and taken off the list, before what is put here can be seen.
    await sql`
      -- across sites: records of the acts of a page
      with given as materialized (
        select * from jsonb_populate_recordset(null::feed_record, ${JSON.stringify(records)}::text::jsonb)
      ), due as (
        insert into open_data_due (day, since)
        select day, ${now}::timestamptz from (
          select day from given
          union
          select held.day from given join feed_record held using (site_id, screening_id)
        ) as days order by day
        on conflict (day) do update set since = open_data_due.since
      )
      insert into feed_record select * from given
      on conflict (site_id, screening_id) do update set pseudonym = excluded.pseudonym, day = excluded.day,
        result = excluded.result, sex = excluded.sex, age_class = excluded.age_class,
        department = excluded.department, withdrawn = excluded.withdrawn`
    // Somebody who was told of it is told what became of it; nobody is told that there was nothing.
    await sql`
      -- across sites: items of the acts of a page
      insert into feed_item as held (site_id, feed, screening_id, sequence, since, due_at)
      select given.site_id, given.feed, given.screening_id, given.sequence, given.since, given.due_at
      from jsonb_to_recordset(${JSON.stringify(items)}::text::jsonb) as given (
        site_id text, feed text, screening_id uuid, sequence bigint, since timestamptz, due_at timestamptz, is_new boolean)
      where given.is_new or exists (
        select from feed_item known where known.site_id = given.site_id and known.feed = given.feed
          and known.screening_id = given.screening_id)
      on conflict (site_id, feed, screening_id) do update set sequence = excluded.sequence,
        since = case when held.done_at is null and held.failed_at is null then held.since else excluded.since end,
        due_at = excluded.due_at, attempts = 0, claimed_until = null, done_at = null, failed_at = null`
  }

  /** Follows chains, each for some of its acts: one transaction. */
  const follow = (sites: readonly SiteWithNews[]): Promise<number> =>
    database.begin(async (sql) => {
      const acts = await sql<ToldAct[]>`
        -- across sites: acts after each cursor of a page
        select news.site_id, act.sequence::text, act.at,
          case when act.act in ${sql([...tellingActs])} then split_part(act.subject, ' ', 1) end as screening_id,
          act.act = 'screening.recorded' as is_first
        from unnest(
          string_to_array(${sites.map(({ site_id }) => site_id).join(',')}, ','),
          string_to_array(${sites.map(({ seen }) => seen).join(',')}, ',')::bigint[]
        ) as news (site_id, seen)
        cross join lateral (
          select sequence, at, act, subject from audit
          where audit.site_id = news.site_id and audit.sequence > news.seen
          order by sequence limit ${actsAtOnce}
        ) as act
        order by news.site_id, act.sequence`
      const told = tellingOf(acts)
      if (told.size > 0) await put(sql, sites, told)
      const followed = new Map(acts.map(({ site_id, sequence }) => [site_id, sequence]))
      // Acts that are past their time are gone; the chain goes on.
      const cursors = sites.map(({ site_id, last }) => ({
        site_id,
        sequence: followed.get(site_id) ?? last,
      }))
      await sql`
        -- across sites: cursors of a page
        insert into feed_cursor (site_id, sequence)
        select * from jsonb_to_recordset(${JSON.stringify(cursors)}::text::jsonb) as given (site_id text, sequence bigint)
        on conflict (site_id) do update set sequence = excluded.sequence`
      return acts.length
    })

  /** Many together, for what a transaction costs; each by itself once one of them fails. */
  const followSome = async (
    sites: readonly SiteWithNews[],
    failed: (site: SiteWithNews, error: unknown) => void,
  ): Promise<number> => {
    try {
      return await follow(sites)
    } catch (error) {
      const [only, ...others] = sites
      if (only !== undefined && others.length === 0) {
        failed(only, error)
        return 0
      }
      let followed = 0
      for (const site of sites) followed += await followSome([site], failed)
      return followed
    }
  }

  const followAll = async (stopping: AbortSignal): Promise<number> => {
    const stuck = new Set<string>()
    let followed = 0
    while (!stopping.aborted) {
      const sites = (await sitesWithNews(database)).filter(({ site_id }) => !stuck.has(site_id))
      if (sites.length === 0) break
      for (let first = 0; first < sites.length && !stopping.aborted; first += sitesInOne) {
        followed += await followSome(sites.slice(first, first + sitesInOne), (site, error) => {
          stuck.add(site.site_id)
          failures.increment()
          const code = error instanceof VaultError ? error.code : 'FEED_CHAIN_NOT_FOLLOWED'
          log.error({ code, chain: site.site_id, name: errorName(error) }, 'followed again later')
        })
      }
    }
    return followed
  }

  return {
    async collect(stopping) {
      return whenAlone(database, locks.feeds, () => followAll(stopping))
    },
  }
}
