import { keptVault } from './kept-vault.ts'
import { openSealedDatabase } from './sealed-database.ts'
import type { Vault } from './vault.ts'

/**
 * Opens the device's encrypted store.
 *
 * @param name of the IndexedDB database, one a room (`sidep-counter`)
 * @returns a vault that says whether it keeps what is put into it, and goes on in memory while it cannot
 */
export const openVault = async (name: string): Promise<Vault> => {
  const vault = keptVault({
    open: (closed) => openSealedDatabase(name, closed),
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds)
      return () => clearTimeout(timer)
    },
    failed: (error) => console.warn('STORAGE_UNAVAILABLE', error),
  })
  // Asks the browser not to clear it under pressure; a refusal changes nothing here.
  await navigator.storage?.persist?.().catch(() => false)
  return vault
}
