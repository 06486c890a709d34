/** Which key of a scope is published, and which signs when: pure. */
import { createHash, X509Certificate } from 'node:crypto'
import type { TwoddocIdentity } from '@sidep/trust/certificates'
import type { SignerScope } from '../platform/signer.ts'
import type { FolderKey, KeyFolder } from './key-folder.ts'

/** A key with its times, and nothing secret: what processes tell each other. */
export interface ScheduledKey {
  readonly scope: SignerScope
  /** First 8 bytes of the SHA-256 of the DER certificate. */
  readonly keyId: Uint8Array
  /** DER. */
  readonly certificate: Uint8Array
  readonly signsFrom: Date
  /** Set when somebody else may have the key: nothing of it counts. */
  readonly revokedAt: Date | null
  readonly twoddoc: TwoddocIdentity | null
  readonly succession: Uint8Array | null
}

const keyIdBytes = 8

export const keyIdOf = (certificate: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(certificate).digest().subarray(0, keyIdBytes))

/** What a folder says of a key by itself. */
export const scheduledFrom = (key: FolderKey): ScheduledKey => {
  const { scope, certificate, signsFrom, twoddoc, succession } = key
  return {
    scope,
    keyId: keyIdOf(certificate),
    certificate,
    signsFrom: signsFrom ?? new Date(new X509Certificate(certificate).validFrom),
    revokedAt: null,
    twoddoc,
    succession,
  }
}

/** The schedule of a folder that no database has a word on. */
export const scheduleOf = ({ keys }: Pick<KeyFolder, 'keys'>): ScheduledKey[] =>
  keys.map(scheduledFrom)

/**
 * The key that signs at a moment: the last whose time has come, of those that are held here. Before any time has come,
 * the first.
 *
 * @param keys oldest first
 */
export const signingAt = <T extends { readonly signsFrom: Date; readonly signer: unknown }>(
  keys: readonly T[],
  at: Date,
): T | undefined => {
  let found: T | undefined
  for (const key of keys) {
    if (key.signer === null) continue
    if (found === undefined || key.signsFrom <= at) found = key
  }
  return found
}
