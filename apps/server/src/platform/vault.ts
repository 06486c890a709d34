/**
 * The vault: identity data is readable only through it.
 *
 * Invariants
 * - Every sealed value is AES-256-GCM under a data key of one calendar week (UTC, Monday), with the caller's
 *   context as associated data: a value moved to another row or column does not open.
 * - Data keys exist outside memory only wrapped by the key-encryption key. Removing a week's row makes that
 *   week's data unreadable for ever; a process that has seen it forgets it at its next refresh.
 * - Keyed hashes come from a root secret that is wrapped the same way and outlives the weeks; so does the
 *   derivation of retrieval links.
 * - The hot path reads no database: the keys of this week and the next are in memory before they are needed.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import type { Sql } from 'postgres'
import type { Clock, RandomBytes } from './clock.ts'

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
  /** HMAC-SHA-256 (32 bytes) under a key derived for `scope`: equal values can be found, not read. */
  searchHash(scope: string, value: string): Uint8Array
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

const algorithm = 'aes-256-gcm'
const nonceBytes = 12 // NIST SP 800-38D §8.2.1
const tagBytes = 16
const keyBytes = 32
const weekMilliseconds = 7 * 24 * 3_600_000
const rootPeriod = 'root'

const encrypt = (
  key: KeyObject,
  nonce: Uint8Array,
  plain: Uint8Array,
  context: string,
): Uint8Array => {
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

const decrypt = (key: KeyObject, sealed: Uint8Array, context: string): Uint8Array => {
  const end = sealed.length - tagBytes
  if (end < nonceBytes) throw new VaultError('SEAL_BROKEN')
  try {
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(sealed.subarray(end))
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()])
  } catch (cause) {
    throw new VaultError('SEAL_BROKEN', { cause })
  }
}

/** First day of the UTC week (Monday) of a date, as `YYYY-MM-DD`: the name of a key's period. */
const periodOf = (at: Date): string => {
  const days = Math.floor(at.getTime() / 86_400_000)
  // 1970-01-01 was a Thursday, three days after its Monday.
  const monday = days - ((days + 3) % 7)
  return new Date(monday * 86_400_000).toISOString().slice(0, 10)
}

interface KeyRow {
  id: number
  period: string
  wrapped: Uint8Array
}

const wrapContext = (period: string): string => `data_key|${period}`

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
 * @throws VaultError KEY_ENCRYPTION_KEY_WRONG when the keys there were wrapped by another key-encryption key.
 */
export const openVault = async (
  database: Sql,
  keyEncryptionKey: Uint8Array,
  clock: Clock,
  randomBytes: RandomBytes,
): Promise<Vault> => {
  const wrappingKey = createSecretKey(keyEncryptionKey)
  const nextNonce = nonceSource(randomBytes)
  let keys = new Map<number, KeyObject>()
  let periods = new Map<string, number>()
  let rootSecret: KeyObject | null = null
  const scopeKeys = new Map<string, KeyObject>()

  const unwrap = ({ period, wrapped }: KeyRow): KeyObject => {
    try {
      return createSecretKey(decrypt(wrappingKey, wrapped, wrapContext(period)))
    } catch (cause) {
      throw new VaultError('KEY_ENCRYPTION_KEY_WRONG', { cause })
    }
  }

  const ensure = async (period: string): Promise<void> => {
    const wrapped = encrypt(wrappingKey, nextNonce(), randomBytes(keyBytes), wrapContext(period))
    // Another process may make the same period's key at the same moment: whoever is first is right.
    await database`insert into data_key (period, wrapped, created_at)
      values (${period}, ${wrapped}, ${clock.now()}) on conflict (period) do nothing`
  }

  const refresh = async (): Promise<void> => {
    const now = clock.now()
    const wanted = [rootPeriod, periodOf(now), periodOf(new Date(now.getTime() + weekMilliseconds))]
    if (wanted.some((period) => !periods.has(period))) {
      for (const period of wanted) await ensure(period)
    }
    const rows = await database<KeyRow[]>`select id, period, wrapped from data_key`
    const known = keys
    keys = new Map(rows.map((row) => [row.id, known.get(row.id) ?? unwrap(row)]))
    periods = new Map(rows.map((row) => [row.period, row.id]))
    const root = periods.get(rootPeriod)
    rootSecret = (root === undefined ? undefined : keys.get(root)) ?? null
  }

  const scopeKey = (scope: string): KeyObject => {
    const known = scopeKeys.get(scope)
    if (known !== undefined) return known
    if (rootSecret === null) throw new VaultError('KEY_REMOVED')
    const derived = createSecretKey(
      new Uint8Array(hkdfSync('sha256', rootSecret, '', `sidep|${scope}`, keyBytes)),
    )
    scopeKeys.set(scope, derived)
    return derived
  }

  await refresh()
  return {
    refresh,
    seal(plain, context) {
      const keyId = periods.get(periodOf(clock.now()))
      const key = keyId === undefined ? undefined : keys.get(keyId)
      if (keyId === undefined || key === undefined) throw new VaultError('KEY_REMOVED')
      return { keyId, sealed: encrypt(key, nextNonce(), plain, context) }
    },
    open(keyId, sealed, context) {
      const key = keys.get(keyId)
      if (key === undefined) throw new VaultError('KEY_REMOVED')
      return decrypt(key, sealed, context)
    },
    searchHash: (scope, value) =>
      new Uint8Array(createHmac('sha256', scopeKey(scope)).update(value).digest()),
    async removeKeysBefore(before) {
      const limit = periodOf(new Date(before.getTime() - weekMilliseconds))
      const removed = await database`delete from data_key
        where period <> ${rootPeriod} and period <= ${limit} returning id`
      await refresh()
      return removed.length
    },
  }
}
