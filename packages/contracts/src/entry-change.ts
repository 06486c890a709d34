/** What an entry of the site's list says of its own past: that it was put right, or taken back. */
import { type Static, Type } from 'typebox'

/** What was wrong. */
export const CorrectionReason = Type.Union([
  Type.Literal('name'),
  Type.Literal('birth-date'),
  Type.Literal('contact'),
  Type.Literal('result'),
  Type.Literal('device'),
  Type.Literal('time'),
  Type.Literal('other'),
])
export type CorrectionReason = Static<typeof CorrectionReason>

/** Why a screening is taken back. */
export const ScreeningWithdrawalReason = Type.Union([
  /** Entered under somebody else. */
  Type.Literal('wrong-person'),
  Type.Literal('entered-twice'),
  /** Registered, and the test did not take place. */
  Type.Literal('not-carried-out'),
  Type.Literal('invalid-test'),
  Type.Literal('other'),
])
export type ScreeningWithdrawalReason = Static<typeof ScreeningWithdrawalReason>

/** That an entry is not as it was entered; absent from one that is. */
export const EntryChange = Type.Union([
  Type.Object({
    kind: Type.Literal('corrected'),
    /** Version in force, from 2. */
    version: Type.Integer(),
    at: Type.String(),
    reason: CorrectionReason,
  }),
  Type.Object({
    kind: Type.Literal('withdrawn'),
    version: Type.Integer(),
    at: Type.String(),
    reason: ScreeningWithdrawalReason,
  }),
])
export type EntryChange = Static<typeof EntryChange>
