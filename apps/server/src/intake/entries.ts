/**
 * The one recording path: screenings of one site, one or many, from parsing to their rows.
 *
 * - Those that somebody stands before go together in rounds, of whatever sites, when they come while others are under way
 *   (platform/gather.ts): one message to issuing, then one transaction. None is answered before it is committed.
 * - Many are looked up before anything is issued, so that a batch that is sent again costs little; one that somebody
 *   stands before is not, since it nearly always is new. What wins is decided by the insert either way.
 * - One that cannot be recorded keeps no other back.
 * - What was typed while the portal was away is read once more as what it has become by its age, should that be all
 *   that is wrong with it; and its result is set on what had been registered before, by whichever counter of the site.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { recordingRounds } from '@sidep/admission'
import type { ScreeningAnswer, ScreeningInput } from '@sidep/contracts'
import type { ParsedScreening, Screening } from '@sidep/screening'
import type { Sql } from 'postgres'
import type { SiteActor } from '../platform/actor.ts'
import { type GatherBounds, makeGather } from '../platform/gather.ts'
import { Problem, toProblem } from '../platform/problems.ts'
import { agedInput, type Backlog, isOnlyTooOld } from './late.ts'
import type { StoredScreening } from './store.ts'
import { findScreenings } from './store.ts'
import {
  insertGathered,
  insertScreenings,
  isCluster,
  isFaultOfARow,
  isHeldByOthers,
  type NewScreening,
} from './store-entries.ts'

/** One screening to be recorded. */
export interface Entry {
  /** As sent. */
  readonly input: unknown
  /** All of a call in one session; whose act each is may differ. */
  readonly actor: SiteActor
  /** It was typed while the portal was away; absent: it is sent as it is typed. */
  readonly backlog?: Backlog
}

/** `held`: stored and final, and its certificate waits for somebody else's word. */
export type RecordedState = 'waiting' | 'final' | 'held'

/** What is stored. */
export interface Recorded {
  readonly state: RecordedState
  /** Whether it had been recorded before. */
  readonly isReplay: boolean
  /** @throws Problem SCREENING_UNKNOWN when it can no longer be read */
  answer(): ScreeningAnswer
}

export type EntryOutcome = Recorded | Problem

/** A screening that is new, as far as is known. */
export interface FreshEntry extends Pick<Entry, 'actor' | 'backlog'> {
  readonly screening: Screening
  /** When it came. */
  readonly at: Date
}

/** What is to be stored, and what is answered once it is. */
export interface Prepared {
  readonly row: NewScreening
  readonly recorded: Recorded
}

export interface EntriesDependencies {
  readonly database: Sql
  /** How certificates are gathered that somebody waits for. */
  readonly issuingRounds: GatherBounds
  readonly now: () => Date
  /** Told what was recorded, and not before. */
  readonly onRecorded: (recorded: FreshEntry) => void
  /** By the way that the actor came in. */
  readonly parse: (input: unknown, at: Date, actor: SiteActor) => ParsedScreening
  /** Issues what each is stored with; or says why it has none. @param isAwaited whether somebody stands before it */
  readonly prepare: (
    fresh: readonly FreshEntry[],
    isAwaited: boolean,
  ) => Promise<readonly (Prepared | Problem)[]>
  /** Whether what is stored is of this very request. */
  readonly isSameRequest: (siteId: string, sent: ScreeningInput, row: StoredScreening) => boolean
  /** Whether two requests say the same. */
  readonly isSameText: (siteId: string, a: ScreeningInput, b: ScreeningInput) => boolean
  /** Whether a stored screening is of the same person and the same test, whatever else was sent with it. */
  readonly isSameTest: (siteId: string, row: StoredScreening, screening: Screening) => boolean
  /** What is answered of a stored screening. */
  readonly recordedBefore: (siteId: string, row: StoredScreening) => Recorded
  /** Sets the result of a registered screening. @throws Problem */
  readonly settle: (
    row: StoredScreening,
    input: unknown,
    actor: SiteActor,
    at: Date,
  ) => Promise<Recorded>
}

/** What of a request can be compared with what is stored; null when its shape is so wrong that it was never stored. */
const sentOf = (parsed: ParsedScreening): { id: string; sent: ScreeningInput } | null =>
  parsed.ok ? { id: parsed.value.id, sent: parsed.value.sent } : parsed.replayable

interface Read {
  readonly entry: Entry
  /** As sent. */
  readonly sent: ReturnType<typeof sentOf>
  /** What it is recorded as. */
  readonly parsed: ParsedScreening
}

const idsOf = (reads: readonly Read[]): string[] => [
  ...new Set(reads.flatMap(({ sent }) => sent?.id ?? [])),
]

