/**
 * The outbox and the keys of booklets in IndexedDB. Invariants:
 * 1. A change is one transaction, durable before it is answered, and none where the stored revision is another.
 * 2. What is written of people is sealed under a key that cannot be exported: a copy of the profile's files does not open
 *    it elsewhere. It is no protection against a program in the same origin.
 */
import { type Entry, emptyOutbox, type OutboxHead, type OutboxStore } from '@sidep/continuity'
import type { KeyPairStore } from '../booklets/web-keys.ts'
import type { Sendable } from '../outbox/sendable.ts'

export interface BrowserStorage {
  readonly outbox: OutboxStore<Sendable>
  readonly keyPairs: KeyPairStore
  readonly close: () => void
}

interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>
  readonly bytes: ArrayBuffer
}

const places = ['head', 'entries', 'keys'] as const
const sealKey = 'seal'
/** Before the id of what the portal acknowledged: beside the entries, and after all of them (ids are hexadecimal). */
const keptPrefix = 'kept/'
const cipher = 'AES-GCM'
/** NIST SP 800-38D §8.2: random, and never two of one key in as many writes as an outbox makes. */
const ivBytes = 12

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
    transaction.onerror = () => reject(transaction.error)
  })

const openDatabase = (name: string): Promise<IDBDatabase> => {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => {
    for (const place of places) request.result.createObjectStore(place)
  }
  return done(request)
}

const sealOf = async (database: IDBDatabase): Promise<CryptoKey> => {
  const made = await crypto.subtle.generateKey({ name: cipher, length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
  const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' })
  const keys = transaction.objectStore('keys')
  const kept: CryptoKey | undefined = await done(keys.get(sealKey))
  if (kept !== undefined) return kept
  keys.put(made, sealKey)
  await committed(transaction)
  return made
}

/** @param name of the database, one for each professional and site */
export const openBrowserStorage = async (name: string): Promise<BrowserStorage> => {
  const database = await openDatabase(name)
  const key = await sealOf(database)

  const seal = async (entry: Entry<Sendable>): Promise<Sealed> => {
    const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
    const plain = new TextEncoder().encode(JSON.stringify(entry))
    return { iv, bytes: await crypto.subtle.encrypt({ name: cipher, iv }, key, plain) }
  }
  const unseal = async ({ iv, bytes }: Sealed): Promise<Entry<Sendable>> =>
    JSON.parse(
      new TextDecoder().decode(await crypto.subtle.decrypt({ name: cipher, iv }, key, bytes)),
    )

  const outbox: OutboxStore<Sendable> = {
    load: async () => {
      const transaction = database.transaction(['head', 'entries'])
      const places = transaction.objectStore('entries')
      const [head, waiting, acknowledged] = await Promise.all([
        done<OutboxHead | undefined>(transaction.objectStore('head').get('head')),
        done<Sealed[]>(places.getAll(IDBKeyRange.upperBound(keptPrefix, true))),
        done<Sealed[]>(places.getAll(IDBKeyRange.lowerBound(keptPrefix))),
      ])
      if (head === undefined) return emptyOutbox()
      // Ids are UUIDv7, by which IndexedDB sorts: oldest first.
      const entries = await Promise.all(waiting.map(unseal))
      const kept = await Promise.all(acknowledged.map(unseal))
      return { ...emptyOutbox(), ...head, entries, kept }
    },
    write: async ({ expectedRevision, head, put, remove, keep, forget }) => {
      const records = await Promise.all([
        ...put.map(async (entry) => ({ place: entry.id, sealed: await seal(entry) })),
        ...keep.map(async (entry) => ({
          place: keptPrefix + entry.id,
          sealed: await seal(entry),
        })),
      ])
      const transaction = database.transaction(['head', 'entries'], 'readwrite', {
        durability: 'strict',
      })
      const heads = transaction.objectStore('head')
      const entries = transaction.objectStore('entries')
      const stored: OutboxHead | undefined = await done(heads.get('head'))
      if ((stored?.revision ?? 0) !== expectedRevision) return 'conflict'
      heads.put(head, 'head')
      for (const id of remove) entries.delete(id)
      for (const id of forget) entries.delete(keptPrefix + id)
      for (const { place, sealed } of records) entries.put(sealed, place)
      try {
        await committed(transaction)
        return 'written'
      } catch (error) {
        if (error instanceof DOMException && error.name === 'QuotaExceededError') return 'full'
        throw error
      }
    },
  }

  return {
    outbox,
    keyPairs: {
      read: async (professionalId) =>
        (await done<CryptoKeyPair | undefined>(
          database.transaction('keys').objectStore('keys').get(`pair/${professionalId}`),
        )) ?? null,
      write: async (professionalId, pair) => {
        const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' })
        transaction.objectStore('keys').put(pair, `pair/${professionalId}`)
        await committed(transaction)
      },
    },
    close: () => database.close(),
  }
}
