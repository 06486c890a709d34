import { type Static, Type } from 'typebox'

/**
 * The waiting room for new sign-ins, as one browser stands in it. `open`: sign-ins begin at once; `waiting`: some are
 * before this one; `admitted`: it is this one's turn, go to the door.
 */
export const WaitingRoomView = Type.Object({
  state: Type.Union([Type.Literal('open'), Type.Literal('waiting'), Type.Literal('admitted')]),
  /** Whether this browser has its place; without one, the figures are those of the end of the line. */
  hasTicket: Type.Boolean(),
  /** 1 is next; 0 when not waiting. Null when it cannot be said at the moment. */
  position: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** At the present pace; 0 when not waiting. Null when it cannot be said at the moment. */
  waitSeconds: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** When to ask again, and not before. */
  pollAfterSeconds: Type.Integer({ minimum: 1 }),
})
export type WaitingRoomView = Static<typeof WaitingRoomView>
