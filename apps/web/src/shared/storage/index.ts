export { memoryVault } from './memory-vault.ts'
export { openVault } from './open-vault.ts'
export type { StorageHealth, Vault, VaultChange, VaultEntry, VaultPut } from './vault.ts'
