/**
 * Signatures and keys that count. What is not listed is refused: SHA-1 and MD5, short keys, curves that nobody in
 * the field uses. Source: ANSSI, «Guide des mécanismes cryptographiques» 2.04 (RSA ≥ 2048, SHA-2, NIST curves).
 */
import type { KeyObject } from 'node:crypto'

/** Hash of each permitted signature algorithm, by object identifier (RFC 8017 §A.2.4; RFC 5758 §3.2). */
export const signatureHashes: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
])

const rsaBitsMin = 2048
const curves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

export const isKeyStrong = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean => {
  if (asymmetricKeyType === 'rsa') {
    return (asymmetricKeyDetails?.modulusLength ?? 0) >= rsaBitsMin
  }
  return asymmetricKeyType === 'ec' && curves.has(asymmetricKeyDetails?.namedCurve ?? '')
}
