/** The record behind a screening: found again, and what happened to it. */
import { type Static, Type } from 'typebox'
import { DeliveryReason } from './delivery.ts'
import { CorrectionReason, ScreeningWithdrawalReason } from './entry-change.ts'

/** `POST /api/screenings/search`: somebody of the site, by what was typed. In a body, which no log has. */
export const ScreeningSearch = Type.Object(
  {
    /** A name, the beginning of one, a birth date, as typed. */
    text: Type.String({ minLength: 1, maxLength: 200 }),
    /**
     * Among those recorded on this day of the site, YYYY-MM-DD. Absent: among all that are kept, which takes whole names
     * and a whole birth date.
     */
    day: Type.Optional(Type.String({ minLength: 10, maxLength: 10 })),
  },
  { additionalProperties: false },
)
export type ScreeningSearch = Static<typeof ScreeningSearch>

/** What can have happened, as far as the portal knows: what a counter prints, it does not. */
const HistoryKind = Type.Union([
  Type.Literal('sampled'),
  Type.Literal('registered'),
  Type.Literal('recorded'),
  Type.Literal('result-set'),
  Type.Literal('confirmed'),
  Type.Literal('corrected'),
  Type.Literal('withdrawn'),
  Type.Literal('other-result'),
  Type.Literal('certified'),
  Type.Literal('sms-sent'),
  Type.Literal('sms-delivered'),
  Type.Literal('sms-failed'),
  Type.Literal('email-sent'),
  Type.Literal('email-delivered'),
  Type.Literal('email-failed'),
  Type.Literal('sent-again'),
  Type.Literal('read-at-site'),
  Type.Literal('link-opened'),
  Type.Literal('link-refused'),
  Type.Literal('link-renewed'),
])

export const HistoryEvent = Type.Object({
  /** RFC 3339. */
  at: Type.String(),
  kind: HistoryKind,
  /** In whose name at the site; null for what the person did, or the portal by itself. */
  by: Type.Union([Type.String(), Type.Null()]),
  /** Who was at the keyboard for them; null: they themselves. */
  operator: Type.Union([Type.String(), Type.Null()]),
  /** Why a message did not arrive; null otherwise. */
  reason: Type.Union([DeliveryReason, Type.Null()]),
  /** Of a correction or a withdrawal: what was wrong; null otherwise. */
  why: Type.Union([CorrectionReason, ScreeningWithdrawalReason, Type.Null()]),
  /** Of a message: what it told, beside the result itself; null otherwise. */
  about: Type.Union([Type.Literal('corrected'), Type.Literal('withdrawn'), Type.Null()]),
})
export type HistoryEvent = Static<typeof HistoryEvent>

/** The oldest first. */
export const ScreeningHistory = Type.Object({
  events: Type.Array(HistoryEvent),
  /** There is more than is told. */
  truncated: Type.Boolean(),
})
export type ScreeningHistory = Static<typeof ScreeningHistory>
