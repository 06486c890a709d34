/** What a place in the waiting room, or the end of the line, looks like to whoever asks. */
import {
  firstPollAfterSeconds,
  isLate,
  isLetIn,
  latePlaceOf,
  type PlaceView,
  placeOf,
  pollAfterSeconds,
  type Ticket,
} from '@sidep/admission'
import type { WaitingRoomView } from '@sidep/contracts'
import { type RoomSnapshot, snapshotMillisecondsMax } from './room-keeper.ts'

const unknownPollSeconds = 5

export const openRoom: WaitingRoomView = {
  state: 'open',
  hasTicket: false,
  position: 0,
  waitSeconds: 0,
  pollAfterSeconds: 5,
}

/** Null: it is this ticket's turn. */
const placeIn = ({ state, buckets, settings }: RoomSnapshot, ticket: Ticket): PlaceView | null => {
  const isDue = isLetIn(ticket.arrivedAt, state)
  // What was seen may be a second old: only a place dated later than that is known to be one.
  const isDatedLater = ticket.arrivedAt > state.at + snapshotMillisecondsMax
  if (!isDue && (state.waiting || !isDatedLater)) {
    return placeOf(ticket.arrivedAt, state, buckets)
  }
  return isDatedLater || isLate(ticket, buckets) ? latePlaceOf(state, settings) : null
}

/**
 * @param snapshot null when the room cannot be asked
 * @param ticket null: somebody without a place
 * @param random uniform in [0, 1)
 */
export const viewOf = (
  snapshot: RoomSnapshot | null,
  ticket: Ticket | null,
  random: () => number,
): WaitingRoomView => {
  const hasTicket = ticket !== null
  if (snapshot === null) {
    const pollAfter = Math.round(unknownPollSeconds * (1 + random()))
    const unknown = { position: null, waitSeconds: null, pollAfterSeconds: pollAfter }
    return { state: 'waiting', hasTicket, ...unknown }
  }
  const { state, buckets, settings } = snapshot
  if (ticket === null && !state.waiting) return openRoom
  const place = ticket === null ? placeOf(state.at, state, buckets) : placeIn(snapshot, ticket)
  if (place === null) return { ...openRoom, state: 'admitted', hasTicket }
  const usual = pollAfterSeconds(place.waitSeconds, state.pace / settings.paceMax, random)
  const isNew = ticket !== null && !ticket.confirmed
  return {
    state: 'waiting',
    hasTicket,
    ...place,
    pollAfterSeconds: isNew ? Math.min(usual, firstPollAfterSeconds(random)) : usual,
  }
}
