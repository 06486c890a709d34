import { keptVault } from './kept-vault.ts'
import { openSealedDatabase } from './sealed-database.ts'
import type { Vault } from './vault.ts'

/**
 * Opens the device's encrypted store.
 *
 * @param name of the IndexedDB database, one a room (`sidep-counter`)
 * @returns a vault that says whether it keeps what is put into it, and goes on in memory while it cannot
 */
export const openVault = (name: string): Vault => {
  // Asks the browser not to clear it under pressure. Some ask the person, who may never answer: nothing waits for that.
  navigator.storage?.persist?.().catch(() => false)
  return keptVault({
    open: (closed) => openSealedDatabase(name, closed),
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds)
      return () => clearTimeout(timer)
    },
    failed: (error) => console.warn('STORAGE_UNAVAILABLE', error),
  })
}
