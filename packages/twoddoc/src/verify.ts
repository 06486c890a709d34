import type { Read2dDoc } from './read.ts'

/**
 * Whether a 2D-DOC was signed by the holder of a key: ECDSA with SHA-256 over the text before US.
 *
 * @param read what `read2dDoc` returned
 * @param publicKey P-256, of the signer that the header names, permitted to verify
 */
export function verify2dDocSignature(
  read: Pick<Read2dDoc, 'signature' | 'signedBytes'>,
  publicKey: CryptoKey,
): Promise<boolean> {
  return globalThis.crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    publicKey,
    read.signature,
    read.signedBytes,
  )
}
