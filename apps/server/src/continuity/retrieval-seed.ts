import { retrievalSeedBytes } from '@sidep/continuity'
import type { Vault } from '../platform/vault.ts'

/** The seed of the persons' links of one booklet: docs/reference/continuity.md, section 4.2. Nothing stores it. */
export const retrievalSeedOf = (vault: Pick<Vault, 'searchHash'>, bookletId: string): Uint8Array =>
  vault.searchHash('booklet-retrieval', bookletId).subarray(0, retrievalSeedBytes)
