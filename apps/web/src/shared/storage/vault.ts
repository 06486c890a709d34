/**
 * What a page keeps on the device across reloads. Invariants:
 * 1. Values are encrypted (AES-GCM, 256 bit) before they reach the disk, under a key that scripts can use but not export.
 * 2. A value is bound to its place: the store and key names are authenticated with it.
 * 3. A value that cannot be opened (key gone, damaged) is dropped, not guessed.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

interface Sealed {
  /** 96-bit nonce (NIST SP 800-38D §8.2.2), random for each write. */
  readonly nonce: Uint8Array<ArrayBuffer>
  readonly bytes: ArrayBuffer
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
  /** Every readable entry whose key begins with the prefix, in key order. */
  entries(prefix: string): Promise<{ readonly key: string; readonly value: unknown }[]>
  /** Whether values survive a reload: false when the browser refuses storage and memory stands in. */
  readonly durable: boolean
}

const keyName = 'aes-gcm-1'

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
  return {
    durable: true,
    get: async (place) => {
      const sealed = await database.get('sealed', place)
      return sealed === undefined ? undefined : open(place, sealed)
    },
    put: async (place, value) => {
      const nonce = crypto.getRandomValues(new Uint8Array(12))
      const plain = new TextEncoder().encode(JSON.stringify(value))
      const bytes = await crypto.subtle.encrypt(parameters(place, nonce), key, plain)
      await database.put('sealed', { nonce, bytes }, place)
    },
    delete: (place) => database.delete('sealed', place),
    entries: async (prefix) => {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
      const keys = await database.getAllKeys('sealed', range)
      const entries: { key: string; value: unknown }[] = []
      for (const place of keys) {
        const sealed = await database.get('sealed', place)
        const value = sealed === undefined ? undefined : await open(place, sealed)
        if (value !== undefined) entries.push({ key: place, value })
      }
      return entries
    },
  }
}

/** A vault that forgets with the page: for browsers that refuse storage, and for tests. */
export const memoryVault = (): Vault => {
  const values = new Map<string, string>()
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
    entries: async (prefix) =>
      [...values.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .map((key) => ({ key, value: read(key) })),
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
