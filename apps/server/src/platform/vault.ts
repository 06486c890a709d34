/**
 * The vault: identity data is readable only through it.
 *
 * Invariants
 * - Every sealed value is AES-256-GCM under a data key of one calendar week (UTC, Monday), with the caller's
 *   context as associated data: a value moved to another row or column does not open.
 * - Data keys exist outside memory only wrapped, by the key-encryption key together with their week's secret. Removing a
 *   week's row makes that week's data unreadable for ever; a process that has seen it forgets it at its next refresh.
 *   Once no row needs a week's secret any more it is given up too: then copies of the row are unreadable as well.
 * - Keyed hashes of what identifies a person are the week's, and go with its key. Others come from a root secret
 *   that is wrapped the same way, anew each week, and outlives the weeks; so does the derivation of retrieval links.
 * - The hot path reads no database: the keys of this week and the next are in memory before they are needed.
 */

import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { weekMilliseconds } from '@sidep/time'
import type { Sql } from 'postgres'
import { decrypt, encrypt, nonceBytes } from './aes-gcm.ts'
import type { Clock, RandomBytes } from './clock.ts'
import { fixedKeyEncryption, type KeyEncryption } from './key-encryption-key.ts'
import { weekAfter, weekOf } from './weeks.ts'

export interface Sealed {
  readonly keyId: number
  /** Nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes). */
  readonly sealed: Uint8Array
}

export interface Vault {
  /** Seals bytes under this week's key; `context` names table, column and row, and must be given again to open. */
  seal(plain: Uint8Array, context: string): Sealed
  /**
   * Opens what was sealed in the same context.
   * @throws VaultError KEY_REMOVED when its data key is gone, SEAL_BROKEN when bytes or context are not those sealed.
   */
  open(keyId: number, sealed: Uint8Array, context: string): Uint8Array
  /**
   * HMAC-SHA-256 (32 bytes) under a key derived for `scope` that lasts: for what identifies nobody, or lives for hours.
   * Equal values can be found, not read.
   */
  searchHash(scope: string, value: string): Uint8Array
  /**
   * The same under a key of the week that a data key is of: nothing is found by it any more once that key is removed.
   * @throws VaultError KEY_REMOVED
   */
  weekHash(keyId: number, scope: string, value: string): Uint8Array
  /** Whether a data key is here: what it sealed can be read. */
  holds(keyId: number): boolean
  /** Data keys of this week and of those from the week of a date on, as far as they are still there. */
  weekKeysSince(since: Date): readonly number[]
  /** Loads new keys and forgets removed ones; the owner calls it every few minutes. */
  refresh(): Promise<void>
  /** Removes the keys of whole weeks that ended before `before`; @returns how many. */
  removeKeysBefore(before: Date): Promise<number>
}

export type VaultErrorCode = 'KEY_REMOVED' | 'SEAL_BROKEN' | 'KEY_ENCRYPTION_KEY_WRONG'

export class VaultError extends Error {
  readonly code: VaultErrorCode
  constructor(code: VaultErrorCode, options?: ErrorOptions) {
    super(code, options)
    this.name = 'VaultError'
    this.code = code
  }
}

const keyBytes = 32
const rootPeriod = 'root'

interface KeyRow {
  readonly id: number
  readonly period: string
  readonly wrapped: Uint8Array
  readonly wrapping_key: Uint8Array | null
  readonly epoch: string | null
}

/** Binds a wrapped key to its period. */
export const wrapContext = (period: string): string => `data_key|${period}`

/** A handful of nonces a call: one request to the system for many seals. */
const nonceSource = (randomBytes: RandomBytes): (() => Uint8Array) => {
  let pool = new Uint8Array(0)
  let used = 0
  return () => {
    if (used + nonceBytes > pool.length) {
      pool = new Uint8Array(randomBytes(nonceBytes * 256))
      used = 0
    }
    used += nonceBytes
    return pool.subarray(used - nonceBytes, used)
  }
}

/**
 * Opens the vault on a migrated database; makes the keys that are missing.
 *
 * @param given what wraps the data keys; 32 bytes are a key without weeks
 * @throws VaultError KEY_ENCRYPTION_KEY_WRONG when the keys there were wrapped by another key-encryption key.
 */
