/**
 * The open series, counted each night from the records of surveillance, and taken to whoever publishes it.
 *
 * Invariants
 * - A day is counted first when it is three days old, and again when a screening of it changed since; one transaction takes
 *   the day off the list and counts it, so that a change during the count has it counted once more.
 * - What a version of a day has hidden stays hidden in the next ones (`shown-cells.ts`).
 * - A day whose people are beginning to be forgotten is counted no more: it stays as it was.
 * - The receiver's files are those of the newest release, put under the same names: the same twice is the same.
 */
import { defaultDisease } from '@sidep/contracts'
import { dayIn, dayMilliseconds } from '@sidep/time'
import { type RetryPolicy, retryDelayMilliseconds } from '../../platform/backoff.ts'
import { uniform } from '../../platform/clock.ts'
import type { Sql } from '../../platform/context.ts'
import type { FeedPlatform } from '../collect.ts'
import { feedZone, nextDaily } from '../feed-names.ts'
import { isPaused, noteFailure, noteTaken } from '../feed-state.ts'
import type { Receiver } from '../receiver.ts'
import { type CountedPeople, makeDayCounts } from './day-counts.ts'
import { digestOfFiles, type OpenFile, openFiles, type PublishedDay } from './files.ts'
import { nowhere, regions } from './geography.ts'
import type { Population } from './population.ts'
import { franceOf, numbersOf, type ShownDay, shownOfDay } from './shown-cells.ts'

/** By then laboratories and those who type papers have brought in almost everything: what is hidden stays so. */
export const settledDays = 3

const awayPolicy: RetryPolicy = {
  triesMax: Number.POSITIVE_INFINITY,
  firstDelayMilliseconds: 5_000,
  delayMillisecondsMax: 10 * 60_000,
}

const france = franceOf(regions)
const knownDepartments = new Set(france.departments)

const shownBefore = ({ tested, positive }: PublishedDay): ShownDay => ({
  tested: new Set(Object.keys(tested)),
  positive: new Set(Object.keys(positive)),
})

export const readPublishedDays = (database: Sql): Promise<PublishedDay[]> =>
  database<PublishedDay[]>`
    select day::text, version, tested, positive, counted_at from open_data_day order by day`

/** Everybody once, positive where one of their tests of the day was. */
const countPeople = (sql: Pick<Sql, 'unsafe'>, day: string): Promise<CountedPeople[]> =>
  sql.unsafe<CountedPeople[]>(
    `
      -- across sites: the counts of a day
      with person as (
      select distinct on (pseudonym) department, age_class, sex, result from feed_record
      where day = $1::date and not withdrawn and disease = $2 and result in ('negative', 'positive')
      order by pseudonym, result desc, recorded_at, site_id, screening_id
    )
    select department, age_class as "ageClass", sex,
      count(*) filter (where result = 'positive')::int as positive,
      count(*) filter (where result = 'negative')::int as negative
    from person group by 1, 2, 3`,
    [day, defaultDisease],
  )

/** Those of places that the series does not know are of nowhere; so that none is there twice, they are added up. */
const placed = (people: readonly CountedPeople[]): CountedPeople[] =>
  people.map((cell) =>
    knownDepartments.has(cell.department) ? cell : { ...cell, department: nowhere },
  )

const countDay = (database: Sql, day: string, now: Date): Promise<void> =>
  database.begin(async (sql) => {
    const taken = await sql`delete from open_data_due where day = ${day}::text::date`
    if (taken.count === 0) return
    const counts = makeDayCounts(placed(await countPeople(sql, day)))
    const [before] = await sql<PublishedDay[]>`
      select day::text, version, tested, positive, counted_at from open_data_day where day = ${day}::text::date`
    const shown = shownOfDay(counts, france, before === undefined ? null : shownBefore(before))
    const { tested, positive } = numbersOf(counts, france, shown)
    const isSame =
      before !== undefined &&
      JSON.stringify(
        [before.tested, before.positive].map((cells) => Object.entries(cells).sort()),
      ) === JSON.stringify([tested, positive].map((cells) => Object.entries(cells).sort()))
    if (isSame) return
    await sql`
      insert into open_data_day (day, version, tested, positive, counted_at)
      values (${day}::text::date, ${(before?.version ?? 0) + 1}, ${sql.json(tested)}, ${sql.json(positive)}, ${now})
      on conflict (day) do update set version = excluded.version, tested = excluded.tested,
        positive = excluded.positive, counted_at = excluded.counted_at`
  })

