/**
 * One connection to the device's database. Invariants:
 * 1. Values are encrypted (AES-GCM, 256 bit) before they reach the disk, under a key that scripts can use but not export.
 * 2. A value is bound to its place: the store and key names are authenticated with it.
 * 3. A value that cannot be opened (key gone, damaged) is dropped, not guessed.
 * 4. A change of several places is made whole or not at all, and only on the revision that it was made from.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { MemoryPlace } from './memory-vault.ts'

export interface SealedPlace {
  /** JSON. */
  readonly text: string
  /** Of a place that guards others. */
  readonly revision: number | null
}

/** What a page has that is not on disk, to be put there. */
interface Repair {
  readonly put: readonly RepairedPlace[]
  readonly remove: readonly string[]
}

export interface RepairedPlace {
  readonly key: string
  readonly place: MemoryPlace
  /** Of a guard; null otherwise. */
  readonly guard: {
    readonly revision: number
    /** As the disk last had it. */
    readonly expected: number
  } | null
  /**
   * Whether what is there stays in its stead: always, never, or where a guard on disk is not as it was, because another tab
   * changed what it guards.
   */
  readonly givesWay: 'always' | 'never' | 'if-changed'
}

interface SealedChange {
  readonly guard: {
    readonly key: string
    readonly expected: number
    readonly place: MemoryPlace
  }
  readonly put: readonly (readonly [key: string, place: MemoryPlace])[]
  readonly remove: readonly string[]
}

export interface SealedDatabase {
  /** Random, of this database: another one under the same name has another. */
  readonly instance: string
  get(key: string): Promise<SealedPlace | undefined>
  put(key: string, place: MemoryPlace): Promise<void>
  delete(key: string): Promise<void>
  entries(prefixes: readonly string[]): Promise<Map<string, SealedPlace>>
  change(change: SealedChange): Promise<'written' | 'conflict'>
  repair(repair: Repair): Promise<void>
  close(): void
}

interface Sealed {
  /** 96-bit nonce (NIST SP 800-38D §8.2.2), random for each write. */
  readonly nonce: Uint8Array<ArrayBuffer>
  readonly bytes: ArrayBuffer
  /** Of a place that guards others; plain, because it is compared within the transaction. */
  readonly revision?: number
}

interface VaultSchema extends DBSchema {
  keys: { key: string; value: CryptoKey | string }
  sealed: { key: string; value: Sealed }
}

const keyName = 'aes-gcm-1'
const instanceName = 'instance'
/** AES-GCM as used here: nonce and tag (NIST SP 800-38D §5.2.1.2). */
const sealBytes = 12 + 16
/** The guard is written with every change; this much of it never needs new room. */
const guardBytes = 16 * 1024

/** JSON with blanks behind it, which JSON allows (RFC 8259 §2). */
const padded = ({ text, recordBytes }: MemoryPlace): Uint8Array<ArrayBuffer> => {
  const bytes = new TextEncoder().encode(text)
  const size = recordBytes - sealBytes
  if (bytes.length >= size) return bytes
  const filled = new Uint8Array(size).fill(0x20)
  filled.set(bytes)
  return filled
}

/** One transaction: two tabs that start together end with the same key. */
const loadKey = async (
  database: IDBPDatabase<VaultSchema>,
): Promise<{ readonly key: CryptoKey; readonly instance: string }> => {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
  const { store, done } = database.transaction('keys', 'readwrite')
  const held = await store.get(keyName)
  const key = held instanceof CryptoKey ? held : made
  if (key === made) await store.put(made, keyName)
  const named = await store.get(instanceName)
  const instance = typeof named === 'string' ? named : crypto.randomUUID()
  if (instance !== named) await store.put(instance, instanceName)
  await done
  return { key, instance }
}

/**
 * Opens the database of a name.
 *
 * @param closed the browser, or a later version in another tab, has closed it
 */
