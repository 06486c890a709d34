/** Screenings from software of vendors to the portal, in browsers and on Node: what to import first. */
export type { OutboxStore, Owner } from '@sidep/continuity'
export type {
  CorrectionInput,
  ProblemCode,
  ScreeningAnswer,
  ScreeningInput,
} from '@sidep/contracts'
export {
  type Authorization,
  AuthorizationEnded,
  type RequestToAuthorize,
  type Transport,
} from './authorized-fetch.ts'
export type { BookletKeys } from './booklets/booklet-key.ts'
export { type KeyPairStore, memoryKeyPairs, thumbprintOf, webKeys } from './booklets/web-keys.ts'
export type { Answer, ApiClient, ApiError } from './http/index.ts'
export { memoryStore } from './memory-store.ts'
export type { Amendment, Sendable } from './outbox/sendable.ts'
export { type Outbox, type OutboxDependencies, OutboxError, openOutbox } from './outbox.ts'
export type {
  AmendmentOutcome,
  OutboxLine,
  Outcome,
  ProvisionalDocument,
  ShownRefusal,
} from './outcomes.ts'
export type { Surroundings } from './surroundings.ts'
export {
  makeVendorAccess,
  type Pairing,
  type Polled,
  type VendorAccess,
  type VendorAccessDependencies,
  VendorAccessError,
} from './vendor-access.ts'
