/** What the door and the room's own routes do alike with somebody's place. */
import { isComingBack, type Ticket } from '@sidep/admission'
import { Problem } from '../platform/problems.ts'
import type { Places } from './place.ts'
import type { RoomKeeper } from './room-keeper.ts'

/** A place as its holder goes on with it; `setCookie` is null when it is as it was. */
interface HeldPlace {
  readonly ticket: Ticket
  readonly setCookie: string | null
}

/**
 * Confirms the place of a holder who came back: only such a one counts in the line.
 *
 * @param at by the room's time
 */
export const confirmReturning = (
  { keeper, places }: { readonly keeper: RoomKeeper; readonly places: Places },
  ticket: Ticket,
  at: number,
): HeldPlace => {
  if (!isComingBack(ticket, at)) return { ticket, setCookie: null }
  keeper.confirm(ticket)
  return places.confirm(ticket)
}

/** A network has had its share of places for a moment. @param random uniform in [0, 1) */
export const roomFull = (random: () => number): Problem =>
  new Problem('WAITING_ROOM_FULL', { retryAfterSeconds: 30 + Math.round(30 * random()) })
