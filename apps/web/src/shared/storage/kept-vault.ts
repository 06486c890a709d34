/**
 * A vault that outlives its connection. Browsers close a database under an open page (its data cleared, its disk broken,
 * another tab that deletes it), and refuse to open one. Invariants:
 * 1. A connection that is gone is opened again, and what was asked for is tried once more, before anything is said.
 * 2. What this page has read or put is in its memory too. What cannot be kept stays there, and is answered from there.
 * 3. Once storage is back, by itself, what memory has and the disk has not is put there before `kept` is said; also where the
 *    disk was cleared meanwhile. What other tabs changed since is theirs: ours is added, theirs is not replaced.
 */
import { type MemoryPlace, PlaceMemory } from './memory-vault.ts'
import type { RepairedPlace, SealedDatabase, SealedPlace } from './sealed-database.ts'
import type { StorageHealth, Vault } from './vault.ts'

export interface KeptVaultDependencies {
  /** @param closed the connection is gone */
  readonly open: (closed: () => void) => Promise<SealedDatabase>
  /** Calls back after so many milliseconds; returns the way to cancel. */
  readonly after: (milliseconds: number, callback: () => void) => () => void
  /** Why something could not be kept, for the console. */
  readonly failed: (error: unknown) => void
}

/** A browser that opens a database at all does so in milliseconds; a broken one may never answer. */
const openMillisecondsMax = 5_000
const retryMilliseconds = 1_000
const retryMillisecondsMax = 30_000

class OpenTimeout extends Error {
  override readonly name = 'OpenTimeout'
}

const isFullDisk = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'QuotaExceededError'

type Reached<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'full' }
  | { readonly kind: 'unavailable' }

