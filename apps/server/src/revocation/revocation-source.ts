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
  readonly revoked_at: Date
  readonly expires_at: Date
  readonly hcert_hash: Uint8Array | null
  readonly twoddoc_hash: Uint8Array
}

export const openRevocationSource = ({
  database,
  clock,
  log,
}: Pick<Platform, 'database' | 'clock' | 'log'>): RevocationSource => {
  /** Hashes, each with the end of its certificate. */
  const known = new Map<string, Date>()
  let list: readonly string[] | null = null
  let newest: Date | null = null

  const rowsSince = (since: Date | null, now: Date): Promise<Row[]> => database<Row[]>`
    select revoked_at, expires_at, hcert_hash, twoddoc_hash from certificate_revocation
    where expires_at > ${now} and (${since}::timestamptz is null or revoked_at > ${since}::timestamptz)`

  return makeReread(log, 'revocations', async () => {
    const now = clock.now()
    const since = newest === null ? null : new Date(newest.getTime() - overlapMilliseconds)
    const before = known.size
    for (const row of await rowsSince(since, now)) {
      for (const hash of [row.hcert_hash, row.twoddoc_hash]) {
        if (hash !== null) known.set(bytesToHex(hash), row.expires_at)
      }
      if (newest === null || row.revoked_at > newest) newest = row.revoked_at
    }
    const grown = known.size
    for (const [hash, expiresAt] of known) if (expiresAt <= now) known.delete(hash)
    const isSame = grown === before && known.size === grown
    if (list === null || !isSame) list = [...known.keys()].sort()
    return list
  })
}
