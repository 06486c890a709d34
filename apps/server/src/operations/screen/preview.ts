/** What an act would touch, counted before it is done, without probes. Rare looks across sites, by somebody of operations. */
import type { NoticeExtent, OperationsFigures, Preview, PreviewInput } from '@sidep/contracts'
import type { Platform, Sql } from '../../platform/context.ts'
import { Problem } from '../../platform/problems.ts'
import type { ScreenActs } from './screen-acts.ts'

/** An instant of the past, as RFC 3339 has it. @throws Problem REQUEST_INVALID */
export const instantOf = (text: string, now: Date): Date => {
  const instant = new Date(text)
  if (!/(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(instant.getTime()) || instant > now)
    throw new Problem('REQUEST_INVALID', {
      faults: [{ pointer: '/since', code: 'MALFORMED' }],
    })
  return instant
}

const ofDoor = async (
  database: Sql,
  probeSites: readonly string[],
  door: string,
  now: Date,
): Promise<Preview> => {
  const [row] = await database<{ sessions: number; sites: number }[]>`
    -- across sites: how many an act would concern
    select count(*)::int as sessions, count(distinct site_id)::int as sites from listed_session
    where ends_at > ${now} and door = ${door} and coalesce(site_id, '') <> all(${[...probeSites]}::text[])`
  return { sessions: row?.sessions ?? 0, sites: row?.sites ?? 0, isUndoable: true }
}

const ofSuspension = async (database: Sql, professional: string, now: Date): Promise<Preview> => {
  const [row] = await database<{ sessions: number; sites: number; booklets: number }[]>`
    select (select count(*)::int from listed_session where person_id = ${professional} and ends_at > ${now}) as sessions,
      (select count(*)::int from professional_site
        where professional_id = ${professional} and deactivated_at is null) as sites,
      (select count(*)::int from booklet where professional_id = ${professional} and expires_at > ${now}) as booklets`
  return {
    sessions: row?.sessions ?? 0,
    sites: row?.sites ?? 0,
    booklets: row?.booklets ?? 0,
    isUndoable: true,
  }
}

const ofPapers = async (
  database: Sql,
  papers: 'booklets' | 'slips',
  site: string,
  now: Date,
): Promise<Preview> => {
  const [row] =
    papers === 'booklets'
      ? await database<{ count: number }[]>`
          select count(*)::int as count from booklet where site_id = ${site} and expires_at > ${now}`
      : await database<{ count: number }[]>`
          select count(*)::int as count from slip where site_id = ${site} and cancelled_at is null
            and reconciled_at is null and screening_id is null and expires_at > ${now}`
  return { sites: 1, [papers]: row?.count ?? 0, isUndoable: false }
}

/** Papers that are out at the sites of a notice: those that it keeps good after their own time. */
const ofNotice = async (
  database: Sql,
  probeSites: readonly string[],
  { accepts, sites }: NoticeExtent,
  now: Date,
): Promise<Preview> => {
  const [row] = await database<{ sites: number; slips: number; booklets: number }[]>`
    -- across sites: what a notice keeps good
    with papers as (
      select site_id, 'slip' as kind from slip where ${accepts.includes('slip')} and cancelled_at is null
        and reconciled_at is null and screening_id is null
      union all
      select site_id, 'booklet' from booklet where ${accepts.includes('provisional')} and expires_at > ${now}
    )
    select count(distinct site_id)::int as sites, count(*) filter (where kind = 'slip')::int as slips,
      count(*) filter (where kind = 'booklet')::int as booklets
    from papers where site_id <> all(${[...probeSites]}::text[]) and (${sites.length === 0}
      or exists (select from unnest(${[...sites]}::text[]) as prefix where starts_with(site_id, prefix)))`
  return {
    sites: row?.sites ?? 0,
    ...(accepts.includes('slip') && { slips: row?.slips ?? 0 }),
    ...(accepts.includes('provisional') && { booklets: row?.booklets ?? 0 }),
    isUndoable: true,
  }
}

export const previewOf = async (
  { database, clock, configuration }: Pick<Platform, 'database' | 'clock' | 'configuration'>,
  acts: Pick<ScreenActs, 'revoke'> & { readonly feeds: () => Promise<OperationsFigures['feeds']> },
  input: PreviewInput,
): Promise<Preview> => {
  const now = clock.now()
  const { probeSites } = configuration
  switch (input.of) {
    case 'door':
      return ofDoor(database, probeSites, input.door, now)
    case 'feed': {
      const feed = (await acts.feeds()).find(({ name }) => name === input.feed)
      return { messages: (feed?.waiting ?? 0) + (feed?.deadLetters ?? 0), isUndoable: true }
    }
    case 'suspension':
      return ofSuspension(database, input.professional, now)
    case 'withdrawal':
      return ofPapers(database, input.papers, input.site, now)
    case 'notice':
      return ofNotice(database, probeSites, input, now)
    case 'revocation': {
      const since = instantOf(input.since, now)
      const { certificates, sites } = await acts.revoke(input.professional, since, null)
      // A certificate is of one test of one person.
      return {
        certificates,
        people: certificates,
        sites: Object.keys(sites).length,
        isUndoable: false,
      }
    }
  }
}