interface Release {
  readonly number: number
  readonly made_at: Date
  readonly digest: string
  readonly attempts: number
  readonly due_at: Date
  readonly taken_digest: string | null
}

export interface Publisher {
  /** Counts what is due, once a night, and takes the files to the receiver. @returns whether anything was done */
  runOnce(): Promise<boolean>
}

/** @param receiver null: the portal shows the files itself, and takes them nowhere */
export const makePublisher = (
  platform: FeedPlatform,
  receiver: Receiver | null,
  population: Population,
): Publisher => {
  const { database, clock, configuration, randomBytes } = platform

  const release = async (): Promise<Release | undefined> => {
    const [row] = await database<Release[]>`
      select number, made_at, digest, attempts, due_at, taken_digest from open_data_release`
    return row
  }

  const count = async (now: Date): Promise<void> => {
    const until = dayIn(new Date(now.getTime() - settledDays * dayMilliseconds), feedZone)
    // A screening is forgotten so many days after it was recorded, which is no sooner than its sample.
    const keptFrom = new Date(
      now.getTime() - (configuration.retention.identifyingDays - 1) * dayMilliseconds,
    )
    const from = dayIn(keptFrom, feedZone)
    await database`delete from open_data_due where day < ${from}::text::date`
    const due = await database<{ day: string }[]>`
      select day::text from open_data_due where day <= ${until}::text::date order by day`
    for (const { day } of due) await countDay(database, day, now)
    const digest = digestOfFiles(openFiles(await readPublishedDays(database), population))
    await database`
      insert into open_data_release as held (number, made_at, digest, due_at) values (1, ${now}, ${digest}, ${now})
      on conflict (only_row) do update set made_at = excluded.made_at, digest = excluded.digest, attempts = 0,
        due_at = excluded.due_at, number = held.number + (held.digest <> excluded.digest)::int`
  }

  const deliver = async ({ digest, attempts }: Release, to: Receiver): Promise<void> => {
    const files: readonly OpenFile[] = openFiles(await readPublishedDays(database), population)
    if (digestOfFiles(files) !== digest) return
    for (const { name, content, type } of files) {
      const code = await to.put(name, content, type)
      const now = clock.now()
      if (code === null) continue
      const delay = retryDelayMilliseconds(awayPolicy, attempts + 1, uniform(randomBytes))
      await database`
        update open_data_release set attempts = attempts + 1, due_at = ${new Date(now.getTime() + delay)}
        where digest = ${digest}`
      return noteFailure(database, 'open-data', code, now)
    }
    await database`
      update open_data_release set taken_digest = ${digest}, taken_at = ${clock.now()} where digest = ${digest}`
    await noteTaken(database, 'open-data', clock.now())
  }

  return {
    async runOnce() {
      if (await isPaused(database, 'open-data')) return false
      const now = clock.now()
      const last = await release()
      const isDue = last === undefined || nextDaily(last.made_at) <= now
      if (isDue) await count(now)
      const newest = await release()
      if (newest === undefined || newest.taken_digest === newest.digest) return isDue
      if (receiver === null) {
        await database`update open_data_release set taken_digest = digest, taken_at = ${now}`
        return true
      }
      if (newest.due_at > now) return isDue
      await deliver(newest, receiver)
      return true
    },
  }
}
