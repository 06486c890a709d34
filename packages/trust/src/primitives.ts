import { owned, type SignatureAlgorithm } from './public-key.ts'

/**
 * What a verifier computes with. WebCrypto everywhere, unless whoever loads the trust has another way to the same
 * answers: a thread that does nothing else loses more by waiting for WebCrypto's threads than by computing.
 */
export interface Primitives {
  /**
   * Whether a signature over bytes is a key's: ES256 as r‖s (RFC 9053 §2.1), PS256 with a salt of 32 bytes (RFC 8230 §2).
   * False for signatures of a wrong form.
   */
  verify(
    algorithm: SignatureAlgorithm,
    publicKey: CryptoKey,
    signature: Uint8Array,
    bytes: Uint8Array,
  ): boolean | Promise<boolean>
  sha256(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
}

const parameters = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', saltLength: 32 },
} as const

export const webCryptoPrimitives: Primitives = {
  verify: (algorithm, publicKey, signature, bytes) =>
    globalThis.crypto.subtle.verify(
      parameters[algorithm],
      publicKey,
      owned(signature),
      owned(bytes),
    ),
  sha256: async (bytes) =>
    new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', owned(bytes))),
}
