/**
 * What a verifier trusts: signer keys, the revocation list, and the signed bundle that they travel
 * in. Making certificates is apart, in `@sidep/trust/certificates`.
 */
export {
  extensionOf,
  extensionPrefix,
  extensionTexts,
  type Gathered,
  type GatheredCodes,
  gatherCode,
  type TrustExtension,
} from './client/extension.ts'
export {
  adoptPending,
  type Followed,
  followIndex,
  followNotice,
  followPoll,
  isPart,
  neededParts,
  type PollAnswer,
} from './client/follow.ts'
export { nextPollMilliseconds } from './client/next-poll.ts'
export {
  type AgeKind,
  ageKinds,
  agesByKind,
  type KindAge,
  type TrustWarning,
  warningsOf,
} from './client/trust-ages.ts'
export {
  initialTrustState,
  openTrustState,
  type TrustState,
  type UsableTrust,
} from './client/trust-state.ts'
export type {
  AuditDigest,
  BareDccKey,
  BundleContent,
  CertifiedDccKey,
  DccKey,
  TwoddocKey,
  WithdrawnContinuity,
} from './content.ts'
export { type GateCode, type GatedList, gateFault } from './gate.ts'
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
  isNotice,
  isTolerated,
  noticeBytes,
  noticePrefix,
  noticeText,
  openNotice,
  signNotice,
  type ToleranceNotice,
  type ToleratedKind,
} from './notices/tolerance-notice.ts'
export {
  bundleTimeFault,
  followBundle,
  type OpenedBundle,
  openBundle,
  readBundle,
} from './open-bundle.ts'
export {
  assembleContent,
  type HeldParts,
  missingParts,
  sha256Of,
  trustFrom,
} from './parts/assemble.ts'
export { limitsOf } from './parts/part-limits.ts'
export {
  agesOf,
  type IndexedPart,
  indexTimeFault,
  type OpenedIndex,
  type PartAge,
  readIndex,
  signIndex,
  successionFault,
  type TrustIndex,
} from './parts/trust-index.ts'
export { emptyContent, readParts, type TrustContent, writeParts } from './parts/trust-parts.ts'
export { type Primitives, webCryptoPrimitives } from './primitives.ts'
export { importPublicKey, type SignatureAlgorithm, type VerificationKey } from './public-key.ts'
export {
  type ForeignRevocations,
  foreignKindsOf,
  foreignRevocationsFrom,
  type HashKind,
  isRevokedAbroad,
  isUnreadableAbroad,
  readForeignRevocations,
  wireForeignRevocations,
} from './revocation/foreign-revocations.ts'
export {
  type DatedFilter,
  endOfDayOfIssue,
  isKnownByWholeCode,
  isRevokedByPortal,
  keyWords,
  nothingRevoked,
  type OwnRevocations,
  packedHashes,
  type Revocable,
  readDatedFilter,
  readOwnRevocations,
  revocationsTooMany,
  wireDatedFilter,
  wireOwnRevocations,
} from './revocation/own-revocations.ts'
export type { RevocationFilter } from './revocation/revocation-filter.ts'
export { signBundle } from './sign-bundle.ts'
export {
  certificateBytesMax,
  isDevelopmentSubject,
  parseSignerCertificate,
  type SignerCertificate,
} from './signer-certificate.ts'
export { type BundleSigner, signSuccession } from './succession.ts'
