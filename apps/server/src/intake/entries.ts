/**
 * The gate for a backlog: what `record` does for one screening, for many of a site at once. Known ones are answered
 * before anything is issued, so that a batch that is sent again costs little; the rest is stored in one statement.
 */
import type { ParsedScreening, Screening } from '@sidep/screening'
import type { Sql } from 'postgres'
import type { SiteActor } from '../platform/actor.ts'
import { Problem } from '../platform/problems.ts'
import { insertScreening, type NewScreening } from './store.ts'
import { findKnown, insertScreenings, isFaultOfARow, type KnownScreening } from './store-many.ts'

export interface LateEntry {
  /** As sent. */
  readonly input: unknown
  /** All at the same site and counter; whose act each is may differ. */
  readonly actor: SiteActor
  /** The document that it was given at the time, which says why it comes later. */
  readonly document?: 'provisional' | 'slip'
  /** When that document was signed, by its own word. */
  readonly signedAt?: Date
}

/** `held`: stored and final, and its certificate waits for somebody else's word. */
export type LateOutcome = 'waiting' | 'final' | 'held' | Problem

export interface LateScreening extends Pick<LateEntry, 'actor' | 'document' | 'signedAt'> {
  readonly screening: Screening
}

export interface RecordManyNeeds {
  readonly database: Sql
  readonly now: () => Date
  /** Told what was recorded, and not before. */
  readonly onRecorded: (recorded: LateScreening) => void
  readonly parse: (input: unknown, at: Date) => ParsedScreening
  /** Whether what is stored is of this very request. */
  readonly isSameRequest: (
    siteId: string,
    sent: Screening['sent'],
    stored: { readonly digest: Uint8Array; readonly keyId: number },
  ) => boolean
  /** Whether two say the same. */
  readonly isSameText: (siteId: string, a: Screening['sent'], b: Screening['sent']) => boolean
  /** What each is stored as, with its certificate; or why it has none. */
  readonly issueMany: (
    screenings: readonly LateScreening[],
    at: Date,
  ) => Promise<readonly (NewScreening | Problem)[]>
}

export const stateOf = ({
  state,
  isHeld,
}: {
  readonly state: 'waiting' | 'final'
  readonly isHeld: boolean
}): Exclude<LateOutcome, Problem> => (isHeld ? 'held' : state)

type RecordMany = (entries: readonly LateEntry[]) => Promise<LateOutcome[]>

/** What of an entry can be compared with what is stored. */
interface Read {
  readonly entry: LateEntry
  readonly parsed: ParsedScreening
  /** Null when its shape is so wrong that it could not have been stored. */
  readonly sent: { readonly id: string; readonly sent: Screening['sent'] } | null
}

const readOf = (entry: LateEntry, parsed: ParsedScreening): Read => ({
  entry,
  parsed,
  sent: parsed.ok ? { id: parsed.value.id, sent: parsed.value.sent } : parsed.replayable,
})

/** Stores what it can: one row that the database refuses must not keep the others of its batch back for ever. */
const insertAll = async (
  database: Sql,
  rows: readonly NewScreening[],
): Promise<ReadonlyMap<string, boolean | Problem>> => {
  try {
    const stored = await insertScreenings(database, rows)
    return new Map(rows.map(({ screening: { id } }) => [id, stored.has(id)]))
  } catch (error) {
    if (!isFaultOfARow(error)) throw error
    const outcomes = new Map<string, boolean | Problem>()
    for (const row of rows) {
      const { id } = row.screening
      outcomes.set(
        id,
        await insertScreening(database, row).catch((cause: unknown) => {
          if (!isFaultOfARow(cause)) throw cause
          return new Problem('UNAVAILABLE', { cause })
        }),
      )
    }
    return outcomes
  }
}

export const openRecordMany = ({
  database,
  now,
  onRecorded,
  parse,
  isSameRequest,
  isSameText,
  issueMany,
}: RecordManyNeeds): RecordMany => {
  const compared = (siteId: string, sent: Screening['sent'], known: KnownScreening): LateOutcome =>
    isSameRequest(siteId, sent, { digest: known.requestDigest, keyId: known.keyId })
      ? stateOf(known)
      : new Problem('SCREENING_ID_REUSED')

  const storeNew = async (
    fresh: readonly LateScreening[],
    siteId: string,
    at: Date,
  ): Promise<ReadonlyMap<string, LateOutcome>> => {
    const outcomes = new Map<string, LateOutcome>()
    const made = await issueMany(fresh, at)
    const rows = made.filter((row): row is NewScreening => !(row instanceof Problem))
    const stored = await insertAll(database, rows)
    const missed = rows.filter(({ screening: { id } }) => stored.get(id) === false)
    const known =
      missed.length === 0
        ? new Map<string, KnownScreening>()
        : await findKnown(
            database,
            siteId,
            missed.map(({ screening: { id } }) => id),
          )
    for (const [index, recorded] of fresh.entries()) {
      const { screening } = recorded
      const row = made[index]
      const outcome = stored.get(screening.id)
      if (row instanceof Problem || row === undefined) {
        outcomes.set(screening.id, row ?? new Problem('UNAVAILABLE'))
      } else if (outcome instanceof Problem) outcomes.set(screening.id, outcome)
      else if (outcome === true) {
        onRecorded(recorded)
        outcomes.set(
          screening.id,
          stateOf({
            state: row.outcome === null ? 'waiting' : 'final',
            isHeld: row.late.heldBy !== null,
          }),
        )
      } else {
        // Somebody was first a moment ago; gone again only if retention took it since.
        const before = known.get(screening.id)
        outcomes.set(
          screening.id,
          before === undefined
            ? new Problem('UNAVAILABLE', { retryAfterSeconds: 1 })
            : compared(siteId, screening.sent, before),
        )
      }
    }
    return outcomes
  }

  return async (entries) => {
    const [first] = entries
    if (first === undefined) return []
    const at = now()
    const siteId = first.actor.site.id
    const reads = entries.map((entry) => readOf(entry, parse(entry.input, at)))
    const ids = [...new Set(reads.flatMap(({ sent }) => sent?.id ?? []))]
    const known = await findKnown(database, siteId, ids)
    /** The first that says an id; others that say it are compared with this one. */
    const fresh = new Map<string, LateScreening>()
    for (const { entry, parsed } of reads) {
      if (!parsed.ok) continue
      const { id } = parsed.value
      if (known.has(id) || fresh.has(id)) continue
      fresh.set(id, { ...entry, screening: parsed.value })
    }
    const outcomes = await storeNew([...fresh.values()], siteId, at)
    return reads.map(({ parsed, sent }): LateOutcome => {
      const before = sent === null ? undefined : known.get(sent.id)
      if (sent !== null && before !== undefined) return compared(siteId, sent.sent, before)
      if (!parsed.ok) return new Problem('REQUEST_INVALID', { faults: parsed.faults })
      const { id } = parsed.value
      const own = fresh.get(id)?.screening
      const isOwn =
        own !== undefined &&
        (own === parsed.value || isSameText(siteId, own.sent, parsed.value.sent))
      return isOwn
        ? (outcomes.get(id) ?? new Problem('UNAVAILABLE'))
        : new Problem('SCREENING_ID_REUSED')
    })
  }
}
