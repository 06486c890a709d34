/**
 * The keys of pseudonyms: one a quarter of a year, by the day of the sample. Two quarters of one person cannot be put together;
 * once a quarter's key is removed, nobody can tell whose its pseudonyms were.
 *
 * Invariants
 * - A key is in the database only sealed by the vault, under the key of a week; it is sealed anew each week, so that it goes
 *   with the weeks once nobody needs it, and a copy of its row with them.
 * - A key is removed when no screening of its quarter may be readable any more.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { dayMilliseconds, weekMilliseconds } from '@sidep/time'
import type { Platform, Sql } from '../platform/context.ts'

export interface PseudonymKeys {
  /** Secret of 32 bytes for samples of a day (`YYYY-MM-DD`); made when it is the first. */
  keyOf(day: string): Promise<KeyObject>
  /** Seals anew what was sealed more than a week ago, and removes what is past its time. */
  tend(): Promise<void>
}

type KeysPlatform = Pick<Platform, 'vault' | 'clock' | 'randomBytes' | 'configuration'> & {
  readonly database: Sql
}

interface KeyRow {
  readonly period: string
  readonly key_id: number
  readonly sealed: Uint8Array
}

const keyBytes = 32

/** `2021-Q3` */
export const periodOf = (day: string): string =>
  `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`

/** The day after the last one of a period. */
const endOf = (period: string): Date =>
  new Date(Date.UTC(Number(period.slice(0, 4)), Number(period.slice(6)) * 3, 1))

const contextOf = (period: string): string => `feed_key|${period}`

export const openPseudonymKeys = (platform: KeysPlatform): PseudonymKeys => {
  const { vault, clock, randomBytes, database } = platform
  const held = new Map<string, KeyObject>()

  const open = ({ period, key_id, sealed }: KeyRow): Uint8Array =>
    vault.open(key_id, sealed, contextOf(period))

  const make = async (period: string): Promise<Uint8Array> => {
    const { keyId, sealed } = vault.seal(randomBytes(keyBytes), contextOf(period))
    // Another process may make it at the same moment: whoever is first is right.
    await database`
      insert into feed_key (period, key_id, sealed, sealed_at)
      values (${period}, ${keyId}, ${sealed}, ${clock.now()}) on conflict do nothing`
    const [row] = await database<KeyRow[]>`
      select period, key_id, sealed from feed_key where period = ${period}`
    if (row === undefined) throw new Error('a key of pseudonyms is not there')
    return open(row)
  }

  return {
    async keyOf(day) {
      const period = periodOf(day)
      const known = held.get(period)
      if (known !== undefined) return known
      const key = createSecretKey(await make(period))
      held.set(period, key)
      return key
    },
    async tend() {
      const now = clock.now()
      const rows = await database<KeyRow[]>`
        select period, key_id, sealed from feed_key where sealed_at <= ${new Date(now.getTime() - weekMilliseconds)}`
      const keptMilliseconds = platform.configuration.retention.identifyingDays * dayMilliseconds
      for (const row of rows) {
        if (endOf(row.period).getTime() + 2 * keptMilliseconds < now.getTime()) {
          held.delete(row.period)
          await database`delete from feed_key where period = ${row.period}`
          continue
        }
        const anew = vault.seal(open(row), contextOf(row.period))
        await database`
          update feed_key set key_id = ${anew.keyId}, sealed = ${anew.sealed}, sealed_at = ${now}
          where period = ${row.period} and key_id = ${row.key_id}`
      }
    },
  }
}