/** The first that says an id; others that say it are compared with this one. */
const freshOf = (
  reads: readonly Read[],
  known: ReadonlyMap<string, StoredScreening>,
  at: Date,
): Map<string, FreshEntry> => {
  const fresh = new Map<string, FreshEntry>()
  for (const { entry, parsed } of reads) {
    if (!parsed.ok) continue
    const screening = parsed.value
    if (known.has(screening.id) || fresh.has(screening.id)) continue
    fresh.set(screening.id, { ...entry, screening, at })
  }
  return fresh
}

/** Whether a row is new, or what kept it from being stored. */
type Stored = boolean | Problem

/**
 * Stores what it can of one site: one row that the database refuses must not keep the others of its batch back for ever.
 *
 * @param rows with different ids
 * @returns in their order whether each is new
 */
const insertAll = async (database: Sql, rows: readonly NewScreening[]): Promise<Stored[]> => {
  try {
    const stored = await insertScreenings(database, rows)
    return rows.map(({ screening: { id } }) => stored.has(id))
  } catch (error) {
    if (!isFaultOfARow(error)) throw error
    if (rows.length === 1) return [toProblem(error)]
    const each: Stored[] = []
    for (const row of rows) each.push(...(await insertAll(database, [row])))
    return each
  }
}

/**
 * The same of rows of whatever sites, those of each by themselves: they wait for the same chain, and one connection is enough for
 * that. No site waits for another.
 */
const insertBySite = (database: Sql, rows: readonly NewScreening[]): Promise<Stored>[] => {
  const outcomes = new Map<NewScreening, Promise<Stored>>()
  for (const ofSite of Map.groupBy(rows, ({ actor }) => actor.site.id).values()) {
    const stored = insertAll(database, ofSite)
    for (const [index, row] of ofSite.entries()) {
      outcomes.set(
        row,
        stored.then((all) => all[index] ?? false),
      )
    }
  }
  return rows.flatMap((row) => outcomes.get(row) ?? [])
}

/** The round is over with the last site, or when it has had its time: what somebody holds of one goes on by itself. */
const untilSettled = async (
  all: readonly Promise<Stored>[],
  milliseconds: number,
): Promise<void> => {
  const isOver = new AbortController()
  const patience = pause(milliseconds, undefined, { signal: isOver.signal }).catch(() => {})
  await Promise.race([Promise.allSettled(all), patience])
  isOver.abort()
}

const rowName = ({ actor, screening }: NewScreening): string => `${actor.site.id}|${screening.id}`

/**
 * Stores rows of whatever sites, as they were gathered; of two that are one row the first is new. Those of a site that could not go
 * with the others go on by themselves, and nobody waits for them.
 */
const insertTogether = async (
  database: Sql,
  rows: readonly NewScreening[],
): Promise<(Stored | Promise<Stored>)[]> => {
  const firsts = [...Map.groupBy(rows, rowName).values()].flatMap(([one]) => one ?? [])
  const together = async (): Promise<readonly (Stored | Promise<Stored>)[]> => {
    if (new Set(firsts.map(({ actor }) => actor.site.id)).size === 1)
      return insertAll(database, firsts)
    if (await isCluster(database)) {
      const all = insertBySite(database, firsts)
      await untilSettled(all, recordingRounds.patienceMilliseconds)
      return all
    }
    try {
      return await insertGathered(database, firsts)
    } catch (error) {
      if (isFaultOfARow(error) || isHeldByOthers(error)) return insertBySite(database, firsts)
      throw error
    }
  }
  const stored = await together()
  const outcomes = new Map(firsts.map((row, index) => [row, stored[index] ?? false]))
  return rows.map((row) => outcomes.get(row) ?? false)
}

