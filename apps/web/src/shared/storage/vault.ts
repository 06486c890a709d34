/**
 * What a page keeps on the device across reloads. Invariants:
 * 1. Values are encrypted (AES-GCM, 256 bit) before they reach the disk, under a key that scripts can use but not export.
 * 2. A value is bound to its place: the store and key names are authenticated with it.
 * 3. A value that cannot be opened (key gone, damaged) is dropped, not guessed.
 * 4. A change of several places is made whole or not at all, and only on the revision that it was made from.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

interface Sealed {
  /** 96-bit nonce (NIST SP 800-38D §8.2.2), random for each write. */
  readonly nonce: Uint8Array<ArrayBuffer>
  readonly bytes: ArrayBuffer
  /** Of a place that guards others; plain, because it is compared within the transaction. */
  readonly revision?: number
}

interface VaultSchema extends DBSchema {
  keys: { key: string; value: CryptoKey }
  sealed: { key: string; value: Sealed }
}

/** A keyed store of JSON values. Reading gives `unknown`: what was written by an older version is parsed like any input. */
export interface Vault {
  get(key: string): Promise<unknown>
  put(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
  /** Every readable entry whose key begins with a prefix, in key order; all of one moment. */
  entries(...prefixes: string[]): Promise<{ readonly key: string; readonly value: unknown }[]>
  /**
   * Changes several places at once, durably.
   *
   * @returns `conflict` when the guard's revision is another one, `full` when there is no room; nothing is changed then
   */
  change(change: VaultChange): Promise<'written' | 'conflict' | 'full'>
  /** Whether values survive a reload: false when the browser refuses storage and memory stands in. */
  readonly durable: boolean
}

export interface VaultChange {
  /** The place that counts the changes: 0 before the first. */
  readonly guard: { readonly key: string; readonly expected: number; readonly value: unknown }
  readonly put: readonly VaultPut[]
  readonly remove: readonly string[]
}

interface VaultPut {
  readonly key: string
  readonly value: unknown
  /** The record is filled up to so many bytes, encryption included: what replaces it needs no more room. */
  readonly recordBytes?: number
}

const keyName = 'aes-gcm-1'
/** AES-GCM as used here: nonce and tag (NIST SP 800-38D §5.2.1.2). */
const sealBytes = 12 + 16

/** JSON with blanks behind it, which JSON allows (RFC 8259 §2). */
const padded = (value: unknown, recordBytes = 0): Uint8Array<ArrayBuffer> => {
  const text = new TextEncoder().encode(JSON.stringify(value))
  const size = recordBytes - sealBytes
  if (text.length >= size) return text
  const bytes = new Uint8Array(size).fill(0x20)
  bytes.set(text)
  return bytes
}

const isFull = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'QuotaExceededError'

const loadKey = async (database: IDBPDatabase<VaultSchema>): Promise<CryptoKey> => {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
  // One transaction: two tabs that start together end with the same key.
  const transaction = database.transaction('keys', 'readwrite')
  const existing = await transaction.store.get(keyName)
  if (existing === undefined) await transaction.store.put(made, keyName)
  await transaction.done
  return existing ?? made
}

const openDurable = async (name: string): Promise<Vault> => {
  const database = await openDB<VaultSchema>(name, 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('keys')
      fresh.createObjectStore('sealed')
    },
    // A later version wants to upgrade in another tab: let it.
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close()
    },
  })
  const key = await loadKey(database)
  const parameters = (place: string, nonce: Uint8Array<ArrayBuffer>): AesGcmParams => ({
    name: 'AES-GCM',
    iv: nonce,
    additionalData: new TextEncoder().encode(`${name}/${place}`),
  })
  const open = async (place: string, sealed: Sealed): Promise<unknown> => {
    try {
      const plain = await crypto.subtle.decrypt(parameters(place, sealed.nonce), key, sealed.bytes)
      return JSON.parse(new TextDecoder().decode(plain))
    } catch {
      // Invariant 3: sealed under a key that is gone, or damaged on disk. Nothing can read it any more.
      await database.delete('sealed', place)
      return undefined
    }
  }
  const seal = async (place: string, plain: Uint8Array<ArrayBuffer>): Promise<Sealed> => {
    const nonce = crypto.getRandomValues(new Uint8Array(12))
    return { nonce, bytes: await crypto.subtle.encrypt(parameters(place, nonce), key, plain) }
  }
  return {
    durable: true,
    get: async (place) => {
      const sealed = await database.get('sealed', place)
      return sealed === undefined ? undefined : open(place, sealed)
    },
    put: async (place, value) => {
      await database.put('sealed', await seal(place, padded(value)), place)
    },
    delete: (place) => database.delete('sealed', place),
    entries: async (...prefixes) => {
      const { store, done } = database.transaction('sealed')
      const found = await Promise.all(
        prefixes.map(async (prefix) => {
          const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
          const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
          return keys.map((place, index) => ({ place, sealed: values[index] }))
        }),
      )
      await done
      const entries: { key: string; value: unknown }[] = []
      for (const { place, sealed } of found.flat()) {
        const value = sealed === undefined ? undefined : await open(place, sealed)
        if (value !== undefined) entries.push({ key: place, value })
      }
      return entries
    },
    change: async ({ guard, put, remove }) => {
      // All sealing before the transaction: one that waits for something else ends by itself.
      const sealed = await Promise.all(
        put.map(async (entry) => ({
          place: entry.key,
          record: await seal(entry.key, padded(entry.value, entry.recordBytes)),
        })),
      )
      const guarding = await seal(guard.key, padded(guard.value, guardBytes))
      const { store, done } = database.transaction('sealed', 'readwrite', { durability: 'strict' })
      try {
        const current = await store.get(guard.key)
        if ((current?.revision ?? 0) !== guard.expected) {
          await done
          return 'conflict'
        }
        await Promise.all([
          store.put({ ...guarding, revision: guard.expected + 1 }, guard.key),
          ...sealed.map(({ place, record }) => store.put(record, place)),
          ...remove.map((place) => store.delete(place)),
          done,
        ])
        return 'written'
      } catch (error) {
        if (isFull(error)) return 'full'
        throw error
      }
    },
  }
}

