/** What of our own is revoked, as the index says it: the filters in force, and what came after them one by one. */
import { nothingRevoked, type OwnRevocations } from '@sidep/trust'
import type { Platform } from '../platform/context.ts'
import { makeReread, type Reread } from '../platform/reread.ts'
import {
  readFilters,
  readFilterWording,
  readRevoked,
  readSweep,
  type StoredFilter,
} from './filter-store.ts'

/** A statement that was under way may store what is older than what another stored meanwhile. */
export const revokedOverlapMilliseconds = 10 * 60_000

interface Held {
  readonly wording: string
  readonly filters: readonly StoredFilter[]
  readonly signers: ReadonlySet<string>
}

export const openOwnSource = ({
  database,
  clock,
  log,
}: Pick<Platform, 'database' | 'clock' | 'log'>): Reread<OwnRevocations> => {
  let known: Held = { wording: '', filters: [], signers: new Set() }

  const renewFilters = async (): Promise<void> => {
    const wording = await readFilterWording(database)
    if (wording === known.wording) return
    const [filters, sweep] = [await readFilters(database), await readSweep(database)]
    known = { wording, filters, signers: new Set(sweep?.signers ?? []) }
  }

  return makeReread(log, 'own revocations', async (held: OwnRevocations | null) => {
    await renewFilters()
    const { filters, signers } = known
    const last = filters.toSorted((one, other) => +one.builtAt - +other.builtAt).at(-1)
    const since = last && new Date(last.revokedUntil.getTime() - revokedOverlapMilliseconds)
    // Of the last filter what it does not cover: it considered all that those before it did not.
    const recent = await readRevoked(database, since ?? null, clock.now())
    const listed = new Set([...(last?.listed ?? []), ...recent])
    const dated = filters.flatMap(({ filter }) => (filter === null ? [] : [filter]))
    const next: OwnRevocations = { ...nothingRevoked, signers, filters: dated, listed }
    return held !== null && isSame(held, next) ? held : next
  })
}

const isSame = (one: OwnRevocations, other: OwnRevocations): boolean =>
  one.filters.length === other.filters.length &&
  one.filters.every((filter, at) => filter === other.filters[at]) &&
  one.signers === other.signers &&
  one.listed.size === other.listed.size &&
  [...one.listed].every((hash) => other.listed.has(hash))
