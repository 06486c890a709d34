/**
 * The place in the waiting room for new sign-ins. Invariants:
 * 1. The server paces: nobody asks sooner than `pollAfterSeconds` or `Retry-After` said.
 * 2. A failed question changes nothing about the place; it is asked again, spread out.
 */

import { attendedBackoffMilliseconds } from '@sidep/continuity'
import type { Door, WaitingRoomView } from '@sidep/contracts'
import type { Answer } from '@sidep/sdk/http'
import { type ApiError, retryAfterSecondsOf, retryOf } from '@sidep/sdk/http'
import type { Moment } from './events.ts'
import { type Room, roomOf, type SessionState, type Way } from './state.ts'
import { type Step, step } from './transition.ts'

export type Arrival =
  /** No wait: go to the door. */
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting' }
  /** The server asks for patience even for this, or does not answer. */
  | { readonly kind: 'failed'; readonly error: ApiError }

/** What the answer to a question for a place means for who asked. */
export const arrivalOf = (answer: Answer<WaitingRoomView>): Arrival => {
  if (answer.ok) return { kind: answer.value.state === 'waiting' ? 'waiting' : 'open' }
  // Otherwise nothing that waiting would change: the door itself says what is wrong.
  return retryOf(answer.error) === 'later'
    ? { kind: 'failed', error: answer.error }
    : { kind: 'open' }
}

const withRoom = (way: Way, room: Room | null): Way => {
  switch (way.kind) {
    case 'signed-out':
    case 'waiting':
      return room === null ? { kind: 'signed-out' } : { kind: 'waiting', room }
    case 'working':
      return { ...way, room }
    default:
      return way
  }
}

const show = (state: SessionState, door: Door, view: WaitingRoomView, at: Moment): Step => {
  const { waitSeconds, position, pollAfterSeconds } = view
  const room: Room = { door, waitSeconds, position, isTurn: view.state !== 'waiting' }
  const way = withRoom(state.way, room)
  const isNew = roomOf(state.way) === null && roomOf(way) !== null
  const askAt = at.monotonic + pollAfterSeconds * 1000
  return step(
    { ...state, way, roomQuestion: { askAt, failures: 0, isUnderWay: false } },
    ...(isNew && way.kind === 'waiting' ? ([{ type: 'begin-draft' }] as const) : []),
    // The list of tests is read at once: the first person is typed at once.
    ...(isNew ? ([{ type: 'look-soon' }] as const) : []),
  )
}

export const leaveRoom = (state: SessionState): SessionState => ({
  ...state,
  way: withRoom(state.way, null),
})

export const placeTaken = (
  state: SessionState,
  door: Door,
  answer: Answer<WaitingRoomView>,
  at: Moment,
): Step => {
  if (!answer.ok) return step(state)
  return answer.value.state === 'waiting'
    ? show(state, door, answer.value, at)
    : step(leaveRoom(state))
}

/** A place of before this page was loaded; one whose turn it is already is taken up at the door. */
export const placeFound = (
  state: SessionState,
  door: Door,
  answer: Answer<WaitingRoomView>,
  at: Moment,
): Step =>
  state.way.kind === 'signed-out' &&
  answer.ok &&
  answer.value.hasTicket &&
  answer.value.state === 'waiting'
    ? show(state, door, answer.value, at)
    : step(state)

export const askRoom = (state: SessionState): Step =>
  step(
    { ...state, roomQuestion: { ...state.roomQuestion, isUnderWay: true } },
    { type: 'ask-room' },
  )

export const roomAnswered = (
  state: SessionState,
  answer: Answer<WaitingRoomView>,
  at: Moment,
): Step => {
  const room = roomOf(state.way)
  if (room === null)
    return step({ ...state, roomQuestion: { ...state.roomQuestion, isUnderWay: false } })
  if (answer.ok) return show(state, room.door, answer.value, at)
  const failures = state.roomQuestion.failures + 1
  const wait = attendedBackoffMilliseconds(
    failures + 2,
    retryAfterSecondsOf(answer.error),
    at.random,
  )
  return step({
    ...state,
    roomQuestion: { askAt: at.monotonic + wait, failures, isUnderWay: false },
  })
}
