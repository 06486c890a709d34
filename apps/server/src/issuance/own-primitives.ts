/**
 * The verifier's primitives by node:crypto, at once. WebCrypto hands each of the four operations of a certificate to
 * another thread and back, which costs the issuing thread more than the operation (docs/adr/0016). The mathematics is
 * OpenSSL's either way.
 */
import { constants, hash, KeyObject, verify } from 'node:crypto'
import type { Primitives } from '@sidep/trust'

const keys = new WeakMap<CryptoKey, KeyObject>()
const keyOf = (publicKey: CryptoKey): KeyObject => {
  const known = keys.get(publicKey)
  if (known !== undefined) return known
  const made = KeyObject.from(publicKey)
  keys.set(publicKey, made)
  return made
}

const options = {
  ES256: { dsaEncoding: 'ieee-p1363' }, // RFC 9053 §2.1: r‖s
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, // RFC 8230 §2
} as const

export const ownPrimitives: Primitives = {
  verify: (algorithm, publicKey, signature, bytes) =>
    verify('sha256', bytes, { key: keyOf(publicKey), ...options[algorithm] }, signature),
  sha256: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
}
