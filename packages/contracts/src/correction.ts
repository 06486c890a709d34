/** Putting a screening right, and taking it back. A screening is never changed: each correction is a version of its own. */
import { type Static, Type } from 'typebox'
import { CorrectionReason, ScreeningWithdrawalReason } from './entry-change.ts'
import { Person, Result } from './screening.ts'

const strict = { additionalProperties: false } as const

/** Of a correction or withdrawal: its own id, and which version of the screening its author saw. */
const Change = {
  /** UUIDv7 made by the client; makes the request idempotent. */
  id: Type.String({ minLength: 36, maxLength: 36 }),
  /** Version on the screen: 1 as it was entered. Another one in force refuses the request. */
  replaces: Type.Integer({ minimum: 1, maximum: 1_000 }),
}

/** As it should have been entered. */
export const CorrectedScreening = Type.Object(
  {
    /**
     * INS and postal code may be left out by who does not see them: they stay as they are, the INS while name, birth date
     * and sex do. Without `contact` that stays too; an empty one takes it away.
     */
    person: Person,
    device: Type.String({ minLength: 1, maxLength: 20 }),
    deviceName: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    sampledAt: Type.String({ minLength: 20, maxLength: 35 }),
    /** Required once the screening has a result; not allowed before. */
    result: Type.Optional(Result),
  },
  strict,
)
export type CorrectedScreening = Static<typeof CorrectedScreening>

export const CorrectionInput = Type.Object(
  { ...Change, reason: CorrectionReason, screening: CorrectedScreening },
  strict,
)
export type CorrectionInput = Static<typeof CorrectionInput>

export const ScreeningWithdrawalInput = Type.Object(
  { ...Change, reason: ScreeningWithdrawalReason },
  strict,
)
export type ScreeningWithdrawalInput = Static<typeof ScreeningWithdrawalInput>

export const ScreeningWithdrawalAnswer = Type.Object({
  /** Of the screening. */
  id: Type.String(),
  withdrawnAt: Type.String(),
})
export type ScreeningWithdrawalAnswer = Static<typeof ScreeningWithdrawalAnswer>
