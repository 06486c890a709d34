/**
 * The session of a counter's tab: one event, one transition, and what to do about it. Invariants:
 * 1. Only the portal's own word that a sign-in is needed ends a session here; one that is silent or busy ends nothing.
 * 2. A session that is due is confirmed by this device before anything else is asked for.
 * 3. What was asked before an act on the session, here or in another tab, says nothing of the session after it.
 * 4. Nobody is asked sooner than it said (`Retry-After`, `pollAfterSeconds`), whatever the computer's clock does, and
 *    whatever comes of a question of before.
 * 5. Each question has at most one answer on its way, and is asked again when that is lost.
 */

import { type ShownSession, shownOf } from '@sidep/contracts'
import { readDoors, readOldDoors } from './doors.ts'
import { changed, chooseAgain, enterByAct, goAlone, signOut } from './enter.ts'
import type { Moment, SessionEvent } from './events.ts'
import { heard, mayAsk } from './link.ts'
import { close, giveUp, resume, timeOut } from './phone.ts'
import {
  phoneBegun,
  phoneOpened,
  phonePlaced,
  phonePolled,
  phoneRung,
  pollPhone,
} from './phone-steps.ts'
import { renewalAnswered, sessionRead } from './reading.ts'
import { canRenew, confirm } from './renewal.ts'
import { askRoom, leaveRoom, placeFound, placeTaken, roomAnswered } from './room.ts'
import { roomOf, type SessionState, sessionOf, standingOf } from './state.ts'
import { andThen, type Step, step } from './transition.ts'

type EventOf<Type> = Extract<SessionEvent, { readonly type: Type }>

export const stepSession = (state: SessionState, event: SessionEvent, at: Moment): Step => {
  switch (event.type) {
    case 'opened':
      return readSession({ ...state, way: { kind: 'starting', remembered: event.remembered } })
    case 'tick':
      return tick(state, Math.max(event.planned, at.monotonic), at)
    case 'look':
      return look(state, at)
    case 'heard':
      return heard(state, event.error, at)
    case 'session-read':
      return sessionRead(state, event, at)
    case 'renewal-answered':
      return renewalAnswered(state, event, at)
    case 'doors-wanted':
      return readDoors(state, at)
    case 'doors-read':
      return doorsRead(state, event, at)
    case 'place-answered':
      return event.reason.kind === 'phone'
        ? phonePlaced(state, event, event.reason, at)
        : placeTaken(state, event.door, event.answer, at)
    case 'place-found':
      return placeFound(state, event.door, event.answer, at)
    case 'room-answered':
      return roomAnswered(state, event.answer, at)
    case 'room-left':
      return andThen(close(state), (next) => step(leaveRoom(next)))
    case 'phone-opened':
      return phoneOpened(state)
    case 'phone-begun':
      return phoneBegun(state, event)
    case 'phone-rung':
      return phoneRung(state, event, at)
    case 'phone-polled':
      return phonePolled(state, event, at)
    case 'phone-closed':
      return close(state)
    case 'phone-resumed':
      return phoneResumed(state, event, at)
    case 'shown-elsewhere':
      return shownElsewhere(state, event)
    case 'site-chosen':
      return siteChosen(state, event, at)
    case 'choice-wanted':
      return chooseAgain(state)
    case 'signed-out':
      return signOut(state, at)
    case 'alone':
      return goAlone(state, event.holder)
    case 'hurried':
      return hurried(state, at)
  }
}

const readSession = (state: SessionState): Step =>
  step(state, { type: 'read-session', epoch: state.epoch })

/** The next moment at which a `tick` is due; null when nothing waits for one. */
export const nextWake = ({ way, renewal, roomQuestion, phone }: SessionState): number | null => {
  const moments = [
    renewal.isUnderWay ? null : renewal.dueAt,
    roomOf(way) === null || roomQuestion.isUnderWay ? null : roomQuestion.askAt,
    phone.pollAt,
    phone.endAt,
  ].filter((moment) => moment !== null)
  return moments.length === 0 ? null : Math.min(...moments)
}

