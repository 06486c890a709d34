/**
 * Signing in on the phone without leaving the page: type one's number, compare two digits, confirm there. Invariants:
 * 1. The server paces: nobody asks sooner than `pollAfterSeconds` or `Retry-After` said.
 * 2. One sign-in at a time; what is given up is asked for no more. An answer that was already on its way counts,
 *    because the browser is signed in by it.
 * 3. A request ends: confirmed, refused, out of time, given up, or because the provider is away. A silent network ends
 *    nothing sooner, nor does a reload of the page: its tab goes on with the request that waits.
 */
import type { ApiError } from '@sidep/sdk/http'
import { codeOf } from '@sidep/sdk/http'
import { readNationalId } from '../national-id.ts'
import { enterByAct } from './enter.ts'
import type { Moment, PlaceReason, SessionEvent } from './events.ts'
import {
  endFor,
  followRequest,
  giveUp,
  hide,
  isPassing,
  over,
  pollAfterFailure,
  pollIn,
  settle,
  show,
} from './phone.ts'
import { arrivalOf, placeTaken } from './room.ts'
import type { SessionState } from './state.ts'
import { andThen, type Step, step } from './transition.ts'

type EventOf<Type> = Extract<SessionEvent, { readonly type: Type }>

export const phoneOpened = (state: SessionState): Step =>
  andThen(giveUp(state), (next) =>
    step(show(next, { step: 'typing', typed: next.phone.typed, fault: null })),
  )

const busy = (state: SessionState, isBusy: boolean): SessionState => ({
  ...state,
  phone: { ...state.phone, isBusy },
})

const takePlace = (state: SessionState, refusal: ApiError | null): Step =>
  step(state, {
    type: 'take-place',
    door: 'ecps',
    reason: { kind: 'phone', run: state.phone.run, refusal },
  })

export const phoneBegun = (state: SessionState, { typed: text }: EventOf<'phone-begun'>): Step => {
  if (state.phone.isBusy) return step(state)
  const typed = text.trim()
  const id = readNationalId(typed)
  return andThen(giveUp(state), (free) => {
    const next = { ...free, phone: { ...free.phone, typed } }
    return id.ok
      ? takePlace(busy(show(next, { step: 'starting', typed }), true), null)
      : step(show(next, { step: 'typing', typed, fault: id.fault }))
  })
}

type PhoneReason = Extract<PlaceReason, { readonly kind: 'phone' }>

/** The waiting room answered on the way to the phone. */
export const phonePlaced = (
  state: SessionState,
  { door, answer }: EventOf<'place-answered'>,
  { run, refusal }: PhoneReason,
  at: Moment,
): Step =>
  andThen(placeTaken(state, door, answer, at), (next) => {
    if (run !== next.phone.run) return step(next)
    const arrival = arrivalOf(answer)
    const { typed } = next.phone
    if (arrival.kind === 'failed') return over(next, 'failed', arrival.error, at)
    if (arrival.kind === 'waiting') return step(busy(show(next, { step: 'queued', typed }), false))
    // It refused because there is a wait, and there is none: neither says when to come back.
    if (refusal !== null) return over(next, 'failed', refusal, at)
    const id = readNationalId(typed)
    return id.ok ? step(next, { type: 'ring', run, nationalId: id.value }) : step(busy(next, false))
  })

export const phoneRung = (
  state: SessionState,
  { run, answer }: EventOf<'phone-rung'>,
  at: Moment,
): Step => {
  if (run !== state.phone.run) return step(state)
  const { typed } = state.phone
  if (answer.ok) {
    const { ticket, bindingMessage, pollAfterSeconds, expiresInSeconds } = answer.value
    const endsAt = at.now + expiresInSeconds * 1000
    const pollAt = at.now + pollAfterSeconds * 1000
    return followRequest(state, { ticket, typed, digits: bindingMessage, endsAt, pollAt }, at)
  }
  switch (codeOf(answer.error)) {
    case 'PROFESSIONAL_UNKNOWN':
      return step(busy(show(state, { step: 'typing', typed, fault: 'unknown' }), false))
    case 'REQUEST_INVALID':
      return step(busy(show(state, { step: 'typing', typed, fault: 'wrong' }), false))
    // The room closed between two questions; the place that came with the refusal is this browser's.
    case 'SIGN_IN_WAITS':
      return takePlace(state, answer.error)
    default:
      return over(state, endFor(answer.error), answer.error, at)
  }
}

export const pollPhone = (state: SessionState): Step => {
  const { waiting, run } = state.phone
  const next = { ...state, phone: { ...state.phone, pollAt: null } }
  return waiting === null
    ? step(next)
    : step(next, { type: 'poll-phone', run, ticket: waiting.ticket })
}

export const phonePolled = (
  state: SessionState,
  { run, answer }: EventOf<'phone-polled'>,
  at: Moment,
): Step => {
  if (answer.ok && answer.value.state === 'signed-in') {
    const { session } = answer.value
    return andThen(settle(state), (settled) => enterByAct(hide(settled), session, at))
  }
  if (run !== state.phone.run) return step(state)
  if (answer.ok && answer.value.state === 'pending')
    return pollIn(
      { ...state, phone: { ...state.phone, failures: 0 } },
      answer.value.pollAfterSeconds * 1000,
      at,
    )
  if (answer.ok) return step(state)
  return isPassing(answer.error)
    ? pollAfterFailure(state, answer.error, at)
    : over(state, endFor(answer.error), answer.error, at)
}
