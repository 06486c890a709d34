/** A keyed store of JSON values: what a page keeps on the device across reloads. */

/**
 * Whether what is put now survives a reload: `kept`; `full` when the browser has no room for some of it; `unavailable` when
 * it keeps nothing (a private window, storage that was closed or broke). What is not kept stays in the page.
 */
export type StorageHealth = 'kept' | 'full' | 'unavailable'

/** Reading gives `unknown`: what was written by an older version is parsed like any input. */
export interface Vault {
  get(key: string): Promise<unknown>
  put(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
  /** Every readable entry whose key begins with a prefix, in key order; all of one moment. */
  entries(...prefixes: string[]): Promise<VaultEntry[]>
  /**
   * Changes several places at once, durably.
   *
   * @returns `conflict` when the guard's revision is another one, `full` when there is no room; nothing is changed then
   */
  change(change: VaultChange): Promise<'written' | 'conflict' | 'full'>
  /** Whether values survive a reload: false while the browser keeps nothing and memory stands in. */
  readonly durable: boolean
  /** Calls back whenever the health changes; on its way back to `kept` everything is on disk already. */
  watch(listener: (health: StorageHealth) => void): void
}

export interface VaultEntry {
  readonly key: string
  readonly value: unknown
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
