import { type DBSchema, openDB } from 'idb'

/** The signed bundle as it came, and the key it must be signed with. Public data; nothing about scans. */
export interface StoredTrust {
  /** SubjectPublicKeyInfo, DER: pinned when the page was first opened. */
  readonly anchor: Uint8Array
  readonly bundle: Uint8Array
  /** RFC 3339: of the newest bundle that ever came, whether or not it could be used; missing in older records. */
  readonly newestIssuedAt?: string
}

export interface TrustStore {
  readonly read: () => Promise<StoredTrust | null>
  readonly write: (trust: StoredTrust) => Promise<void>
}

interface Schema extends DBSchema {
  trust: { key: 'current'; value: StoredTrust }
}

/** The store in IndexedDB, or one in memory where the browser refuses storage (then: no use offline). */
export const openTrustStore = async (): Promise<TrustStore> => {
  try {
    const database = await openDB<Schema>('sidep-verifier', 1, {
      upgrade: (fresh) => {
        fresh.createObjectStore('trust')
      },
    })
    return {
      read: async () => (await database.get('trust', 'current')) ?? null,
      write: async (trust) => {
        await database.put('trust', trust, 'current')
      },
    }
  } catch (error) {
    console.warn('STORAGE_REFUSED', error)
    return memoryTrustStore()
  }
}

export const memoryTrustStore = (stored: StoredTrust | null = null): TrustStore => {
  let current = stored
  return {
    read: async () => current,
    write: async (trust) => {
      current = trust
    },
  }
}
