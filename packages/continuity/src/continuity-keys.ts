import { equalBytes } from '@sidep/encoding'

/** A key that signs booklets and slips. */
export interface ContinuityKey {
  /** First 8 bytes of the SHA-256 of the signer's DER certificate. */
  readonly keyId: Uint8Array
  /** ECDSA P-256. */
  readonly publicKey: CryptoKey
  /** Validity of the signer's certificate; what is signed outside it does not count. */
  readonly notBefore: Date
  readonly notAfter: Date
}

export type ContinuityKeys = readonly ContinuityKey[]

/** The keys of that id; ids are short, so that two keys may share one. */
export const keysNamed = (keys: ContinuityKeys, keyId: Uint8Array): ContinuityKeys =>
  keys.filter((key) => equalBytes(key.keyId, keyId))

/** Signs with ECDSA P-256 and SHA-256; answers r‖s, 64 bytes. */
export type Sign = (toBeSigned: Uint8Array) => Promise<Uint8Array>
