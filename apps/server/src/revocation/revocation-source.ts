/**
 * Our own certificates that no longer count, as verifiers compare them: SHA-256, hexadecimal, in order. One rare look
 * across sites, by the time of the revocation: all of them at the start, then what came since.
 */
import { bytesToHex } from '@sidep/encoding'
import type { Platform } from '../platform/context.ts'
import { makeReread, type Reread } from '../platform/reread.ts'

export type RevocationSource = Reread<readonly string[]>

/** A statement that was under way may store what is older than what another stored meanwhile. */
const overlapMilliseconds = 10 * 60_000

interface Row {
  readonly site_id: string
  readonly screening_id: string
  readonly revoked_at: Date
  readonly expires_at: Date
  readonly hcert_hash: Uint8Array | null
  readonly twoddoc_hash: Uint8Array | null
}

export const openRevocationSource = ({
  database,
  clock,
  log,
}: Pick<Platform, 'database' | 'clock' | 'log'>): RevocationSource => {
  /** By screening, since what is revoked of one may be said again by its next certificate: its rows as they are now. */
  const known = new Map<string, Row[]>()
  let list: readonly string[] | null = null
  let newest: Date | null = null
  let firstEnd = Number.POSITIVE_INFINITY

  const rowsSince = (since: Date | null, now: Date): Promise<Row[]> => database<Row[]>`
    -- across sites: what verifiers are told, since the last reading
    select site_id, screening_id, revoked_at, expires_at, hcert_hash, twoddoc_hash
    from certificate_revocation
    where expires_at > ${now} and (${since}::timestamptz is null or (site_id, screening_id) in (
      select site_id, screening_id from certificate_revocation where revoked_at > ${since}::timestamptz))
    order by site_id, screening_id, number`

  const hashesAt = (now: Date): readonly string[] => {
    const hashes = new Set<string>()
    for (const row of [...known.values()].flat()) {
      if (row.expires_at <= now) continue
      for (const hash of [row.hcert_hash, row.twoddoc_hash]) {
        if (hash !== null) hashes.add(bytesToHex(hash))
      }
    }
    return [...hashes].sort()
  }

  return makeReread(log, 'revocations', async () => {
    const now = clock.now()
    const since = newest === null ? null : new Date(newest.getTime() - overlapMilliseconds)
    const rows = await rowsSince(since, now)
    const byScreening = Map.groupBy(
      rows,
      ({ site_id, screening_id }) => `${site_id}/${screening_id}`,
    )
    let isSame = list !== null && now.getTime() < firstEnd
    for (const [screening, of] of byScreening) {
      isSame &&= JSON.stringify(known.get(screening)) === JSON.stringify(of)
      known.set(screening, of)
    }
    for (const { revoked_at } of rows) {
      if (newest === null || revoked_at > newest) newest = revoked_at
    }
    if (list !== null && isSame) return list
    const ends = [...known.values()].flat().map(({ expires_at }) => expires_at.getTime())
    firstEnd = ends.reduce(
      (first, end) => (end > now.getTime() ? Math.min(first, end) : first),
      Number.POSITIVE_INFINITY,
    )
    list = hashesAt(now)
    return list
  })
}
