/** What a trust bundle carries. Binary values are base64 text here, byte strings on the wire. */
export interface BundleContent {
  readonly version: 1
  /** RFC 3339, UTC. */
  readonly issuedAt: string
  /** RFC 3339, UTC: a verifier that has nothing newer stops trusting it then. */
  readonly expiresAt: string
  /** Signers of EU certificates: DER certificates, base64. */
  readonly dcc: readonly string[]
  /** Signers of 2D-DOC. */
  readonly twoddoc: readonly TwoddocKey[]
  /**
   * SHA-256 of what is withdrawn, hex or base64: of the 2D-DOC text before US, and of the
   * upper-case `co` + `ci` of an EU certificate.
   */
  readonly revoked?: readonly string[]
}

/** A 2D-DOC signer: how the header names it, and its key. */
export interface TwoddocKey {
  /** Certification authority, 4 characters. */
  readonly caId: string
  /** Certificate, 4 characters. */
  readonly certificateId: string
  /** SubjectPublicKeyInfo, DER, base64. */
  readonly spki: string
  /** RFC 3339; no limit when absent. */
  readonly notBefore?: string
  readonly notAfter?: string
}