/** Opens the path on what it needs. */
export const openEntries = (dependencies: EntriesDependencies) => {
  const { database, now, parse, prepare, isSameRequest, isSameText, isSameTest } = dependencies

  const read = (entry: Entry, at: Date): Read => {
    const parsed = parse(entry.input, at, entry.actor)
    const input =
      entry.backlog !== undefined && isOnlyTooOld(parsed)
        ? agedInput(entry.input, entry.backlog)
        : null
    return {
      entry,
      sent: sentOf(parsed),
      parsed: input === null ? parsed : parse(input, at, entry.actor),
    }
  }

  /** What a backlog brings of a screening that is stored otherwise; null when that is another. */
  const answerAged = async (
    { entry: { input, backlog, actor } }: Read,
    row: StoredScreening,
    at: Date,
  ): Promise<Recorded | null> => {
    const fields = backlog === undefined ? null : agedInput(input, backlog)
    if (fields === null) return null
    const siteId = actor.site.id
    const aged = parse(fields, at, actor)
    if (aged.ok && aged.value.result !== null && isSameTest(siteId, row, aged.value)) {
      const { result, resultAt } = fields
      return dependencies.settle(
        row,
        resultAt === undefined ? { result } : { result, resultAt },
        actor,
        at,
      )
    }
    const sent = sentOf(aged)
    return sent !== null && isSameRequest(siteId, sent.sent, row)
      ? dependencies.recordedBefore(siteId, row)
      : null
  }

  const answerKnown = async (one: Read, row: StoredScreening, at: Date): Promise<EntryOutcome> => {
    const siteId = one.entry.actor.site.id
    if (one.sent !== null && isSameRequest(siteId, one.sent.sent, row)) {
      return dependencies.recordedBefore(siteId, row)
    }
    try {
      return (await answerAged(one, row, at)) ?? new Problem('SCREENING_ID_REUSED')
    } catch (error) {
      if (error instanceof Problem) return error
      throw error
    }
  }

  /** Null: somebody was first a moment ago. */
  const outcomeOf = (
    entry: FreshEntry,
    { recorded }: Prepared,
    isNew: Stored,
  ): EntryOutcome | null => {
    if (isNew instanceof Problem) return isNew
    if (!isNew) return null
    dependencies.onRecorded(entry)
    return recorded
  }

  /** @returns in their order what became of each */
  const storeMany = async (fresh: readonly FreshEntry[]): Promise<(EntryOutcome | null)[]> => {
    const prepared = await prepare(fresh, false)
    const rows = prepared.flatMap((one) => (one instanceof Problem ? [] : [one.row]))
    const stored = (await insertAll(database, rows)).values()
    return fresh.map((entry, index) => {
      const one = prepared[index] ?? new Problem('UNAVAILABLE')
      return one instanceof Problem ? one : outcomeOf(entry, one, stored.next().value ?? false)
    })
  }

  // Each with rounds of its own: certificates are issued while others are stored.
  const prepareAwaited = makeGather(
    (fresh: readonly FreshEntry[]) => prepare(fresh, true),
    dependencies.issuingRounds,
  )
  const insertAwaited = makeGather(
    (rows: readonly NewScreening[]) => insertTogether(database, rows),
    recordingRounds,
  )
  const storeAwaited = async (entry: FreshEntry): Promise<EntryOutcome | null> => {
    const prepared = await prepareAwaited(entry)
    return prepared instanceof Problem
      ? prepared
      : outcomeOf(entry, prepared, await insertAwaited(prepared.row))
  }

  /** @returns in the order of the entries, each stored, or the problem that kept it from being stored */
  return async (entries: readonly Entry[]): Promise<EntryOutcome[]> => {
    const [first] = entries
    if (first === undefined) return []
    const at = now()
    const siteId = first.actor.site.id
    const reads = entries.map((entry) => read(entry, at))
    const isAwaited = entries.length === 1 && first.backlog === undefined
    const isNewOnly = isAwaited && reads.every(({ parsed }) => parsed.ok)
    const known = await findScreenings(database, siteId, isNewOnly ? [] : idsOf(reads))
    const fresh = freshOf(reads, known, at)
    const news = [...fresh.values()]
    const outcomes = await Promise.all(isAwaited ? news.map(storeAwaited) : await storeMany(news))
    const stored = new Map(news.map(({ screening }, index) => [screening.id, outcomes[index]]))

    /** Null: somebody else has the id since a moment, or another entry of this call. */
    const settledNow = (one: Read): EntryOutcome | null => {
      const { parsed } = one
      if (!parsed.ok) return new Problem('REQUEST_INVALID', { faults: parsed.faults })
      const own = fresh.get(parsed.value.id)?.screening
      const outcome = stored.get(parsed.value.id)
      if (own === parsed.value) return outcome ?? null
      if (own === undefined || !isSameText(siteId, own.sent, parsed.value.sent)) return null
      return outcome === undefined || outcome === null || outcome instanceof Problem
        ? (outcome ?? null)
        : { ...outcome, isReplay: true }
    }

    const settled = new Map<Read, EntryOutcome>()
    for (const one of reads) {
      const row = one.sent === null ? undefined : known.get(one.sent.id)
      const outcome = row === undefined ? settledNow(one) : await answerKnown(one, row, at)
      if (outcome !== null) settled.set(one, outcome)
    }
    const open = reads.filter((one) => !settled.has(one))
    const meanwhile = await findScreenings(database, siteId, idsOf(open))
    for (const one of open) {
      const row = one.sent === null ? undefined : meanwhile.get(one.sent.id)
      // Taken a moment ago and gone now: retention removed it in between. The next try will find it new.
      const gone = new Problem('UNAVAILABLE', { retryAfterSeconds: 1 })
      settled.set(one, row === undefined ? gone : await answerKnown(one, row, at))
    }
    return reads.map((one) => settled.get(one) ?? new Problem('UNAVAILABLE'))
  }
}
