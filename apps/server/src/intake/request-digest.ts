/** What tells a replay from a reuse of an id: a digest of the request as it was sent, which goes with its week. */

import type { ScreeningInput } from '@sidep/contracts'
import { equalBytes } from '@sidep/encoding'
import type { Vault } from '../platform/vault.ts'
import { canonicalJson } from './canonical-json.ts'
import type { StoredScreening } from './store.ts'

const requestText = (siteId: string, sent: ScreeningInput): string =>
  `${siteId}|${canonicalJson({ ...sent, id: sent.id.toLowerCase() })}`

/** Whether two say the same, in whatever order. */
export const isSameText = (siteId: string, a: ScreeningInput, b: ScreeningInput): boolean =>
  requestText(siteId, a) === requestText(siteId, b)

/** Under the week of the key that seals the row: it names a person, and must not outlive what it is the digest of. */
export const requestDigestOf = (
  vault: Pick<Vault, 'weekHash'>,
  siteId: string,
  sent: ScreeningInput,
  keyId: number,
): Uint8Array => vault.weekHash(keyId, 'request', requestText(siteId, sent))

/** Whether a stored row is of this very request. Nothing is the same as what is past its time. */
export const isSameRequest = (
  vault: Pick<Vault, 'weekHash' | 'holds' | 'searchHash'>,
  siteId: string,
  sent: ScreeningInput,
  { request_digest: digest, key_id: keyId }: Pick<StoredScreening, 'request_digest' | 'key_id'>,
): boolean =>
  (vault.holds(keyId) && equalBytes(digest, requestDigestOf(vault, siteId, sent, keyId))) ||
  // Rows from before digests had weeks.
  equalBytes(digest, vault.searchHash('request', requestText(siteId, sent)))
