/** What of our own is revoked, as the index says it: the filters in force, and what came after them one by one. */
import type { OwnRevocations } from '@sidep/trust'
import { readWholeCodesFrom } from '../intake/revocable-codes.ts'
import type { Platform } from '../platform/context.ts'
import { makeReread, type Reread } from '../platform/reread.ts'
import {
  newestOf,
  readFilters,
  readFilterWording,
  readRevoked,
  readSweep,
  revokedSince,
  type StoredFilter,
} from './filter-store.ts'

interface Held {
  readonly wording: string
  readonly filters: readonly StoredFilter[]
  readonly signers: ReadonlySet<string>
  readonly wholeCodesFrom: string
}

export const openOwnSource = ({
  database,
  clock,
  log,
}: Pick<Platform, 'database' | 'clock' | 'log'>): Reread<OwnRevocations> => {
  let known: Held | null = null

  const renewFilters = async (): Promise<Held> => {
    const wording = await readFilterWording(database)
    if (wording === known?.wording) return known
    const wholeCodesFrom = known?.wholeCodesFrom ?? (await readWholeCodesFrom(database))
    const [filters, sweep] = [await readFilters(database), await readSweep(database)]
    return { wording, filters, signers: new Set(sweep?.signers ?? []), wholeCodesFrom }
  }

  return makeReread(log, 'own revocations', async (held: OwnRevocations | null) => {
    known = await renewFilters()
    const { filters, signers, wholeCodesFrom } = known
    const last = newestOf(filters)
    // Of the last filter what it does not cover: it considered all that those before it did not.
    const recent = await readRevoked(database, revokedSince(last), clock.now())
    const listed = new Set([...(last?.listed ?? []), ...recent])
    const dated = filters.flatMap(({ filter }) => (filter === null ? [] : [filter]))
    const next: OwnRevocations = { signers, filters: dated, listed, wholeCodesFrom }
    return held !== null && isSame(held, next) ? held : next
  })
}

const isSame = (one: OwnRevocations, other: OwnRevocations): boolean =>
  one.filters.length === other.filters.length &&
  one.filters.every((filter, at) => filter === other.filters[at]) &&
  one.signers === other.signers &&
  one.listed.size === other.listed.size &&
  [...one.listed].every((hash) => other.listed.has(hash))
