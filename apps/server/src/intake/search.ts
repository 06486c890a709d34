/**
 * Finding somebody among the screenings of a site. Names are sealed: those of one day are opened and compared, so many at
 * a time; among all that are kept, people are found by the hashes of whole names and birth date.
 */
import { bytesToHex } from '@sidep/encoding'
import { personMatcher, personsMeant } from '@sidep/identifiers'
import type { Sql } from 'postgres'
import { openScreening, type SealedScreeningRow } from '../platform/sealed.ts'
import { type Vault, VaultError } from '../platform/vault.ts'
import { personHashesOf } from './person-hash.ts'
import { findScreenings, type StoredScreening } from './store.ts'

/** More than any site enters in a day; what lies beyond is not looked at, and `isTruncated` says so. */
const dayRowsMax = 10_000
/** Opened between two turns of the event loop: some 5 ms. */
const pageRowsMax = 250
/** Nobody looks through more. */
export const foundMax = 100

export interface Search {
  readonly siteId: string
  readonly text: string
  /** With the zone of the site; null: among all. */
  readonly day: { readonly date: string; readonly timeZone: string } | null
  /** Since when identities are kept. */
  readonly keptSince: Date
}

export interface Found {
  /** The newest first. */
  readonly rows: readonly StoredScreening[]
  /** There may be more. */
  readonly isTruncated: boolean
}

interface SealedPerson extends SealedScreeningRow {
  readonly id: string
  readonly recorded_at: Date
}

const dayText = `select id, recorded_at, key_id, sealed, corrections from current_screening
  where site_id = $1
    and recorded_at >= ($2::date)::timestamp at time zone $3
    and recorded_at < ($2::date + 1)::timestamp at time zone $3
    and (recorded_at, id) < ($4::timestamptz, $5::uuid)
  order by recorded_at desc, id desc limit $6`

// The index of each table finds those that may be meant; the view says whom they are of now.
const hashText = `with likely as (
  select id from screening where site_id = $1 and person_hash = any(string_to_array($2, ',')::bytea[])
  union select screening_id from correction where site_id = $1 and person_hash = any(string_to_array($2, ',')::bytea[])
)
select now.id from likely join current_screening now on now.site_id = $1 and now.id = likely.id
  where now.person_hash = any(string_to_array($2, ',')::bytea[])
  order by now.recorded_at desc, now.id desc limit $3`

/** Later than anything is recorded. */
const lastMoment = new Date('9999-12-31T00:00:00Z')
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

interface Dependencies {
  readonly database: Sql
  readonly vault: Vault
}

/** Ids of a day whose person fits. */
const findOfDay = async (
  { database, vault }: Dependencies,
  { siteId, text }: Search,
  { date, timeZone }: NonNullable<Search['day']>,
): Promise<{ ids: readonly string[]; isTruncated: boolean }> => {
  const fits = personMatcher(text)
  if (fits === null) return { ids: [], isTruncated: false }
  const isFound = (row: SealedPerson): boolean => {
    try {
      return fits(openScreening(vault, row, siteId, row.id).person)
    } catch (error) {
      // Past its time: nobody is named there any more.
      if (error instanceof VaultError && error.code === 'KEY_REMOVED') return false
      throw error
    }
  }
  const ids: string[] = []
  let before = { at: lastMoment, id: lastId }
  for (let read = 0; read < dayRowsMax; read += pageRowsMax) {
    const page = await database.unsafe<SealedPerson[]>(
      dayText,
      [siteId, date, timeZone, before.at, before.id, pageRowsMax],
      { prepare: true },
    )
    ids.push(...page.filter(isFound).map(({ id }) => id))
    const last = page.at(-1)
    if (ids.length > foundMax) return { ids: ids.slice(0, foundMax), isTruncated: true }
    if (last === undefined || page.length < pageRowsMax) return { ids, isTruncated: false }
    before = { at: last.recorded_at, id: last.id }
  }
  return { ids, isTruncated: true }
}

/** Ids of all that are kept, of whoever may be meant. */
const findByHash = async (
  { database, vault }: Dependencies,
  { siteId, text, keptSince }: Search,
): Promise<{ ids: readonly string[]; isTruncated: boolean }> => {
  const hashes = personsMeant(text).flatMap((person) => personHashesOf(vault, person, keptSince))
  if (hashes.length === 0) return { ids: [], isTruncated: false }
  const rows = await database.unsafe<{ id: string }[]>(
    hashText,
    [siteId, hashes.map((hash) => `\\x${bytesToHex(hash)}`).join(','), foundMax + 1],
    { prepare: true },
  )
  const ids = rows.map(({ id }) => id)
  return { ids: ids.slice(0, foundMax), isTruncated: ids.length > foundMax }
}

export const searchScreenings = async (
  dependencies: Dependencies,
  search: Search,
): Promise<Found> => {
  const { ids, isTruncated } =
    search.day === null
      ? await findByHash(dependencies, search)
      : await findOfDay(dependencies, search, search.day)
  const rows = await findScreenings(dependencies.database, search.siteId, ids)
  return { rows: ids.flatMap((id) => rows.get(id) ?? []), isTruncated }
}
