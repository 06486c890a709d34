/** The filters in force, and what was issued and revoked, as the job that builds them reads it. */
import { decodeCbor, encodeCbor } from '@sidep/encoding'
import { type DatedFilter, readDatedFilter, wireDatedFilter } from '@sidep/trust'
import type { Sql, TransactionSql } from 'postgres'

export type FilterKind = 'base' | 'delta'

/** A filter without what it holds: enough to see what is due. */
export interface FilterStanding {
  readonly kind: FilterKind
  readonly builtAt: Date
  /** Revocations until then were considered. */
  readonly revokedUntil: Date
  readonly from: Date
  readonly until: Date
  /** Revoked, and not among what it covers: hex, 32 digits each. */
  readonly listed: readonly string[]
}

export interface StoredFilter extends FilterStanding {
  /** Null where nothing of what it covers is revoked. */
  readonly filter: DatedFilter | null
}

interface Row {
  readonly kind: FilterKind
  readonly built_at: Date
  readonly revoked_until: Date
  readonly covers_from: Date
  readonly covers_until: Date
  readonly filter: Uint8Array | null
  readonly listed: Uint8Array
}

const bytesMax = 16 * 1024 * 1024

const datedOf = (bytes: Uint8Array): DatedFilter => {
  const wire = decodeCbor(new Uint8Array(bytes), { maxBytes: bytesMax, maxDepth: 6 })
  const filter = wire.ok ? readDatedFilter(wire.value) : null
  if (filter === null) throw new Error('a stored filter cannot be read')
  return filter
}

/** What tells one state of the filters from another. */
export const readFilterWording = async (database: Sql): Promise<string> => {
  const rows = await database<{ kind: string; built_at: Date }[]>`
    select kind, built_at from revocation_filter order by kind`
  return rows.map(({ kind, built_at: at }) => `${kind} ${at.toISOString()}`).join(' ')
}

const standingOf = (row: Omit<Row, 'filter'>): FilterStanding => ({
  kind: row.kind,
  builtAt: row.built_at,
  revokedUntil: row.revoked_until,
  from: row.covers_from,
  until: row.covers_until,
  listed: (Buffer.from(row.listed).toString('hex').match(/.{32}/g) ?? []).map(String),
})

/** What is asked every minute: a large filter is neither fetched nor decoded for it. */
export const readFilterStandings = async (database: Sql): Promise<readonly FilterStanding[]> => {
  const rows = await database<Omit<Row, 'filter'>[]>`
    select kind, built_at, revoked_until, covers_from, covers_until, listed
    from revocation_filter order by kind`
  return rows.map(standingOf)
}

export const readFilters = async (database: Sql): Promise<readonly StoredFilter[]> => {
  const rows = await database<Row[]>`
    select kind, built_at, revoked_until, covers_from, covers_until, filter, listed
    from revocation_filter order by kind`
  return rows.map((row) => ({
    ...standingOf(row),
    filter: row.filter === null ? null : datedOf(row.filter),
  }))
}

/** The one built last: it considered all that those before it did not cover. */
export const newestOf = <Filter extends FilterStanding>(
  filters: readonly Filter[],
): Filter | undefined => filters.toSorted((one, other) => +one.builtAt - +other.builtAt).at(-1)

/** A statement that was under way may store what is older than what another stored meanwhile. */
const revokedOverlapMilliseconds = 10 * 60_000

/** From when on revocations are to be read beside a filter; null: all of them. */
export const revokedSince = (filter: FilterStanding | undefined): Date | null =>
  filter === undefined ? null : new Date(filter.revokedUntil.getTime() - revokedOverlapMilliseconds)

/** Puts a filter in force; a new base takes the place of what came after the one before. */
export const storeFilter = async (
  transaction: TransactionSql,
  { kind, builtAt, revokedUntil, from, until, filter, listed }: StoredFilter,
): Promise<void> => {
  if (kind === 'base') await transaction`delete from revocation_filter`
  const bytes = filter === null ? null : encodeCbor(wireDatedFilter(filter))
  await transaction`
    insert into revocation_filter (
      kind, built_at, revoked_until, covers_from, covers_until, filter, listed)
    values (${kind}, ${builtAt}, ${revokedUntil}, ${from}, ${until}, ${bytes},
      ${Buffer.from(listed.join(''), 'hex')})
    on conflict (kind) do update set built_at = excluded.built_at,
      revoked_until = excluded.revoked_until, covers_from = excluded.covers_from,
      covers_until = excluded.covers_until, filter = excluded.filter, listed = excluded.listed`
}

export interface IssuedSweep {
  readonly from: Date
  readonly until: Date
  readonly signers: readonly string[]
}

export const readSweep = async (database: Sql | TransactionSql): Promise<IssuedSweep | null> => {
  const [row] = await database<{ swept_from: Date; swept_until: Date; signers: string[] }[]>`
    select swept_from, swept_until, signers from issued_sweep`
  return row === undefined
    ? null
    : { from: row.swept_from, until: row.swept_until, signers: row.signers }
}

/** Hashes, hex, of everything of ours that is revoked and has not ended, since a moment. A rare look across sites. */
export const readRevoked = async (
  database: Sql | TransactionSql,
  since: Date | null,
  at: Date,
): Promise<readonly string[]> => {
  const rows = await database<{ hcert_hash: Uint8Array | null; twoddoc_hash: Uint8Array | null }[]>`
    -- across sites: filters of all that was issued
    select hcert_hash, twoddoc_hash from certificate_revocation
    where expires_at > ${at} and (${since}::timestamptz is null or revoked_at > ${since}::timestamptz)`
  return rows.flatMap(({ hcert_hash, twoddoc_hash }) =>
    [hcert_hash, twoddoc_hash].flatMap((hash) =>
      hash === null ? [] : [Buffer.from(hash).toString('hex').slice(0, 32)],
    ),
  )
}
