/** Corrections, withdrawals, the revocation list; the bundle that verifiers fetch. */
export { openRevocationSource } from './revocation-source.ts'
export { trustBundleModule } from './trust-bundle.ts'
