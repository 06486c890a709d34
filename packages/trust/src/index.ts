/**
 * What a verifier trusts: signer keys, the revocation list, and the signed bundle that they travel
 * in. Making certificates is apart, in `@sidep/trust/certificates`.
 */
export type { BundleContent, TwoddocKey, WithdrawnContinuity } from './content.ts'
export {
  type ContinuitySigner,
  type DccSigner,
  hashHex,
  loadContinuitySigner,
  loadSigner,
  loadTrust,
  type RejectedEntry,
  type Trust,
  type TwoddocSigner,
  trustOf,
} from './load-trust.ts'
export { followBundle, type OpenedBundle, openBundle } from './open-bundle.ts'
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
