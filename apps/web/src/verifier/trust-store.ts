import { initialTrustState, type TrustState } from '@sidep/trust'
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { withDeadline } from '../shared/deadline.ts'

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

/** A browser that opens a database at all does so in milliseconds; a broken one may never answer. */
const openMillisecondsMax = 5_000

export interface TrustDatabase {
  readonly store: TrustStore
  readonly close: () => void
}

const storeIn = (database: IDBPDatabase<Schema>): TrustStore => ({
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
})

const openTrustDatabase = async (): Promise<TrustDatabase> => {
  const opening = openDB<Schema>('sidep-verifier', 2, {
    upgrade: (grown, versionBefore) => {
      if (versionBefore < 1) grown.createObjectStore('trust')
      if (versionBefore < 2) grown.createObjectStore('parts')
    },
    // Another page deletes it or needs a newer one: it waits for nobody.
    blocking: (_before, _wanted, event) => (event.target as IDBDatabase).close(),
  })
  const database = await withDeadline(opening, openMillisecondsMax)
  return { store: storeIn(database), close: () => database.close() }
}

/**
 * The store in IndexedDB. Browsers refuse one, or close and clear it under an open page: it is opened again once, and what
 * still fails is done in memory, where all that this page has written is too (then: no use offline).
 */
export const openTrustStore = (
  open: () => Promise<TrustDatabase> = openTrustDatabase,
): TrustStore => {
  const memory = memoryTrustStore()
  let connection: Promise<TrustDatabase> | null = null

  const onDisk = async <T>(work: (store: TrustStore) => Promise<T>): Promise<T | undefined> => {
    for (let tries = 1; ; tries += 1) {
      try {
        connection ??= open()
        return await work((await connection).store)
      } catch (error) {
        connection?.then(
          ({ close }) => close(),
          () => undefined,
        )
        connection = null
        if (tries === 1) continue
        console.warn('STORAGE_REFUSED', error)
        return undefined
      }
    }
  }
  // What the disk has may be another tab's, and newer; what it has lost is in memory.
  const found = async <T>(work: (store: TrustStore) => Promise<T | null>): Promise<T | null> =>
    (await onDisk(work)) ?? (await work(memory))
  const kept = async (work: (store: TrustStore) => Promise<void>): Promise<void> => {
    await work(memory)
    await onDisk(work)
  }

  return {
    readState: () => found((store) => store.readState()),
    writeState: (state) => kept((store) => store.writeState(state)),
    part: (sha256) => found((store) => store.part(sha256)),
    keepPart: (sha256, bytes) => kept((store) => store.keepPart(sha256, bytes)),
    keepOnly: (needed) => kept((store) => store.keepOnly(needed)),
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
