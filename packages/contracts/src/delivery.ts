/** What became of the messages to a person: told by the counter's lists, learnt from the senders and the gateway. */
import { type Static, Type } from 'typebox'

/** Why a message did not reach the person; codes for the page's words, never an answer's own. */
export const deliveryReasons = [
  /** No such number, or no such mailbox. */
  'unknown-recipient',
  /** The phone was off or out of reach for as long as the operator tries. */
  'unreachable',
  /** The operator or the mail server refuses messages like this one to that recipient. */
  'blocked',
  /** Tried for hours without an answer that settles it. */
  'given-up',
  'other',
] as const
// Spelt out: a union made with `map` checks the same, but its static type is `never`.
export const DeliveryReason = Type.Union([
  Type.Literal('unknown-recipient'),
  Type.Literal('unreachable'),
  Type.Literal('blocked'),
  Type.Literal('given-up'),
  Type.Literal('other'),
])
export type DeliveryReason = Static<typeof DeliveryReason>

export const Delivery = Type.Object({
  channel: Type.Union([Type.Literal('sms'), Type.Literal('email')]),
  /**
   * - `pending`: not yet taken over by anybody, or to be tried again;
   * - `handed-over`: the operator, or the mail server, has it; whether it arrived is not known (yet);
   * - `delivered`: the operator says that the phone has it;
   * - `refused`: it will not arrive; `reason` says why.
   */
  state: Type.Union([
    Type.Literal('pending'),
    Type.Literal('handed-over'),
    Type.Literal('delivered'),
    Type.Literal('refused'),
  ]),
  reason: Type.Union([DeliveryReason, Type.Null()]),
  /** RFC 3339, when that became so; null while nothing has. */
  at: Type.Union([Type.String(), Type.Null()]),
})
export type Delivery = Static<typeof Delivery>

/** A gateway's word about one message that it has taken: final, and sent again until it is answered. */
export const ReceiptInput = Type.Object(
  {
    /** As the message was handed over with. */
    reference: Type.String({ minLength: 1, maxLength: 100 }),
    status: Type.Union([Type.Literal('delivered'), Type.Literal('undelivered')]),
    /** Only with `undelivered`. */
    reason: Type.Optional(
      Type.Union([
        Type.Literal('unknown-recipient'),
        Type.Literal('unreachable'),
        Type.Literal('blocked'),
        Type.Literal('other'),
      ]),
    ),
  },
  { additionalProperties: false },
)
export type ReceiptInput = Static<typeof ReceiptInput>
