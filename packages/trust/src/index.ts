/**
 * What a verifier trusts: signer keys, the revocation list, and the signed bundle that they travel
 * in. Making certificates is apart, in `@sidep/trust/certificates`.
 */
export type {
  AuditDigest,
  BareDccKey,
  BundleContent,
  CertifiedDccKey,
  DccKey,
  TwoddocKey,
  WithdrawnContinuity,
} from './content.ts'
export {
  type CertifiedSigner,
  type ContinuitySigner,
  type DccSigner,
  loadContinuitySigner,
  loadListedSigner,
  loadSigner,
  type TwoddocSigner,
} from './load-signers.ts'
export { hashHex, loadTrust, type RejectedEntry, type Trust, trustOf } from './load-trust.ts'
export {
  bundleTimeFault,
  followBundle,
  type OpenedBundle,
  openBundle,
  readBundle,
} from './open-bundle.ts'
export { type Primitives, webCryptoPrimitives } from './primitives.ts'
export { importPublicKey, type SignatureAlgorithm, type VerificationKey } from './public-key.ts'
export { signBundle } from './sign-bundle.ts'
export {
  certificateBytesMax,
  isDevelopmentSubject,
  parseSignerCertificate,
  type SignerCertificate,
} from './signer-certificate.ts'
export { type BundleSigner, signSuccession } from './succession.ts'