export const openSealedDatabase = async (
  name: string,
  closed: () => void,
): Promise<SealedDatabase> => {
  const database = await openDB<VaultSchema>(name, 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('keys')
      fresh.createObjectStore('sealed')
    },
    // Another tab wants to upgrade it, or to delete it: let it.
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close()
      closed()
    },
    terminated: closed,
  })
  const { key, instance } = await loadKey(database).catch((error: unknown) => {
    database.close()
    throw error
  })

  const parameters = (place: string, nonce: Uint8Array<ArrayBuffer>): AesGcmParams => ({
    name: 'AES-GCM',
    iv: nonce,
    additionalData: new TextEncoder().encode(`${name}/${place}`),
  })
  const open = async (place: string, sealed: Sealed): Promise<SealedPlace | undefined> => {
    try {
      const plain = await crypto.subtle.decrypt(parameters(place, sealed.nonce), key, sealed.bytes)
      const text = new TextDecoder().decode(plain).trimEnd()
      JSON.parse(text)
      return { text, revision: sealed.revision ?? null }
    } catch {
      // Invariant 3: sealed under a key that is gone, or damaged on disk. Nothing can read it any more.
      await database.delete('sealed', place)
      return undefined
    }
  }
  const seal = async (at: string, place: MemoryPlace): Promise<Sealed> => {
    const nonce = crypto.getRandomValues(new Uint8Array(12))
    const bytes = await crypto.subtle.encrypt(parameters(at, nonce), key, padded(place))
    return { nonce, bytes }
  }

  return {
    instance,
    get: async (place) => {
      const sealed = await database.get('sealed', place)
      return sealed === undefined ? undefined : open(place, sealed)
    },
    put: async (place, value) => {
      await database.put('sealed', await seal(place, value), place)
    },
    delete: (place) => database.delete('sealed', place),
    entries: async (prefixes) => {
      const { store, done } = database.transaction('sealed')
      const found = await Promise.all(
        prefixes.map(async (prefix) => {
          const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
          const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
          return keys.map((place, index) => ({ place, sealed: values[index] }))
        }),
      )
      await done
      const entries = new Map<string, SealedPlace>()
      for (const { place, sealed } of found.flat()) {
        const opened = sealed === undefined ? undefined : await open(place, sealed)
        if (opened !== undefined) entries.set(place, opened)
      }
      return entries
    },
    change: async ({ guard, put, remove }) => {
      // All sealing before the transaction: one that waits for something else ends by itself.
      const sealed = await Promise.all(
        put.map(async ([place, value]) => ({ place, record: await seal(place, value) })),
      )
      const guarding = await seal(guard.key, { ...guard.place, recordBytes: guardBytes })
      const { store, done } = database.transaction('sealed', 'readwrite', { durability: 'strict' })
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
    },
    repair: async ({ put, remove }) => {
      const sealed = await Promise.all(
        put.map(async ({ key: place, place: value, guard, givesWay }) => {
          if (guard === null) return { place, guard, givesWay, record: await seal(place, value) }
          const record = await seal(place, { ...value, recordBytes: guardBytes })
          return { place, guard, givesWay, record: { ...record, revision: guard.revision } }
        }),
      )
      const { store, done } = database.transaction('sealed', 'readwrite', { durability: 'strict' })
      const there = new Map<string, Sealed>()
      for (const { place } of sealed) {
        const held = await store.get(place)
        if (held !== undefined) there.set(place, held)
      }
      const isChanged = sealed.some(({ place, guard }) => {
        const held = there.get(place)
        return guard !== null && held !== undefined && held.revision !== guard.expected
      })
      const stays = ({ place, givesWay }: (typeof sealed)[number]): boolean =>
        there.has(place) && (givesWay === 'always' || (givesWay === 'if-changed' && isChanged))
      await Promise.all([
        ...sealed.filter((one) => !stays(one)).map(({ place, record }) => store.put(record, place)),
        ...remove.map((place) => store.delete(place)),
        done,
      ])
    },
    close: () => database.close(),
  }
}