export const openVault = async (
  database: Sql,
  given: KeyEncryption | Uint8Array,
  clock: Clock,
  randomBytes: RandomBytes,
): Promise<Vault> => {
  const encryption = given instanceof Uint8Array ? fixedKeyEncryption(given, randomBytes) : given
  const nextNonce = nonceSource(randomBytes)
  let keys = new Map<number, KeyObject>()
  let periods = new Map<string, number>()
  let rootSecret: KeyObject | null = null
  const scopeKeys = new Map<string, KeyObject>()
  let weekScopeKeys = new Map<string, KeyObject>()

  /** Null when the week of its wrapping is over for good: a row that came back with a copy of the database. */
  const unwrap = ({ period, wrapped, wrapping_key, epoch }: KeyRow): Uint8Array | null => {
    try {
      return encryption.unwrap({ wrapped, wrappingKey: wrapping_key, epoch }, wrapContext(period))
    } catch (cause) {
      throw new VaultError('KEY_ENCRYPTION_KEY_WRONG', { cause })
    }
  }

  /** A week's key needs its own secret; the root's needs this week's, and is wrapped anew each week. */
  const epochOf = (period: string, now: Date): string =>
    period === rootPeriod ? weekOf(now) : period

  const ensure = async (period: string, now: Date): Promise<void> => {
    const made = encryption.wrap(randomBytes(keyBytes), wrapContext(period), epochOf(period, now))
    // Another process may make the same period's key at the same moment: whoever is first is right.
    await database`insert into data_key (period, wrapped, wrapping_key, epoch, created_at)
      values (${period}, ${made.wrapped}, ${made.wrappingKey}, ${made.epoch}, ${now})
      on conflict (period) do nothing`
  }

  /** Wraps anew what has not the epoch that it should have: the root each week, and keys of before there were epochs. */
  const renew = async (rows: readonly KeyRow[], now: Date): Promise<void> => {
    if (encryption.epochs === null) return
    for (const row of rows) {
      const epoch = epochOf(row.period, now)
      if (row.epoch !== null && row.epoch >= epoch) continue
      const key = unwrap(row)
      if (key === null) continue
      const made = encryption.wrap(key, wrapContext(row.period), epoch)
      await database`
        update data_key set wrapped = ${made.wrapped}, wrapping_key = ${made.wrappingKey}, epoch = ${made.epoch}
        where id = ${row.id} and wrapped = ${row.wrapped}`
    }
  }

  const readRows = () => database<KeyRow[]>`
    select id, period, wrapped, wrapping_key, epoch from data_key`

  /** Gives up the secrets of weeks that are past their time and that no row needs. */
  const giveUpEpochs = async (rows: readonly KeyRow[]): Promise<void> => {
    const needed = rows.flatMap(({ epoch }) => epoch ?? []).sort()
    const [oldest] = needed
    if (encryption.epochs === null || oldest === undefined || needed.length < rows.length) return
    const [left] = await database<{ from: string }[]>`
      select needed_from as "from" from key_epoch`
    if (left === undefined) return
    const [first = oldest] = [left.from, oldest].sort()
    encryption.epochs.advanceTo(first)
  }

  const refresh = async (): Promise<void> => {
    const now = clock.now()
    const wanted = [rootPeriod, weekOf(now), weekOf(new Date(now.getTime() + weekMilliseconds))]
    if (wanted.some((period) => !periods.has(period))) {
      for (const period of wanted) await ensure(period, now)
    }
    encryption.reload()
    await renew(await readRows(), now)
    const rows = await readRows()
    const known = keys
    keys = new Map(
      rows.flatMap((row) => {
        const key = known.get(row.id)
        if (key !== undefined) return [[row.id, key]]
        const unwrapped = unwrap(row)
        return unwrapped === null ? [] : [[row.id, createSecretKey(unwrapped)]]
      }),
    )
    periods = new Map(rows.map((row) => [row.period, row.id]))
    const root = periods.get(rootPeriod)
    rootSecret = (root === undefined ? undefined : keys.get(root)) ?? null
    weekScopeKeys = new Map()
    await giveUpEpochs(rows)
  }

  const derive = (key: KeyObject, info: string): KeyObject =>
    createSecretKey(new Uint8Array(hkdfSync('sha256', key, '', info, keyBytes)))

  const scopeKey = (scope: string): KeyObject => {
    const known = scopeKeys.get(scope)
    if (known !== undefined) return known
    if (rootSecret === null) throw new VaultError('KEY_REMOVED')
    const derived = derive(rootSecret, `sidep|${scope}`)
    scopeKeys.set(scope, derived)
    return derived
  }

  const weekScopeKey = (keyId: number, scope: string): KeyObject => {
    const name = `${keyId}|${scope}`
    const known = weekScopeKeys.get(name)
    if (known !== undefined) return known
    const key = keys.get(keyId)
    if (key === undefined) throw new VaultError('KEY_REMOVED')
    const derived = derive(key, `sidep|week|${scope}`)
    weekScopeKeys.set(name, derived)
    return derived
  }

  await refresh()
  return {
    refresh,
    seal(plain, context) {
      const keyId = periods.get(weekOf(clock.now()))
      const key = keyId === undefined ? undefined : keys.get(keyId)
      if (keyId === undefined || key === undefined) throw new VaultError('KEY_REMOVED')
      return { keyId, sealed: encrypt(key, nextNonce(), plain, context) }
    },
    open(keyId, sealed, context) {
      const key = keys.get(keyId)
      if (key === undefined) throw new VaultError('KEY_REMOVED')
      try {
        return decrypt(key, sealed, context)
      } catch (cause) {
        throw new VaultError('SEAL_BROKEN', { cause })
      }
    },
    weekHash: (keyId, scope, value) =>
      new Uint8Array(createHmac('sha256', weekScopeKey(keyId, scope)).update(value).digest()),
    holds: (keyId) => keys.has(keyId),
    weekKeysSince(since) {
      const first = weekOf(since)
      const last = weekOf(clock.now())
      return [...periods].flatMap(([period, keyId]) =>
        period !== rootPeriod && period >= first && period <= last && keys.has(keyId)
          ? [keyId]
          : [],
      )
    },
    searchHash: (scope, value) =>
      new Uint8Array(createHmac('sha256', scopeKey(scope)).update(value).digest()),
    async removeKeysBefore(before) {
      const limit = weekOf(new Date(before.getTime() - weekMilliseconds))
      const removed = await database`delete from data_key
        where period <> ${rootPeriod} and period <= ${limit} returning id`
      const neededFrom = weekAfter(limit)
      await database`
        insert into key_epoch as held (needed_from) values (${neededFrom})
        on conflict (only_row) do update set needed_from = excluded.needed_from
        where held.needed_from < excluded.needed_from`
      await refresh()
      return removed.length
    },
  }
}
