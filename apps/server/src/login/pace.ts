/**
 * How fast screenings come in under one name, and asking for a sign-in when they come too fast.
 *
 * Invariants
 * - A screening waits for none of it: it is counted in memory, and asked about from memory.
 * - Processes sum what is many every few seconds, in one statement; what is few in each of them cannot be too many.
 * - Nothing is refused for good: who signs in again goes on, and what was typed meanwhile waits at its counter.
 * - Each time it is a flag, with the screening that was one too many.
 */
import type { Actor, SiteActor } from '../platform/actor.ts'
import type { Platform, Sql } from '../platform/context.ts'
import { Problem } from '../platform/problems.ts'

export interface Pace {
  /** @throws Problem FRESH_SIGN_IN_REQUIRED when a later sign-in than the actor's is asked for */
  check(actor: Pick<Actor, 'professionalId' | 'signedInAt'>): void
  /** One more was recorded under the actor's professional, by whoever is at the keyboard. */
  count(actor: SiteActor, screeningId: string): void
  /** Sums with the other processes, now. */
  sum(): Promise<void>
  start(): void
  stop(): Promise<void>
}

export interface PaceOptions {
  readonly platform: Pick<Platform, 'database' | 'clock' | 'configuration' | 'log' | 'randomBytes'>
  /** Told the code of each flag. */
  readonly onFlags: (codes: readonly string[]) => void
  /** Time between sums, milliseconds. */
  readonly everyMilliseconds?: number
}

const everyMillisecondsDefault = 10_000
const hourMilliseconds = 3_600_000
/** What is fewer than this share in a process is not summed: with as many processes it is still not too many. */
const summedShare = 1 / 16
/** Hours kept in the database. */
const keptHours = 2

interface Entry {
  own: number
  /** Of these, what the database has. */
  told: number
  others: number
  /** How many times they were too many. */
  step: number
  askedAt: Date | null
  last: { readonly actor: SiteActor; readonly screeningId: string } | null
}

interface SumRow {
  readonly id: string
  readonly screenings: number
  readonly step: number
  readonly askedAt: Date | null
  readonly askedBy: string | null
}

const sumText = `insert into professional_pace as known (professional_id, hour, screenings, step, asked_at)
select v.id, $2::timestamptz, v.screenings, v.step, v."askedAt"
from jsonb_to_recordset($1::text::jsonb) as v(id text, screenings int, step int, "askedAt" timestamptz) order by v.id
on conflict (professional_id, hour) do update set screenings = known.screenings + excluded.screenings,
  asked_at = case
    when excluded.step > known.step then excluded.asked_at
    when (known.screenings + excluded.screenings) / $3::int > known.step then $4::timestamptz
    else known.asked_at end,
  asked_by = case
    when excluded.step > known.step then null
    when (known.screenings + excluded.screenings) / $3::int > known.step then $5
    else known.asked_by end,
  step = greatest(known.step, excluded.step, (known.screenings + excluded.screenings) / $3::int)
returning professional_id as id, screenings, step, asked_at as "askedAt",
  asked_by as "askedBy"`

const writeFlag = async (
  database: Sql,
  { actor, screeningId }: NonNullable<Entry['last']>,
  at: Date,
): Promise<void> => {
  await database`
    insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at)
    values (${actor.site.id}, ${screeningId}, 'PACE_EXCEEDED', ${actor.professionalId}, ${actor.counterId}, ${at})
    on conflict do nothing`
}

export const createPace = ({
  platform: { database, clock, configuration, log, randomBytes },
  onFlags,
  everyMilliseconds = everyMillisecondsDefault,
}: PaceOptions): Pace => {
  const processId = Buffer.from(randomBytes(9)).toString('base64url')
  const cap = configuration.paceScreeningsPerHour
  let hour = 0
  let entries = new Map<string, Entry>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let underWay: Promise<void> = Promise.resolve()

  /** Those of this hour: a new one begins with nobody. */
  const current = (): Map<string, Entry> => {
    const now = Math.floor(clock.now().getTime() / hourMilliseconds)
    if (now !== hour) {
      hour = now
      entries = new Map()
    }
    return entries
  }

  const failed = (error: unknown): void => {
    log.warn(
      { failure: error instanceof Error ? error.name : typeof error },
      'the pace of professionals could not be summed or flagged',
    )
  }

  const flag = ({ last }: Entry, at: Date): void => {
    if (last === null) return
    onFlags(['PACE_EXCEEDED'])
    writeFlag(database, last, at).catch(failed)
  }

  const advance = (entry: Entry): void => {
    const step = Math.floor((entry.own + entry.others) / cap)
    if (step <= entry.step) return
    const at = clock.now()
    entry.step = step
    entry.askedAt = at
    flag(entry, at)
  }

  const sum = async (): Promise<void> => {
    const all = current()
    const now = clock.now()
    const many = [...all].filter(([, { own }]) => own >= cap * summedShare)
    if (many.length === 0) return
    const rows = await database.unsafe<SumRow[]>(
      sumText,
      [
        JSON.stringify(
          many.map(([id, { own, told, step, askedAt }]) => ({
            id,
            screenings: own - told,
            step,
            askedAt,
          })),
        ),
        new Date(hour * hourMilliseconds),
        cap,
        now,
        processId,
      ],
      { prepare: true },
    )
    const told = new Map(many.map(([id, { own }]) => [id, own]))
    for (const { id, screenings, step, askedAt, askedBy } of rows) {
      const entry = all.get(id)
      if (entry === undefined) continue
      entry.told = told.get(id) ?? entry.told
      entry.others = screenings - entry.told
      if (step <= entry.step) continue
      entry.step = step
      entry.askedAt = askedAt
      // Too many only together: whoever sums them first says so.
      if (askedBy === processId) flag(entry, now)
    }
    await database`delete from professional_pace
      where hour < ${new Date((hour - keptHours) * hourMilliseconds)}`
  }

  const schedule = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      underWay = sum().catch(failed).finally(schedule)
    }, everyMilliseconds)
    timer.unref()
  }

  return {
    check: ({ professionalId, signedInAt }) => {
      const askedAt = current().get(professionalId)?.askedAt
      // A sign-in is told in whole seconds; one of the same second comes after.
      const isOlder =
        askedAt !== null &&
        askedAt !== undefined &&
        signedInAt.getTime() < Math.floor(askedAt.getTime() / 1_000) * 1_000
      if (isOlder) throw new Problem('FRESH_SIGN_IN_REQUIRED')
    },
    count: (actor, screeningId) => {
      const all = current()
      const { professionalId } = actor
      const entry = all.get(professionalId) ?? {
        own: 0,
        told: 0,
        others: 0,
        step: 0,
        askedAt: null,
        last: null,
      }
      all.set(professionalId, entry)
      entry.own += 1
      entry.last = { actor, screeningId }
      advance(entry)
    },
    sum,
    start: schedule,
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await underWay
    },
  }
}
