/** What goes on when portal, network or both are gone: booklet, provisional certificate, slip, outbox. */
export {
  type Booklet,
  type BookletChainCheck,
  type BookletCode,
  type BookletFormCode,
  type BookletGrant,
  issueBooklet,
  makeBookletChainCheck,
  readBooklet,
  verifyBooklet,
} from './booklet.ts'
export { shortName } from './claims.ts'
export type { ContinuityKey, ContinuityKeys, Sign } from './continuity-keys.ts'
export { type CounterKey, counterKeyId, counterKeyOf, importCounterKey } from './counter-key.ts'
export { bookletIdBytes, bookletIdText } from './hex-id.ts'
export * from './limits.ts'
export { type Advanced, advanceOutbox, type OutboxStore } from './outbox/advance.ts'
export { attendedBackoffMilliseconds, backoffMilliseconds } from './outbox/backoff.ts'
export { bookletAllowance, bookletHoursLeftMin, usableBooklet } from './outbox/booklets.ts'
export type { NoticeCode, OutboxCommand, OutboxEvent } from './outbox/events.ts'
export { keptMilliseconds } from './outbox/kept.ts'
export {
  isDocumentRefusal,
  isResultRefusal,
  type OverrideReason,
  type ReconcileAnswer,
  type ReconcileBatch,
  type ReconcileItem,
  type ReconcileLine,
  reconcileItemsMax,
  type WastedNumber,
} from './outbox/messages.ts'
export {
  type Entry,
  emptyOutbox,
  type HeldBooklet,
  mayBeTakenBack,
  type NoDocumentCode,
  type OutboxHead,
  type OutboxState,
  type Owner,
  portalTime,
  type Restoration,
  type Stage,
} from './outbox/state.ts'
export { type OutboxChange, recordBytes, type Step, stepOutbox } from './outbox/step.ts'
export { type EntryView, unsentCount, viewEntry } from './outbox/view.ts'
export { provisionalUvci, type TestDcc } from './provisional-payload.ts'
export {
  type Provisional,
  type ProvisionalBroken,
  type ProvisionalStep,
  provisionalPrefix,
  readProvisional,
} from './read-provisional.ts'
export {
  type BookletFlag,
  type BookletRecord,
  type DifferenceFlag,
  differencesBetween,
  missingNumbers,
  type OverriddenResultFlag,
  overriddenResultFlagOf,
  provisionalDigest,
  provisionalSignedBytes,
  type ReconcileDecision,
  type ReconcileDependencies,
  type ReconciledScreening,
  type ReconcileFlag,
  type ReconcileRefusal,
  reconcileDecision,
  type SeenNumber,
  type SlipDecision,
  type SlipFlag,
  type SlipRecord,
  type SlipRefusal,
  slipDecision,
} from './reconcile.ts'
export { provisionalRetrievalCode, retrievalCodeOf, retrievalSeedBytes } from './retrieval-code.ts'
export { type ProvisionalInput, signProvisional } from './sign-provisional.ts'
export {
  issueSlip,
  type ReadSlip,
  readSlip,
  type Slip,
  type SlipCode,
  type SlipGrant,
  slipPath,
  verifySlip,
} from './slip.ts'
export {
  makeSlipCode,
  parseSlipCode,
  type SlipResultCode,
  type SlipResultCodeFault,
  slipCodeLength,
  writeSlipCode,
} from './slip-code.ts'
export {
  makeSlipSerial,
  parseSlipSerial,
  type SlipSerial,
  type SlipSerialCode,
  slipNumberMax,
  writeSlipSerial,
} from './slip-serial.ts'
export { type ProvisionalCheck, verifyProvisional } from './verify-provisional.ts'
export {
  type CancelledSlips,
  cancelledSlipsFrom,
  noSlipCancelled,
  nothingWithdrawn,
  type Withdrawn,
  type WithdrawnCode,
  type WithdrawnList,
  withdrawalOf,
  withdrawnFrom,
} from './withdrawn.ts'
