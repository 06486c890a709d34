/** The port of a signing key: a file by default, a hardware module in production (design.md, Cryptography). */
export const signerScopes = ['dcc', 'twoddoc', 'bundle', 'session', 'continuity'] as const
export type SignerScope = (typeof signerScopes)[number]

/** A signing key as everybody may know it. */
export interface PublicSigner {
  readonly scope: SignerScope
  /** First 8 bytes of the SHA-256 of the DER certificate. */
  readonly keyId: Uint8Array
  /** DER. */
  readonly certificate: Uint8Array
  /** Imported once, for checking one's own signatures. */
  readonly publicKey: CryptoKey
}

export interface Signer extends PublicSigner {
  /** ECDSA P-256 with SHA-256 over the bytes; r‖s, 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** A key of a ring with its times. */
export interface RingKey extends PublicSigner {
  /** It signs from then on; it is published before. */
  readonly signsFrom: Date
  /** When its successor signs in its place; null while it has none. */
  readonly retiredAt: Date | null
  /** Validity of its certificate. */
  readonly notBefore: Date
  readonly notAfter: Date
}

/** The keys of one scope: those to come, the one that signs, and those before it. A revoked key is not among them. */
export interface SignerRing {
  readonly scope: SignerScope
  /** The key that signs now. Take it once for what belongs together: the next call may answer its successor. */
  current(): Signer
  /** All whose signatures count or will, oldest first; the same array as long as nothing changed. */
  keys(): readonly RingKey[]
}

/** A ring of one key without end: where nothing is rotated. */
export const fixedRing = (signer: Signer): SignerRing => {
  const key: RingKey = {
    ...signer,
    signsFrom: new Date(0),
    retiredAt: null,
    notBefore: new Date(0),
    notAfter: new Date(8.64e15),
  }
  return { scope: signer.scope, current: () => signer, keys: () => [key] }
}
