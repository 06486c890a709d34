/** Corrections, withdrawals, the revocation list; the bundle that verifiers fetch. */
export { trustBundleModule } from './trust-bundle.ts'
