import type { Read2dDoc } from './read.ts'

type Signed = Pick<Read2dDoc, 'signature' | 'signedBytes'>

/** Checks a signature over bytes; WebCrypto's unless the caller has another. */
export type Check2dDocSignature = (
  algorithm: 'ES256',
  publicKey: CryptoKey,
  signature: Signed['signature'],
  bytes: Signed['signedBytes'],
) => boolean | Promise<boolean>

const checkWithWebCrypto: Check2dDocSignature = (_, publicKey, signature, bytes) =>
  globalThis.crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, publicKey, signature, bytes)

/**
 * Whether a 2D-DOC was signed by the holder of a key: ECDSA with SHA-256 over the text before US.
 *
 * @param read what `read2dDoc` returned
 * @param publicKey P-256, of the signer that the header names, permitted to verify
 * @param check what computes; WebCrypto when absent
 */
export const verify2dDocSignature = async (
  read: Signed,
  publicKey: CryptoKey,
  check: Check2dDocSignature = checkWithWebCrypto,
): Promise<boolean> => await check('ES256', publicKey, read.signature, read.signedBytes)
