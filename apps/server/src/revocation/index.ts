/** Corrections, withdrawals, the revocation list; the bundle, and the index with its parts, that verifiers fetch. */
export { openCarriedSource } from './carried-source.ts'
export { startFilterWorker } from './filter-worker.ts'
export {
  draftNotice,
  listNotices,
  openNoticeSource,
  signDraft,
  withdrawNotice,
} from './notice-store.ts'
export { openOwnSource } from './own-source.ts'
export { openPublishedIndex } from './published-index.ts'
export { openRevocationSource } from './revocation-source.ts'
export { trustBundleModule } from './trust-bundle.ts'
export { trustIndexModule } from './trust-index.ts'
