import { initialTrustState, type TrustState } from '@sidep/trust'
import { type DBSchema, openDB } from 'idb'

/** What a device keeps of trust: the state of following the index, and parts by hash. Public data; nothing about scans. */
export interface TrustStore {
  /** Null on a device that never loaded anything. */
  readonly readState: () => Promise<TrustState | null>
  readonly writeState: (state: TrustState) => Promise<void>
  readonly part: (sha256: string) => Promise<Uint8Array | null>
  readonly keepPart: (sha256: string, bytes: Uint8Array) => Promise<void>
  /** Forgets all parts but these. */
  readonly keepOnly: (needed: ReadonlySet<string>) => Promise<void>
}

interface Schema extends DBSchema {
  trust: { key: 'current' | 'followed'; value: KeptBundle | TrustState }
  parts: { key: string; value: Uint8Array }
}

/** What pages of before kept: of it the pinned anchor is taken over. */
interface KeptBundle {
  readonly anchor: Uint8Array
  readonly bundle: Uint8Array
}

/** The store in IndexedDB, or one in memory where the browser refuses storage (then: no use offline). */
export const openTrustStore = async (): Promise<TrustStore> => {
  try {
    const database = await openDB<Schema>('sidep-verifier', 2, {
      upgrade: (grown, versionBefore) => {
        if (versionBefore < 1) grown.createObjectStore('trust')
        if (versionBefore < 2) grown.createObjectStore('parts')
      },
    })
    return {
      readState: async () => {
        const state = await database.get('trust', 'followed')
        if (state !== undefined && 'failures' in state) return state
        const before = await database.get('trust', 'current')
        return before === undefined ? null : initialTrustState(before.anchor)
      },
      writeState: async (state) => {
        await database.put('trust', state, 'followed')
      },
      part: async (sha256) => (await database.get('parts', sha256)) ?? null,
      keepPart: async (sha256, bytes) => {
        await database.put('parts', bytes, sha256)
      },
      keepOnly: async (needed) => {
        const changing = database.transaction('parts', 'readwrite')
        for (const sha256 of await changing.store.getAllKeys()) {
          if (!needed.has(sha256)) await changing.store.delete(sha256)
        }
        await changing.done
      },
    }
  } catch (error) {
    console.warn('STORAGE_REFUSED', error)
    return memoryTrustStore()
  }
}

export const memoryTrustStore = (initial: TrustState | null = null): TrustStore => {
  let state = initial
  const parts = new Map<string, Uint8Array>()
  return {
    readState: async () => state,
    writeState: async (next) => {
      state = next
    },
    part: async (sha256) => parts.get(sha256) ?? null,
    keepPart: async (sha256, bytes) => {
      parts.set(sha256, bytes)
    },
    keepOnly: async (needed) => {
      for (const sha256 of parts.keys()) if (!needed.has(sha256)) parts.delete(sha256)
    },
  }
}