export const keptVault = ({ open, after, failed }: KeptVaultDependencies): Vault => {
  const memory = new PlaceMemory()
  /** Places that memory has otherwise than the disk; those gone from memory are to be removed there. */
  const unkept = new Set<string>()
  /** Guards, and places that this page changed under one. */
  const guarded = new Set<string>()
  /** Revisions of guards as the disk last had them. */
  const onDisk = new Map<string, number>()
  const listeners = new Set<(health: StorageHealth) => void>()
  let connection: Promise<SealedDatabase> | null = null
  let instance: string | null = null
  let health: StorageHealth = 'kept'
  let retries = 0
  let isRetryWanted = false

  const say = (next: StorageHealth): void => {
    if (health === next) return
    health = next
    for (const listener of listeners) listener(next)
  }

  const openInTime = (closed: () => void): Promise<SealedDatabase> =>
    new Promise((resolve, reject) => {
      let isLate = false
      const cancel = after(openMillisecondsMax, () => {
        isLate = true
        reject(new OpenTimeout())
      })
      open(closed).then(
        (database) => {
          cancel()
          if (isLate) database.close()
          else resolve(database)
        },
        (error: unknown) => {
          cancel()
          reject(error)
        },
      )
    })

  /** What memory has of some places, for the disk. */
  const repaired = (keys: Iterable<string>, isCleared: boolean): RepairedPlace[] =>
    [...keys].flatMap((key) => {
      const place = memory.places.get(key)
      if (place === undefined) return []
      const revision = memory.revisions.get(key)
      const guard =
        revision === undefined ? null : { revision, expected: onDisk.get(key) ?? revision }
      const isLoose = unkept.has(key) && !guarded.has(key)
      const givesWay = isLoose ? 'never' : isCleared ? 'always' : 'if-changed'
      return [{ key, place, guard, givesWay }]
    })

  const repair = async (database: SealedDatabase, isCleared: boolean): Promise<void> => {
    const keys = new Set(isCleared ? [...unkept, ...memory.places.keys()] : unkept)
    if (keys.size === 0) return
    const put = repaired(keys, isCleared)
    const remove = [...keys].filter((key) => !memory.places.has(key))
    await database.repair({ put, remove })
    // What was put or removed meanwhile is still to be done.
    for (const { key, place, guard } of put) {
      if (memory.places.get(key) === place) unkept.delete(key)
      if (guard !== null) onDisk.set(key, guard.revision)
    }
    for (const key of remove) if (!memory.places.has(key)) unkept.delete(key)
  }

  const connect = (): Promise<SealedDatabase> => {
    if (connection !== null) return connection
    const opening: Promise<SealedDatabase> = openInTime(() => {
      if (connection !== opening) return
      connection = null
      // At once: what a cleared disk has lost is put back before this page may be closed.
      void reach(async () => undefined)
    }).then(async (database) => {
      const isCleared = instance !== null && instance !== database.instance
      if (isCleared) await repair(database, true)
      instance = database.instance
      return database
    })
    connection = opening
    return opening
  }

  const disconnect = async (): Promise<void> => {
    const gone = connection
    connection = null
    await gone?.then(
      (database) => database.close(),
      () => undefined,
    )
  }

  const retryLater = (): void => {
    if (isRetryWanted) return
    isRetryWanted = true
    const wait = Math.min(retryMilliseconds * 2 ** retries, retryMillisecondsMax)
    retries += 1
    after(wait, () => {
      isRetryWanted = false
      void recover()
    })
  }

  const recover = async (): Promise<void> => {
    try {
      const database = await connect()
      while (unkept.size > 0) await repair(database, false)
      retries = 0
      say('kept')
    } catch (error) {
      if (!isFullDisk(error)) await disconnect()
      say(isFullDisk(error) ? 'full' : 'unavailable')
      retryLater()
    }
  }

  const reach = async <Value>(
    work: (database: SealedDatabase) => Promise<Value>,
  ): Promise<Reached<Value>> => {
    // While nothing can be kept, `recover` alone looks whether it can again.
    for (let tries = 1; health !== 'unavailable'; tries++) {
      try {
        return { kind: 'done', value: await work(await connect()) }
      } catch (error) {
        if (isFullDisk(error)) return { kind: 'full' }
        await disconnect()
        if (tries === 1 && !(error instanceof OpenTimeout)) continue
        failed(error)
        say('unavailable')
        retryLater()
      }
    }
    return { kind: 'unavailable' }
  }

  /** What the disk has of a place, unless memory has something newer. */
  const learn = (key: string, found: SealedPlace | undefined): void => {
    if (unkept.has(key)) return
    if (found === undefined) {
      memory.places.delete(key)
      return
    }
    const recordBytes = memory.places.get(key)?.recordBytes ?? 0
    memory.places.set(key, { text: found.text, recordBytes })
    if (found.revision === null) return
    guarded.add(key)
    memory.revisions.set(key, found.revision)
    onDisk.set(key, found.revision)
  }

  /** A change of one place outside of any guard. */
  const keepLoose = async (
    key: string,
    place: MemoryPlace | undefined,
    work: (database: SealedDatabase) => Promise<void>,
  ): Promise<void> => {
    unkept.add(key)
    const { kind } = await reach(work)
    if (kind === 'full') {
      if (health === 'kept') say('full')
      retryLater()
    }
    // A later change of the same place may have come in between.
    if (kind !== 'done' || memory.places.get(key) !== place) return
    unkept.delete(key)
    if (unkept.size === 0 && health === 'full') say('kept')
  }

  return {
    get durable() {
      return health !== 'unavailable'
    },
    watch: (listener) => {
      listeners.add(listener)
    },
    get: async (key) => {
      const found = await reach((database) => database.get(key))
      if (found.kind === 'done') learn(key, found.value)
      return memory.get(key)
    },
    put: async (key, value) => {
      memory.put(key, value)
      const place = memory.places.get(key)
      if (place !== undefined) await keepLoose(key, place, (database) => database.put(key, place))
    },
    delete: async (key) => {
      memory.places.delete(key)
      await keepLoose(key, undefined, (database) => database.delete(key))
    },
    entries: async (...prefixes) => {
      const found = await reach((database) => database.entries(prefixes))
      if (found.kind === 'done') {
        for (const { key } of memory.entries(prefixes)) learn(key, found.value.get(key))
        for (const [key, place] of found.value) learn(key, place)
      }
      return memory.entries(prefixes)
    },
    change: async (change) => {
      const { guard, put, remove } = change
      const asPlace = (value: unknown, recordBytes = 0): MemoryPlace => ({
        text: JSON.stringify(value),
        recordBytes,
      })
      const outcome = await reach((database) =>
        database.change({
          guard: { key: guard.key, expected: guard.expected, place: asPlace(guard.value) },
          put: put.map((one) => [one.key, asPlace(one.value, one.recordBytes)] as const),
          remove,
        }),
      )
      if (outcome.kind === 'full') return 'full'
      if (outcome.kind === 'done' && outcome.value === 'conflict') return 'conflict'
      if (outcome.kind === 'done') memory.revisions.set(guard.key, guard.expected)
      if (!memory.change(change)) return 'conflict'
      const places = [guard.key, ...put.map(({ key }) => key)]
      for (const key of places) guarded.add(key)
      if (outcome.kind === 'done') onDisk.set(guard.key, guard.expected + 1)
      else for (const key of [...places, ...remove]) unkept.add(key)
      return 'written'
    },
  }
}