const tick = (state: SessionState, reached: number, at: Moment): Step => {
  const isReached = (moment: number | null): boolean => moment !== null && moment <= reached
  const moment = { ...at, monotonic: reached }
  const steps: ((state: SessionState) => Step)[] = [
    (next) =>
      isReached(next.renewal.dueAt)
        ? canRenew(next)
          ? confirm(next, moment)
          : step({ ...next, renewal: { ...next.renewal, dueAt: null } })
        : step(next),
    (next) =>
      roomOf(next.way) !== null &&
      !next.roomQuestion.isUnderWay &&
      isReached(next.roomQuestion.askAt)
        ? askRoom(next)
        : step(next),
    (next) => (isReached(next.phone.endAt) ? timeOut(next, at) : step(next)),
    (next) => (isReached(next.phone.pollAt) ? pollPhone(next) : step(next)),
  ]
  return steps.reduce((before, next) => andThen(before, next), step(state))
}

/** What the counter asks for by itself, now and then, in the way it is in. */
const look = (state: SessionState, at: Moment): Step => {
  if (!mayAsk(state, at.monotonic)) return step(state)
  const { way } = state
  const standing = standingOf(way)
  if (standing?.kind === 'due') return confirm(state, at)
  const isToBeRead = standing?.kind === 'lost' || standing?.kind === 'remembered'
  if (isToBeRead || way.kind === 'starting') return readSession(state)
  if (way.kind === 'working') return step(state, { type: 'read-lists' })
  // Whether the portal is back, nothing else would tell; and a sign-in may have come through without its answer.
  if (state.link.state !== 'online') return readSession(state)
  if (way.kind === 'choosing') return step(state)
  if (state.doors.known === null) return readSession(state)
  return way.kind === 'waiting' ? step(state, { type: 'read-catalogue' }) : readOldDoors(state, at)
}

const doorsRead = (state: SessionState, { answer }: EventOf<'doors-read'>, at: Moment): Step =>
  andThen(heard(state, answer.ok ? null : answer.error, at), (next) =>
    step(answer.ok ? { ...next, doors: { ...next.doors, known: answer.value.doors } } : next),
  )

/** Who is signed in waits for no phone any more. */
const phoneResumed = (
  state: SessionState,
  { waiting }: EventOf<'phone-resumed'>,
  at: Moment,
): Step => {
  if (waiting === null) return step(state)
  const isSignedIn = standingOf(state.way)?.kind === 'open' && state.link.state === 'online'
  return isSignedIn
    ? giveUp({ ...state, phone: { ...state.phone, waiting } })
    : resume(state, waiting, at)
}

const isSameShown = (a: ShownSession | null, b: ShownSession | null): boolean =>
  a?.sessionId === b?.sessionId &&
  a?.professionalId === b?.professionalId &&
  a?.siteId === b?.siteId

const shownElsewhere = (state: SessionState, { shown }: EventOf<'shown-elsewhere'>): Step =>
  // Of a first reading the answer is still on its way, and may be of before.
  state.way.kind !== 'starting' && isSameShown(shown, shownOf(sessionOf(state.way)))
    ? step(state)
    : readSession(changed(state))

const siteChosen = (
  state: SessionState,
  { epoch, answer }: EventOf<'site-chosen'>,
  at: Moment,
): Step =>
  andThen(heard(state, answer.ok ? null : answer.error, at), (next) =>
    answer.ok && epoch === next.epoch ? enterByAct(next, answer.value, at) : step(next),
  )

const hurried = (state: SessionState, at: Moment): Step =>
  step(
    state.link.state === 'offline'
      ? {
          ...state,
          link: { ...state.link, retryAt: new Date(at.now) },
          linkRestsUntil: at.monotonic,
        }
      : state,
  )
