import type { DccKind } from '@sidep/hcert'

/** What a trust bundle carries. Binary values are base64 text here, byte strings on the wire. */
export interface BundleContent {
  readonly version: 1
  /** RFC 3339, UTC. */
  readonly issuedAt: string
  /** RFC 3339, UTC: a verifier that has nothing newer stops trusting it then. */
  readonly expiresAt: string
  /** Signers of EU certificates: DER certificates, base64, or keys by the key id that their country gives them. */
  readonly dcc: readonly (string | DccKey)[]
  /** Signers of 2D-DOC. */
  readonly twoddoc: readonly TwoddocKey[]
  /**
   * SHA-256 of what is withdrawn, hex or base64: of the 2D-DOC text before US or of the whole code
   * (`wholeCodeBytes` of packages/twoddoc), and of the upper-case `co` + `ci` of an EU certificate.
   * Or 16 bytes of one of the EU's three kinds.
   */
  readonly revoked?: readonly string[]
  /** Id of the rule profile in force (packages/verdict); the verifier's own default when absent. */
  readonly ruleProfile?: string
  /** Signers of booklets and slips: DER certificates, base64. */
  readonly continuity?: readonly string[]
  /** What counters may no longer certify from. */
  readonly withdrawn?: WithdrawnContinuity
  /** Digests of the portal's audit chains, the last days', oldest first: no use to a verifier, but kept by every one. */
  readonly audit?: readonly AuditDigest[]
}

/** What the portal stated of all its audit chains on a day; each covers all days before it. */
export interface AuditDigest {
  /** Grows by one with each; 1 is the first that the portal ever published. */
  readonly number: number
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string
  /** SHA-256, 64 hexadecimal digits. */
  readonly digest: string
}

/** Booklets and slips that no longer count: docs/reference/continuity.md, "Withdrawing". Times are RFC 3339. */
export interface WithdrawnContinuity {
  /** Ids of single booklets, 16 hexadecimal digits. */
  readonly booklets: readonly string[]
  /** Sessions of counters that ended, and with them their booklets: what was signed before stays good. */
  readonly ended?: readonly EndedCounter[]
  /** All booklets that a site was given up to a moment. */
  readonly sites: readonly WithdrawnSite[]
  /** All booklets of all sites given up to a moment, or null. */
  readonly allIssuedUntil: string | null
  /** Serials of slips, 21 characters without dashes. */
  readonly slips: readonly string[]
  /** All slips printed for a site up to a moment. */
  readonly slipSites: readonly WithdrawnSite[]
}

export interface EndedCounter {
  /** First 8 bytes of the thumbprint of the key that signs there, 16 hexadecimal digits. */
  readonly key: string
  /** Whole seconds: of booklets given until then nothing counts that is signed afterwards. */
  readonly at: string
}

interface WithdrawnSite {
  /** FINESS. */
  readonly site: string
  readonly issuedUntil: string
}

/** A signer of EU certificates under an explicit key id, which one country's is although no certificate hashes to it. */
export type DccKey = BareDccKey | CertifiedDccKey

export interface BareDccKey {
  /** Key id as certificates name it: base64, or 16 hexadecimal digits. */
  readonly kid: string
  /** SubjectPublicKeyInfo, DER, base64. */
  readonly spki: string
  /** ISO 3166-1 alpha-2. */
  readonly country?: string
  /** Kinds of certificate that it may sign; all when absent. */
  readonly usages?: readonly DccKind[]
  /** RFC 3339; no limit when absent. */
  readonly notBefore?: string
  readonly notAfter?: string
}

export interface CertifiedDccKey {
  readonly kid: string
  /** DER, base64. */
  readonly certificate: string
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
