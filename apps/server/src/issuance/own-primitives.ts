/**
 * The verifier's primitives by node:crypto, at once. WebCrypto hands each of the four operations of a certificate to
 * another thread and back, which costs the issuing thread more than the operation (docs/adr/0016). The mathematics is
 * OpenSSL's either way.
 */
import { constants, hash, KeyObject, verify } from 'node:crypto'
import type { Primitives } from '@sidep/trust'
import { derSignature, rawSignatureBytes } from './raw-signature.ts'

const keys = new WeakMap<CryptoKey, KeyObject>()
const keyOf = (publicKey: CryptoKey): KeyObject => {
  const known = keys.get(publicKey)
  if (known !== undefined) return known
  const made = KeyObject.from(publicKey)
  keys.set(publicKey, made)
  return made
}

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const // RFC 8230 §2

export const ownPrimitives: Primitives = {
  verify: (algorithm, publicKey, signature, bytes) => {
    const key = keyOf(publicKey)
    if (algorithm === 'PS256') return verify('sha256', bytes, { key, ...pss }, signature)
    return (
      signature.length === rawSignatureBytes &&
      verify('sha256', bytes, key, derSignature(signature))
    )
  },
  sha256: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
}
