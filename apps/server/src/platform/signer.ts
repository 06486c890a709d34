/** The port of a signing key: a file by default, a hardware module in production (design.md, Cryptography). */
export type SignerScope = 'dcc' | 'twoddoc' | 'bundle' | 'session' | 'continuity'

export interface Signer {
  readonly scope: SignerScope
  /** First 8 bytes of the SHA-256 of the DER certificate. */
  readonly keyId: Uint8Array
  /** DER. */
  readonly certificate: Uint8Array
  /** Imported once, for checking one's own signatures. */
  readonly publicKey: CryptoKey
  /** ECDSA P-256 with SHA-256 over the bytes; r‖s, 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}
