/**
 * Our own certificates that no longer count, as verifiers compare them. One rare look across sites, by the time of the
 * revocation: all of them at the start, then what came since.
 */
import { bytesToHex } from '@sidep/encoding'
import { monotonicMilliseconds } from '../platform/clock.ts'
import type { Platform } from '../platform/context.ts'

export interface RevocationSource {
  /** SHA-256, hexadecimal, in order; the same object as long as nothing changed. */
  current(): Promise<readonly string[]>
  /** Something was revoked here: the next `current` reads anew. */
  changed(): void
}

/** What another process revoked is in this one's bundle after that. */
const rereadMilliseconds = 5_000
/** A statement that was under way may store what is older than what another stored meanwhile. */
const overlapMilliseconds = 10 * 60_000

interface Row {
  readonly revoked_at: Date
  readonly expires_at: Date
  readonly hcert_hash: Uint8Array | null
  readonly twoddoc_hash: Uint8Array
}

export const openRevocationSource = (
  platform: Pick<Platform, 'database' | 'clock' | 'log'>,
): RevocationSource => {
  const { database, clock, log } = platform
  /** Hashes, each with the end of its certificate. */
  const known = new Map<string, Date>()
  let list: readonly string[] | null = null
  let newest: Date | null = null
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<readonly string[]> | null = null
  let generation = 0

  const rowsSince = (since: Date | null, now: Date): Promise<Row[]> => database<Row[]>`
    select revoked_at, expires_at, hcert_hash, twoddoc_hash from certificate_revocation
    where expires_at > ${now} and (${since}::timestamptz is null or revoked_at > ${since}::timestamptz)`

  const read = async (): Promise<readonly string[]> => {
    readAt = monotonicMilliseconds()
    const begun = generation
    try {
      const now = clock.now()
      const since = newest === null ? null : new Date(newest.getTime() - overlapMilliseconds)
      const before = known.size
      for (const row of await rowsSince(since, now)) {
        for (const hash of [row.hcert_hash, row.twoddoc_hash]) {
          if (hash !== null) known.set(bytesToHex(hash), row.expires_at)
        }
        if (newest === null || row.revoked_at > newest) newest = row.revoked_at
      }
      const grown = known.size !== before
      const over = [...known].filter(([, expiresAt]) => expiresAt <= now)
      for (const [hash] of over) known.delete(hash)
      if (list === null || grown || over.length > 0) list = [...known.keys()].sort()
      return list
    } catch (error) {
      // A database that is away must not take the bundle away: what was revoked before still is.
      if (list === null) throw error
      log.warn({ name: error instanceof Error ? error.name : '' }, 'revocations not read')
      return list
    } finally {
      if (generation === begun) reading = null
    }
  }

  return {
    async current() {
      if (list !== null && monotonicMilliseconds() - readAt < rereadMilliseconds) return list
      reading ??= read()
      return reading
    },
    changed() {
      readAt = Number.NEGATIVE_INFINITY
      generation += 1
      reading = null
    },
  }
}
