/** What receivers of the feeds have, against what the database has of the screenings themselves: nothing missing, nothing else, nothing twice. */
import type { FeedReceiver } from '@sidep/dev'
import { regions } from '@sidep/server/feeds/open-data/geography.ts'
import type { Sql } from 'postgres'

export interface FeedsJudgement {
  /** Cases and records that are true now and that the receiver does not have as true; and those that it has and that are not. */
  readonly missing: Readonly<Record<'tracing' | 'surveillance', number>>
  readonly needless: Readonly<Record<'tracing' | 'surveillance', number>>
  /** Events that came, each once by its id, and those that came again under it. */
  readonly events: Readonly<Record<'tracing' | 'surveillance', number>>
  readonly cameAgain: Readonly<Record<'tracing' | 'surveillance', number>>
}

interface Stored {
  readonly site_id: string
  readonly recorded_at: Date
  readonly sampled_at: Date
  readonly kind: string
  readonly result: string
}

const storedScreenings = (sql: Sql): Promise<Stored[]> =>
  sql<Stored[]>`
    -- across sites: everything that a drill entered
    select site_id, recorded_at, sampled_at, kind, result from current_screening
    where state = 'final' and withdrawn_at is null`

const counted = (keys: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** How many of the first are not among the second. */
const without = (some: readonly string[], others: readonly string[]): number => {
  const left = counted(others)
  let missing = 0
  for (const [key, count] of counted(some)) missing += Math.max(0, count - (left.get(key) ?? 0))
  return missing
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What is true at a receiver, as something that the database can say too. */
const toldOf = (receiver: FeedReceiver) => {
  const current = (feed: 'tracing' | 'surveillance', type: string) =>
    [...receiver.current(feed).values()].filter((event) => event.type === type)
  return {
    tracing: current('tracing', 'sidep.tracing.case').map(({ data }) => {
      const { site, recordedAt, sampledAt } = data
      const id = typeof site === 'object' && site !== null && 'id' in site ? textOf(site.id) : ''
      return [id, textOf(recordedAt), textOf(sampledAt)].join(' ')
    }),
    surveillance: current('surveillance', 'sidep.surveillance.record').map(({ data }) =>
      [textOf(data.kind), textOf(data.result)].join(' '),
    ),
  }
}

export const judgeFeeds = async (sql: Sql, receiver: FeedReceiver): Promise<FeedsJudgement> => {
  const stored = await storedScreenings(sql)
  const expected = {
    tracing: stored
      .filter(({ result }) => result === 'positive')
      .map(({ site_id, recorded_at, sampled_at }) =>
        [site_id, recorded_at.toISOString(), sampled_at.toISOString()].join(' '),
      ),
    surveillance: stored.map(({ kind, result }) => `${kind} ${result}`),
  }
  const told = toldOf(receiver)
  const both = <T>(of: (feed: 'tracing' | 'surveillance') => T) => ({
    tracing: of('tracing'),
    surveillance: of('surveillance'),
  })
  return {
    missing: both((feed) => without(expected[feed], told[feed])),
    needless: both((feed) => without(told[feed], expected[feed])),
    events: both((feed) => receiver.events(feed).length),
    cameAgain: both((feed) => receiver.duplicates(feed)),
  }
}

/** @returns null: all, those too that are nowhere */
const departmentsOf = (level: 'fra' | 'reg' | 'dep', code: string): readonly string[] | null => {
  if (level === 'fra') return null
  if (level === 'dep') return [code]
  return regions.find((region) => region.code === code)?.departments ?? []
}

export interface OpenDataJudgement {
  /** Numbers that are shown, and those of them that are not what is counted in the screenings. */
  readonly shown: number
  readonly wrong: number
}

/**
 * The open series of a day against people counted in the screenings, by the hash that finds a person at a site: another way than
 * the publisher's, which counts pseudonyms of the records of surveillance. That hash knows the first given name alone, a pseudonym all
 * of them; a correction of a drill adds one, always the same: whoever was put right is somebody else.
 */
export const judgeOpenData = async (
  sql: Sql,
  receiver: FeedReceiver,
  day: string,
): Promise<OpenDataJudgement> => {
  const people = await sql<{ department: string; tested: number; positive: number }[]>`
    -- across sites: everybody whom a drill entered
    select coalesce(department, '') as department, count(*)::int as tested, sum(positive)::int as positive from (
      select t.department, max((s.result = 'positive')::int) as positive
      from current_screening s left join site t on t.id = s.site_id
      where s.state = 'final' and s.withdrawn_at is null and s.result <> 'inconclusive'
      group by t.department, s.person_hash, s.corrections > 0) as person
    group by 1`
  const of = (within: readonly string[] | null, what: 'tested' | 'positive'): number =>
    people
      .filter(({ department }) => within === null || within.includes(department))
      .reduce((sum, one) => sum + one[what], 0)
  let shown = 0
  let wrong = 0
  for (const level of ['fra', 'reg', 'dep'] as const) {
    const text = receiver.files().get(`sp-pos-quot-${level}.csv`) ?? ''
    const [head = '', ...lines] = text.trim().split('\n')
    const columns = head.split(';')
    for (const line of lines) {
      const values = new Map(line.split(';').map((value, index) => [columns[index] ?? '', value]))
      if (values.get('jour') !== day || values.get('cl_age90') !== '0') continue
      const within = departmentsOf(level, values.get(level) ?? '')
      for (const [column, what] of [
        ['T', 'tested'],
        ['P', 'positive'],
      ] as const) {
        const value = values.get(column) ?? ''
        if (value === '') continue
        shown += 1
        if (Number(value) !== of(within, what)) wrong += 1
      }
    }
  }
  return { shown, wrong }
}
