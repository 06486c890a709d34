/** What receivers of the feeds have, against what the database has of the screenings themselves: nothing missing, nothing else, nothing twice. */
import type { FeedReceiver } from '@sidep/dev'
import { allAges } from '@sidep/server/feeds/open-data/age-classes.ts'
import type { Published } from '@sidep/server/feeds/open-data/attack.ts'
import {
  type CountedPeople,
  type DayCounts,
  makeDayCounts,
} from '@sidep/server/feeds/open-data/day-counts.ts'
import { nowhere, regions } from '@sidep/server/feeds/open-data/geography.ts'
import { cellsOf, recoveredCells } from '@sidep/server/feeds/open-data/recovered-cells.ts'
import { cellKey, cellMin, franceOf } from '@sidep/server/feeds/open-data/shown-cells.ts'
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

/** Everything that was published of a day, by file, line and column. */
const fieldsOf = (files: ReadonlyMap<string, string>, day: string) =>
  (['fra', 'reg', 'dep'] as const).flatMap((level) => {
    const [head = '', ...lines] = (files.get(`sp-pos-quot-${level}.csv`) ?? '').trim().split('\n')
    const columns = head.split(';')
    return lines.flatMap((line) => {
      const values = line.split(';')
      const named = new Map(columns.map((column, index) => [column, values[index] ?? '']))
      if (named.get('jour') !== day) return []
      return columns
        .filter((column) => /^[PT](_[fh])?$/.test(column))
        .map((column) => ({
          level,
          area: named.get(level) ?? '',
          ageClass: named.get('cl_age90') ?? '',
          column,
          value: named.get(column) ?? '',
        }))
    })
  })

export interface Attacked {
  /** Cells of fewer than eleven people, tested or positive, that the files have a place for and do not show. */
  readonly hiddenSmall: number
  /** Cells of fewer than eleven that are found out by subtracting what is published, by name. */
  readonly recovered: readonly string[]
}

const france = franceOf(regions)
const areaKey = { fra: '', reg: 'R', dep: 'D' } as const

/** Subtracts all published tables of a day from one another, as somebody does who has nothing but the files. */
export const attackFiles = (
  files: ReadonlyMap<string, string>,
  day: string,
  counts: DayCounts,
): Attacked => {
  const cells = cellsOf(france, counts)
  const membersOf = new Map(cells.map(({ key, members }) => [key, members]))
  const shown = { T: new Set<string>(), P: new Set<string>() }
  const published: { readonly T: Published[]; readonly P: Published[] } = { T: [], P: [] }
  for (const { level, area, ageClass, column, value } of fieldsOf(files, day)) {
    if (value === '') continue
    const [of, sex] = [column.slice(0, 1) as 'P' | 'T', column.slice(2) as '' | 'f' | 'h']
    const key = cellKey(`${areaKey[level]}${area}`, ageClass, sex)
    const members = membersOf.get(key)
    if (members === undefined) throw new Error(`a published number of nowhere: ${key}`)
    shown[of].add(key)
    published[of].push({ members, value: Number(value) })
  }
  const hidden = (of: 'T' | 'P', small: (cell: (typeof cells)[number]) => boolean): number =>
    cells.filter((cell) => small(cell) && !shown[of].has(cell.key)).length
  return {
    hiddenSmall:
      hidden('T', ({ tested }) => tested > 0 && tested < cellMin) +
      hidden('P', ({ positive }) => positive > 0 && positive < cellMin),
    recovered: recoveredCells(france, cells, published.T, published.P),
  }
}

/** People of a day by département, age and sex, each once, positive where one of their tests was. */
const countPeople = async (sql: Sql, day: string): Promise<DayCounts> => {
  const known = new Set(france.departments)
  const people = await sql<CountedPeople[]>`
    -- across sites: everybody whom a drill entered
    select department, age_class as "ageClass", sex, sum(positive)::int as positive, sum(1 - positive)::int as negative from (
      select pseudonym, min(department) as department, min(age_class) as age_class, min(sex) as sex,
        max((result = 'positive')::int) as positive
      from feed_record where day = ${day}::text::date and not withdrawn and result in ('negative', 'positive')
      group by pseudonym) as person
    group by 1, 2, 3`
  return makeDayCounts(
    people.map((cell) => (known.has(cell.department) ? cell : { ...cell, department: nowhere })),
  )
}

export interface OpenDataJudgement extends Attacked {
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
  for (const { level, area, ageClass, column, value } of fieldsOf(receiver.files(), day)) {
    if (ageClass !== allAges || value === '' || column.includes('_')) continue
    shown += 1
    const what = column === 'T' ? 'tested' : 'positive'
    if (Number(value) !== of(departmentsOf(level, area), what)) wrong += 1
  }
  const attacked = attackFiles(receiver.files(), day, await countPeople(sql, day))
  return { shown, wrong, ...attacked }
}
