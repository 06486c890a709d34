/** What of an entry of the outbox is sent. A program may keep more of it; that stays where it is. */
import {
  CorrectionReason,
  type FieldFault,
  type ProblemCode,
  type ScreeningInput,
  ScreeningWithdrawalReason,
} from '@sidep/contracts'
import { type Static, Type } from 'typebox'

/** What a correction or a withdrawal says beside the screening, and the version that its author saw. */
export const Amendment = Type.Union([
  Type.Object({
    act: Type.Literal('correct'),
    replaces: Type.Integer(),
    reason: CorrectionReason,
  }),
  Type.Object({
    act: Type.Literal('withdraw'),
    replaces: Type.Integer(),
    reason: ScreeningWithdrawalReason,
  }),
])
export type Amendment = Static<typeof Amendment>

export interface Sendable {
  /** As it is sent; with its result once that is read. Of a correction: as it should be; of a withdrawal: as it is. */
  readonly input: ScreeningInput
  /** Of a correction or a withdrawal. */
  readonly amendment?: Amendment
}

/** Why an entry came back. */
export interface Refusal {
  readonly code: ProblemCode
  readonly support: string
  readonly faults: readonly FieldFault[]
}
