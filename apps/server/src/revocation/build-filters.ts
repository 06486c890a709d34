/**
 * Builds the filters over all that was issued (ADR 65): the base once a day, and a delta when many were revoked since.
 *
 * Invariants
 * - A filter covers hours of which everything is known (`issued-sweep.ts`), and says which.
 * - What is revoked and not covered stays on the list of single hashes: nothing revoked is passed over in between.
 */
import { dayMilliseconds, hourMilliseconds } from '@sidep/time'
import type { RevocationFilter } from '@sidep/trust'
import { beginRevocationFilter, type VisitKey } from '@sidep/trust/revocation-filter'
import {
  type FilterKind,
  type FilterStanding,
  type IssuedSweep,
  newestOf,
  readFilterStandings,
  readRevoked,
  revokedSince,
  type StoredFilter,
  storeFilter,
} from './filter-store.ts'
import { type FilterPlatform, hourOf } from './issued-sweep.ts'

/** Of the 2D-DOC of a day all are known when the sweep began before that day did anywhere: a day, and its clocks. */
const firstDaysMilliseconds = 50 * hourMilliseconds
const baseEveryMilliseconds = dayMilliseconds
/** So many single hashes weigh as much as a delta of a thousand. */
const listedMax = 256
const deltaEveryMilliseconds = hourMilliseconds
const pageRows = 64

interface Domain {
  readonly from: Date
  /** Not itself. */
  readonly end: Date
}

const domainOf = ({ configuration, clock }: FilterPlatform, sweep: IssuedSweep): Domain | null => {
  const lived = (configuration.issuance.dccValidityDays + 2) * dayMilliseconds
  const from = Math.max(
    sweep.from.getTime() + firstDaysMilliseconds,
    hourOf(new Date(clock.now().getTime() - lived)).getTime(),
  )
  return from < sweep.until.getTime() ? { from: new Date(from), end: sweep.until } : null
}

/** Which filter is due; null when what is in force will do. */
export const dueFilter = (
  filters: readonly FilterStanding[],
  revokedCount: number,
  at: Date,
): FilterKind | null => {
  const age = (kind: FilterKind): number => {
    const built = filters.find((filter) => filter.kind === kind)?.builtAt
    return built === undefined ? Number.POSITIVE_INFINITY : at.getTime() - built.getTime()
  }
  if (age('base') >= baseEveryMilliseconds) return 'base'
  return revokedCount > listedMax && age('delta') >= deltaEveryMilliseconds ? 'delta' : null
}

type Words = readonly [number, number, number, number]

const wordsOfHex = (hex: string): Words => [
  Number.parseInt(hex.slice(0, 8), 16),
  Number.parseInt(hex.slice(8, 16), 16),
  Number.parseInt(hex.slice(16, 24), 16),
  Number.parseInt(hex.slice(24, 32), 16),
]

/** Hashes to look up by their words, without making a text of each of a hundred million others. */
class HashSet {
  readonly #byFirstWord = new Map<number, Words[]>()

  constructor(hashes: Iterable<string>) {
    for (const hex of hashes) {
      const words = wordsOfHex(hex)
      const others = this.#byFirstWord.get(words[0])
      if (others === undefined) this.#byFirstWord.set(words[0], [words])
      else others.push(words)
    }
  }

  find(word0: number, word1: number, word2: number, word3: number): Words | undefined {
    return this.#byFirstWord
      .get(word0)
      ?.find((words) => words[1] === word1 && words[2] === word2 && words[3] === word3)
  }
}

/** Every hash of the domain, page by page: other work of the process comes in between. */
const eachIssued = async (
  { database }: FilterPlatform,
  { from, end }: Domain,
  visit: VisitKey,
): Promise<number> => {
  let count = 0
  let last: { hour: Date; chunk: number } | undefined = { hour: from, chunk: -1 }
  while (last !== undefined) {
    const rows: { hour: Date; chunk: number; hashes: Uint8Array }[] = await database`
      select hour, chunk, hashes from issued_hashes
      where (hour, chunk) > (${last.hour}, ${last.chunk}::int) and hour < ${end}
      order by hour, chunk limit ${pageRows}`
    for (const { hashes } of rows) {
      const view = new DataView(hashes.buffer, hashes.byteOffset, hashes.length)
      for (let at = 0; at < hashes.length; at += 16, count += 1) {
        visit(
          view.getUint32(at),
          view.getUint32(at + 4),
          view.getUint32(at + 8),
          view.getUint32(at + 12),
        )
      }
    }
    last = rows.length < pageRows ? undefined : rows.at(-1)
  }
  return count
}

const filterOver = async (
  platform: FilterPlatform,
  domain: Domain,
  wanted: readonly string[],
  revoked: readonly string[],
): Promise<{ filter: RevocationFilter | null; covered: ReadonlySet<string> }> => {
  const asked = new HashSet(wanted)
  const found = new Set<Words>()
  const issued = await eachIssued(platform, domain, (...words) => {
    const one = asked.find(...words)
    if (one !== undefined) found.add(one)
  })
  const keys = Uint32Array.from([...found].flat())
  const building = beginRevocationFilter(keys, issued, true)
  if (building !== null) {
    const all = new HashSet(revoked)
    await eachIssued(platform, domain, (...words) => {
      if (all.find(...words) === undefined) building.visit(...words)
    })
  }
  const hex = (words: Words): string =>
    words.map((word) => word.toString(16).padStart(8, '0')).join('')
  return { filter: building?.finish() ?? null, covered: new Set([...found].map(hex)) }
}

/** Builds what is due, if anything is. @returns which was built */
export const buildDueFilter = async (
  platform: FilterPlatform,
  sweep: IssuedSweep,
): Promise<FilterKind | null> => {
  const { database, clock, configuration } = platform
  const now = clock.now()
  const domain = domainOf(platform, sweep)
  if (domain === null) return null
  const filters = await readFilterStandings(database)
  const base = filters.find(({ kind }) => kind === 'base')
  const listed = await readRevoked(database, revokedSince(newestOf(filters)), now)
  const kind = dueFilter(filters, listed.length, now)
  if (kind === null) return null
  const revoked = new Set(await readRevoked(database, null, now))
  const wanted =
    kind === 'base'
      ? revoked
      : new Set([
          ...(await readRevoked(database, revokedSince(base), now)),
          ...(base?.listed ?? []),
        ])
  const { filter, covered } = await filterOver(platform, domain, [...wanted], [...revoked])
  const until = new Date(domain.end.getTime() - 1)
  const stored: StoredFilter = {
    kind,
    builtAt: now,
    revokedUntil: now,
    from: domain.from,
    until,
    filter: filter && { from: domain.from, until, filter },
    listed: [...wanted].filter((hash) => !covered.has(hash)),
  }
  const ended = new Date(
    now.getTime() - (configuration.issuance.dccValidityDays + 4) * dayMilliseconds,
  )
  await database.begin(async (transaction) => {
    await storeFilter(transaction, stored)
    await transaction`delete from issued_hashes where hour < ${ended}`
  })
  return kind
}
