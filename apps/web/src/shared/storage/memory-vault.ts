/** What a page knows of its places: stands in for storage that keeps nothing, and for tests. */
import type { Vault, VaultChange, VaultEntry } from './vault.ts'

/** A place in memory; the text is what would be sealed. */
export interface MemoryPlace {
  readonly text: string
  readonly recordBytes: number
}

/** Places and revisions without a promise: what a page does with them takes no time. */
export class PlaceMemory {
  readonly places = new Map<string, MemoryPlace>()
  /** Of guards. */
  readonly revisions = new Map<string, number>()

  get(key: string): unknown {
    const place = this.places.get(key)
    return place === undefined ? undefined : JSON.parse(place.text)
  }

  put(key: string, value: unknown, recordBytes = 0): void {
    this.places.set(key, { text: JSON.stringify(value), recordBytes })
  }

  entries(prefixes: readonly string[]): VaultEntry[] {
    return [...this.places.keys()]
      .filter((key) => prefixes.some((prefix) => key.startsWith(prefix)))
      .sort()
      .map((key) => ({ key, value: this.get(key) }))
  }

  /** @returns false, and changes nothing, when the guard's revision is another one */
  change({ guard, put, remove }: VaultChange): boolean {
    if ((this.revisions.get(guard.key) ?? 0) !== guard.expected) return false
    this.revisions.set(guard.key, guard.expected + 1)
    this.put(guard.key, guard.value)
    for (const { key, value, recordBytes } of put) this.put(key, value, recordBytes)
    for (const key of remove) this.places.delete(key)
    return true
  }
}

/**
 * A vault that forgets with the page.
 *
 * @param durable what it says of itself: a test's may stand for the disk
 */
export const memoryVault = (durable = false): Vault => {
  const memory = new PlaceMemory()
  return {
    durable,
    watch: () => undefined,
    get: async (key) => memory.get(key),
    put: async (key, value) => memory.put(key, value),
    delete: async (key) => {
      memory.places.delete(key)
    },
    entries: async (...prefixes) => memory.entries(prefixes),
    change: async (change) => (memory.change(change) ? 'written' : 'conflict'),
  }
}
