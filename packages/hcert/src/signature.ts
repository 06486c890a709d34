import {
  type Bytes,
  type CoseSign1,
  coseAlgorithm,
  coseHeader,
  coseToBeSigned,
} from '@sidep/encoding'

/** Primary and secondary algorithm of the HCERT specification, §3.3.2. */
export type HcertAlgorithm = keyof typeof coseAlgorithm

/** The key id: in the protected header, which wins, or else in the unprotected one (HCERT §3.3.2). */
export const keyIdOf = (
  cose: Pick<CoseSign1, 'protectedHeader' | 'unprotectedHeader'>,
): Bytes | undefined => {
  const keyId = headerValue(cose, coseHeader.keyId)
  return keyId instanceof Uint8Array ? new Uint8Array(keyId) : undefined
}

const headerValue = (
  cose: Pick<CoseSign1, 'protectedHeader' | 'unprotectedHeader'>,
  label: number,
): unknown =>
  cose.protectedHeader.has(label)
    ? cose.protectedHeader.get(label)
    : cose.unprotectedHeader.get(label)

/** Checks a signature over bytes; WebCrypto's unless the caller has another. */
export type CheckSignature = (
  algorithm: HcertAlgorithm,
  publicKey: CryptoKey,
  signature: Bytes,
  bytes: Bytes,
) => boolean | Promise<boolean>

const checkWithWebCrypto: CheckSignature = (algorithm, publicKey, signature, bytes) =>
  globalThis.crypto.subtle.verify(parameters[algorithm], publicKey, signature, bytes)

const parameters = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' }, // RFC 9053 §2.1
  PS256: { name: 'RSA-PSS', saltLength: 32 }, // RFC 8230 §2: the salt is as long as the hash
} as const

/**
 * Checks the signature of a COSE_Sign1 over the bytes as received: RFC 9052 §4.4.
 *
 * The key decides the algorithm; a header that names another one is refused, wherever it stands.
 *
 * @param publicKey an ECDSA P-256 key, or an RSA-PSS key imported with SHA-256
 * @param algorithm the algorithm of that key
 * @param check what computes; WebCrypto when absent
 * @returns whether the signature is the key's; false also for signatures of a wrong form
 */
export const verifyCose = async (
  cose: CoseSign1,
  publicKey: CryptoKey,
  algorithm: HcertAlgorithm,
  check: CheckSignature = checkWithWebCrypto,
): Promise<boolean> => {
  const named = headerValue(cose, coseHeader.algorithm)
  if (named !== undefined && named !== coseAlgorithm[algorithm]) return false
  return await check(algorithm, publicKey, cose.signature, coseToBeSigned(cose))
}
