/**
 * Follows the chains of the sites, and puts down what others have to be told.
 *
 * Invariants
 * - Nothing is missed: numbers of a site's chain are given under a lock that is held until the commit, so that they become
 *   visible in their order and without gaps. A cursor over them sees whatever committed late, unlike one over times or over a
 *   sequence of the database.
 * - What an act means for the feeds and how far the chain was followed are one transaction: killed in between, it is done
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
const actsAtOnce = 300

interface SiteWithNews {
  readonly site_id: string
  readonly seen: string
  /** Last of the chain. */
  readonly last: string
  readonly postal_code: string | null
}

interface ToldAct {
  readonly sequence: string
  readonly at: Date
  readonly screening_id: string | null
}

interface ScreeningRow extends SealedScreeningRow {
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

  const recordOf = async (siteId: string, row: ScreeningRow, postalCode: string | null) => {
    const { person } = openScreening(vault, row, siteId, row.id)
    const day = dayIn(row.sampled_at, timeZoneOf(postalCode))
    return {
      site_id: siteId,
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

  const put = async (
    sql: TransactionSql,
    { site_id: siteId, postal_code: postalCode }: SiteWithNews,
    row: ScreeningRow,
    act: ToldAct,
  ): Promise<void> => {
    const record = await recordOf(siteId, row, postalCode)
    const [before] = await sql<{ day: string }[]>`
      select day::text from feed_record where site_id = ${siteId} and screening_id = ${row.id}`
    await sql`
      insert into feed_record ${sql(record)}
      on conflict (site_id, screening_id) do update set pseudonym = excluded.pseudonym, day = excluded.day,
        result = excluded.result, sex = excluded.sex, age_class = excluded.age_class,
        department = excluded.department, withdrawn = excluded.withdrawn`
    const now = clock.now()
    const isCase = row.result === 'positive' && row.disease === defaultDisease && !record.withdrawn
    const items = [
      { feed: 'surveillance', due_at: nextDaily(now), isNew: !record.withdrawn },
      { feed: 'tracing', due_at: now, isNew: isCase },
    ]
    for (const { feed, due_at, isNew } of items) {
      // Somebody who was told of it is told what became of it; nobody is told that there was nothing.
      await sql`
        insert into feed_item as held (site_id, feed, screening_id, sequence, since, due_at)
        select ${siteId}::text, ${feed}::text, ${row.id}::uuid, ${act.sequence}::bigint, ${act.at}::timestamptz,
          ${due_at}::timestamptz
        where ${isNew}::boolean or exists (
          select from feed_item where site_id = ${siteId} and feed = ${feed} and screening_id = ${row.id})
        on conflict (site_id, feed, screening_id) do update set sequence = excluded.sequence,
          since = case when held.done_at is null and held.failed_at is null then held.since else excluded.since end,
          due_at = excluded.due_at, attempts = 0, claimed_until = null, done_at = null, failed_at = null`
    }
    // A day that is due already is locked: else it could be counted, and taken off the list, before this can be seen.
    for (const day of new Set([record.day, ...(before === undefined ? [] : [before.day])])) {
      await sql`
        insert into open_data_due (day, since) values (${day}::text::date, ${now}) on conflict (day) do update set since = open_data_due.since`
    }
  }

  const follow = (site: SiteWithNews): Promise<number> =>
    database.begin(async (sql) => {
      const siteId = site.site_id
      const acts = await sql<ToldAct[]>`
        select sequence::text, at,
          case when act in ${sql([...tellingActs])} then split_part(subject, ' ', 1) end as screening_id
        from audit where site_id = ${siteId} and sequence > ${site.seen}
        order by sequence limit ${actsAtOnce}`
      // Acts that are past their time are gone; the chain goes on.
      const last = acts.at(-1)?.sequence ?? site.last
      const told = new Map(
        acts.flatMap((act) =>
          act.screening_id === null ? [] : [[act.screening_id, act] as const],
        ),
      )
      if (told.size > 0 && !isProbeSite(configuration, siteId)) {
        const rows = await sql<ScreeningRow[]>`
          select now.id, now.kind, now.disease, now.sampled_at, now.recorded_at, now.result, now.key_id, now.sealed,
            now.corrections, now.withdrawn_at, entered.symptoms, entered.symptoms_onset::text
          from current_screening now
          join screening entered on entered.site_id = now.site_id and entered.id = now.id
          where now.site_id = ${siteId} and now.id = any(${[...told.keys()]}::uuid[])
            and now.state = 'final' and now.erased_at is null`
        for (const row of rows) {
          const act = told.get(row.id)
          if (act === undefined) continue
          // Another process may have made the key.
          if (!vault.holds(row.key_id)) await vault.refresh()
          if (!vault.holds(row.key_id)) unreadable.increment()
          else await put(sql, site, row, act)
        }
      }
      await sql`
        insert into feed_cursor as held (site_id, sequence) values (${siteId}, ${last})
        on conflict (site_id) do update set sequence = excluded.sequence`
      return acts.length
    })

  const followAll = async (stopping: AbortSignal): Promise<number> => {
    const stuck = new Set<string>()
    let followed = 0
    while (!stopping.aborted) {
      const sites = (await sitesWithNews(database)).filter(({ site_id }) => !stuck.has(site_id))
      if (sites.length === 0) break
      for (const site of sites) {
        if (stopping.aborted) break
        try {
          followed += await follow(site)
        } catch (error) {
          stuck.add(site.site_id)
          failures.increment()
          const code = error instanceof VaultError ? error.code : 'FEED_CHAIN_NOT_FOLLOWED'
          log.error({ code, chain: site.site_id, name: nameOf(error) }, 'followed again later')
        }
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

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
