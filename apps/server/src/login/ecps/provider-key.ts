import { createHash } from 'node:crypto'

/**
 * Names a session or subject of an identity provider in our tokens and lists: 128 bits of SHA-256, so that the
 * provider's own identifiers stay with it, and those of two providers never meet.
 *
 * @param value `sid` or `sub`, as the provider says it
 */
export const providerKey = (issuer: string, kind: 'sid' | 'sub', value: string): string =>
  createHash('sha256')
    .update(JSON.stringify([issuer, kind, value]))
    .digest()
    .subarray(0, 16)
    .toString('base64url')
