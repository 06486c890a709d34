/** What goes on when portal, network or both are gone: booklet, provisional certificate, slip, outbox. */
export {
  type Booklet,
  type BookletCode,
  type BookletFormCode,
  type BookletGrant,
  issueBooklet,
  readBooklet,
  verifyBooklet,
} from './booklet.ts'
export { shortName } from './claims.ts'
export type { ContinuityKey, ContinuityKeys, Sign } from './continuity-keys.ts'
export { type CounterKey, counterKeyId, counterKeyOf, importCounterKey } from './counter-key.ts'
export { bookletIdBytes, bookletIdText } from './hex-id.ts'
export * from './limits.ts'
export { provisionalUvci, type TestDcc } from './provisional-payload.ts'
export {
  type Provisional,
  type ProvisionalBroken,
  type ProvisionalStep,
  provisionalPrefix,
  readProvisional,
} from './read-provisional.ts'
export { provisionalRetrievalCode, retrievalSeedBytes } from './retrieval-code.ts'
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
