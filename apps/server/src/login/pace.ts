/**
 * How fast screenings are made under one name, and asking for a sign-in when they are made too fast.
 *
 * Invariants
 * - A screening counts in the clock hour in which it was made: what comes in as it is made in this one, what comes back
 *   after an outage in the hour of its document. A night's backlog in one go is no more than its hours were; a made-up one
 *   has no more in an hour than could have come in then.
 * - A screening waits for none of it: it is counted in memory, and asked about from memory.
 * - Processes sum what is many every few seconds, in one statement; what is few in each of them cannot be too many.
 * - Nothing is refused for good: who signs in again goes on, and what was typed meanwhile waits at its counter.
 * - Each time it is a flag, with the screening that was one too many.
 */

import { hourMilliseconds } from '@sidep/time'
import type { Actor, SiteActor } from '../platform/actor.ts'
import type { Platform, Sql } from '../platform/context.ts'
import { errorName } from '../platform/error-name.ts'
import { isProbeSite } from '../platform/probe-sites.ts'
import { Problem } from '../platform/problems.ts'

export interface Pace {
  /** @throws Problem FRESH_SIGN_IN_REQUIRED when a later sign-in than the actor's is asked for in this hour */
  check(actor: Pick<Actor, 'professionalId' | 'signedInAt'>): void
  /** The same for what was made in any hour. */
  checkBacklog(actor: Pick<Actor, 'professionalId' | 'signedInAt'>): void
  /**
   * One more was recorded under the actor's professional, by whoever is at the keyboard.
   * @param madeAt when its document says that it was made; absent: now
   */
  count(actor: SiteActor, screeningId: string, madeAt?: Date): void
  /** Sums with the other processes, now. */
  sum(): Promise<void>
  start(): void
  stop(): Promise<void>
}

export interface PaceOptions {
  readonly platform: Pick<Platform, 'database' | 'clock' | 'configuration' | 'log' | 'randomBytes'>
  /** Told the code of each flag. */
  readonly onFlags: (codes: readonly string[]) => void
  /** Whether anybody can sign in at all; while nobody can, nobody is asked to. */
  readonly isSignInPossible?: () => boolean
  /** Time between sums, milliseconds. */
  readonly everyMilliseconds?: number
}

const everyMillisecondsDefault = 10_000
/**
 * Counts below this share of the bound are not summed: even if as many processes had as many, they would not be too
 * many.
 */
const summedShare = 1 / 16
/** Hours that processes sum: those of a booklet, and of an outage. An earlier one is each process's own. */
const summedHours = 26
/** An hour in which nothing was counted for so long is forgotten. */
const unusedMilliseconds = 2 * hourMilliseconds

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

interface Hour {
  readonly entries: Map<string, Entry>
  countedAt: number
}

interface SumRow {
  readonly id: string
  readonly hour: Date
  readonly screenings: number
  readonly step: number
  readonly askedAt: Date | null
  readonly askedBy: string | null
}

const sumText = 'select * from add_pace_1($1::text::jsonb, $2::integer, $3, $4)'

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

export const makePace = ({
  platform: { database, clock, configuration, log, randomBytes },
  onFlags,
  isSignInPossible = () => true,
  everyMilliseconds = everyMillisecondsDefault,
}: PaceOptions): Pace => {
  const processId = Buffer.from(randomBytes(9)).toString('base64url')
  const cap = configuration.paceScreeningsPerHour
  const hours = new Map<number, Hour>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let underWay: Promise<void> = Promise.resolve()

  const hourOf = (at: Date): number => Math.floor(at.getTime() / hourMilliseconds)

  /** The counts of an hour that is counted in now: a new hour begins empty. */
  const entriesOf = (hour: number, now: number): Map<string, Entry> => {
    const known = hours.get(hour)
    if (known !== undefined) {
      known.countedAt = now
      return known.entries
    }
    for (const [old, { countedAt }] of hours) {
      if (now - countedAt > unusedMilliseconds) hours.delete(old)
    }
    const entries = new Map<string, Entry>()
    hours.set(hour, { entries, countedAt: now })
    return entries
  }

  const failed = (error: unknown): void => {
    log.warn(
      { failure: errorName(error) },
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

  /** Entries that are worth summing, with their hour. */
  const manyOf = (now: Date): { id: string; hour: number; entry: Entry }[] => {
    const first = hourOf(now) - summedHours
    return [...hours].flatMap(([hour, { entries }]) =>
      hour < first
        ? []
        : [...entries].flatMap(([id, entry]) =>
            entry.own >= cap * summedShare ? [{ id, hour, entry }] : [],
          ),
    )
  }

  const sum = async (): Promise<void> => {
    const now = clock.now()
    const many = manyOf(now).map((one) => ({ ...one, own: one.entry.own }))
    if (many.length === 0) return
    const told = many.map(({ id, hour, own, entry }) => ({
      id,
      hour: new Date(hour * hourMilliseconds),
      screenings: own - entry.told,
      step: entry.step,
      askedAt: entry.askedAt,
    }))
    const rows = await database.unsafe<SumRow[]>(
      sumText,
      [JSON.stringify(told), cap, now, processId],
      { prepare: true },
    )
    const nameOf = (id: string, hour: number): string => `${id} ${hour}`
    const byName = new Map(many.map((one) => [nameOf(one.id, one.hour), one]))
    for (const { id, hour, screenings, step, askedAt, askedBy } of rows) {
      const one = byName.get(nameOf(id, hourOf(hour)))
      if (one === undefined) continue
      const { entry, own } = one
      entry.told = own
      entry.others = screenings - own
      if (step <= entry.step) continue
      entry.step = step
      entry.askedAt = askedAt
      // Too many only when summed over processes: the first process that sums them flags it.
      if (askedBy === processId) flag(entry, now)
    }
    await database`
      -- across sites: hours that are over, now and then
      delete from professional_pace
      where hour < ${new Date((hourOf(now) - summedHours) * hourMilliseconds)}`
  }

  const schedule = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      underWay = sum().catch(failed).finally(schedule)
    }, everyMilliseconds)
    timer.unref()
  }

  /** A sign-in is told in whole seconds; one of the same second comes after. */
  const requireLater = (signedInAt: Date, askedAt: Date | null | undefined): void => {
    if (askedAt === null || askedAt === undefined) return
    const isOlder = signedInAt.getTime() < Math.floor(askedAt.getTime() / 1_000) * 1_000
    if (isOlder && isSignInPossible()) throw new Problem('FRESH_SIGN_IN_REQUIRED')
  }

  return {
    check: ({ professionalId, signedInAt }) => {
      const { entries } = hours.get(hourOf(clock.now())) ?? {}
      requireLater(signedInAt, entries?.get(professionalId)?.askedAt)
    },
    checkBacklog: ({ professionalId, signedInAt }) => {
      for (const { entries } of hours.values()) {
        requireLater(signedInAt, entries.get(professionalId)?.askedAt)
      }
    },
    count: (actor, screeningId, madeAt) => {
      if (isProbeSite(configuration, actor.site.id)) return
      const now = clock.now()
      // A document whose clock was ahead counts in the present hour, not in a future one.
      const hour = Math.min(hourOf(madeAt ?? now), hourOf(now))
      const all = entriesOf(hour, now.getTime())
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
