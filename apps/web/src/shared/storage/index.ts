export { memoryVault } from './memory-vault.ts'
export { openVault } from './open-vault.ts'
export type { StorageHealth, Vault, VaultChange } from './vault.ts'