/** The guard is written with every change; this much of it never needs new room. */
const guardBytes = 16 * 1024

/** A vault that forgets with the page: for browsers that refuse storage, and for tests. */
export const memoryVault = (): Vault => {
  const values = new Map<string, string>()
  const revisions = new Map<string, number>()
  const read = (key: string): unknown => {
    const text = values.get(key)
    return text === undefined ? undefined : JSON.parse(text)
  }
  return {
    durable: false,
    get: async (key) => read(key),
    put: async (key, value) => {
      values.set(key, JSON.stringify(value))
    },
    delete: async (key) => {
      values.delete(key)
    },
    entries: async (...prefixes) =>
      [...values.keys()]
        .filter((key) => prefixes.some((prefix) => key.startsWith(prefix)))
        .sort()
        .map((key) => ({ key, value: read(key) })),
    change: async ({ guard, put, remove }) => {
      if ((revisions.get(guard.key) ?? 0) !== guard.expected) return 'conflict'
      revisions.set(guard.key, guard.expected + 1)
      for (const { key, value } of [...put, guard]) values.set(key, JSON.stringify(value))
      for (const key of remove) values.delete(key)
      return 'written'
    },
  }
}

/**
 * Opens the device's encrypted store.
 *
 * @param name of the IndexedDB database, one a room (`sidep-counter`)
 * @returns a vault; one in memory (`durable: false`) when the browser refuses to store
 */
export const openVault = async (name: string): Promise<Vault> => {
  try {
    const vault = await openDurable(name)
    // Asks the browser not to clear it under pressure; a refusal changes nothing here.
    await navigator.storage?.persist?.()
    return vault
  } catch (error) {
    console.warn('STORAGE_REFUSED', error)
    return memoryVault()
  }
}
