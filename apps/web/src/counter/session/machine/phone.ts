/** The sign-in on the phone, apart from what comes of it. */

import { attendedBackoffMilliseconds } from '@sidep/continuity'
import { type ApiError, codeOf, retryAfterSecondsOf } from '@sidep/sdk/http'
import type { WaitingRequest } from '../waiting-request.ts'
import { readDoors } from './doors.ts'
import type { Moment } from './events.ts'
import type { Phone, PhoneEnd, SessionState } from './state.ts'
import { andThen, type Step, step } from './transition.ts'

/** No request waits longer (the server's own bound); one kept for longer is of another clock, or another day. */
const waitingMillisecondsMax = 600_000

export const show = (state: SessionState, shown: Phone | null): SessionState => ({
  ...state,
  phone: { ...state.phone, shown },
})

/** What is under way is over: its answers count no more. */
const stop = (state: SessionState): SessionState => ({
  ...state,
  phone: {
    ...state.phone,
    run: state.phone.run + 1,
    isBusy: false,
    waiting: null,
    pollAt: null,
    endAt: null,
  },
})

/** The request is over; nothing of it is asked for again. */
export const settle = (state: SessionState): Step =>
  step(stop(state), { type: 'keep-request', request: null })

/**
 * So that nothing in this browser can take the request up again: the server is told too. It may have been confirmed
 * before, and the answer that said so lost: the session is read.
 */
export const giveUp = (state: SessionState): Step => {
  const { waiting } = state.phone
  return andThen(settle(state), (settled) =>
    waiting === null
      ? step(settled)
      : step(
          settled,
          { type: 'cancel-phone', ticket: waiting.ticket },
          { type: 'read-session', epoch: settled.epoch },
        ),
  )
}

export const hide = (state: SessionState): SessionState => ({
  ...state,
  phone: { ...state.phone, typed: '', shown: null },
})

export const close = (state: SessionState): Step =>
  andThen(giveUp(state), (given) => step(hide(given)))

/** Ended without a session. What the page says of the doors is of before: they are asked for anew. */
export const over = (
  state: SessionState,
  end: PhoneEnd,
  error: ApiError | null,
  at: Moment,
): Step => {
  const { typed } = state.phone
  const seconds = error === null ? null : retryAfterSecondsOf(error)
  const retryAt = seconds === null ? null : new Date(at.now + seconds * 1000)
  return andThen(settle(state), (settled) =>
    readDoors(show(settled, { step: 'over', typed, end, error, retryAt }), at),
  )
}

export const endFor = (error: ApiError): PhoneEnd => {
  switch (codeOf(error)) {
    case 'LOGIN_REFUSED':
      return 'refused'
    case 'LOGIN_STATE_INVALID':
      return 'timed-out'
    case 'PROVIDER_UNAVAILABLE':
      return 'provider-away'
    default:
      return 'failed'
  }
}

/** What says nothing about the sign-in itself: it is asked again. */
export const isPassing = (error: ApiError): boolean =>
  error.kind !== 'problem' ||
  error.problem.code === 'UNAVAILABLE' ||
  error.problem.code === 'TOO_MANY_REQUESTS'

/** Asks again after so long; the tab keeps when, for the page that is loaded next. */
export const pollIn = (state: SessionState, milliseconds: number, at: Moment): Step => {
  const { waiting } = state.phone
  if (waiting === null) return step(state)
  const request = { ...waiting, pollAt: at.now + milliseconds }
  return step(
    {
      ...state,
      phone: { ...state.phone, waiting: request, pollAt: at.monotonic + milliseconds },
    },
    { type: 'keep-request', request },
  )
}

export const pollAfterFailure = (state: SessionState, error: ApiError, at: Moment): Step => {
  const failures = state.phone.failures + 1
  const wait = attendedBackoffMilliseconds(failures, retryAfterSecondsOf(error), at.random)
  return pollIn({ ...state, phone: { ...state.phone, failures } }, wait, at)
}

/** Shows a request, and asks for it until it ends. */
export const followRequest = (state: SessionState, request: WaitingRequest, at: Moment): Step => {
  const { typed, digits, endsAt, pollAt } = request
  const phone: SessionState['phone'] = {
    ...state.phone,
    typed,
    failures: 0,
    waiting: request,
    endAt: at.monotonic + endsAt - at.now,
    shown: { step: 'confirming', typed, digits, endsAt: new Date(endsAt) },
  }
  return pollIn({ ...state, phone }, Math.max(0, pollAt - at.now), at)
}

/** Nobody confirmed in time, as far as was heard here. */
export const timeOut = (state: SessionState, at: Moment): Step =>
  andThen(over(state, 'timed-out', null, at), (ended) =>
    step(ended, { type: 'read-session', epoch: ended.epoch }),
  )

/** After the page was loaded again: goes on with the request that its tab has waiting. */
export const resume = (state: SessionState, request: WaitingRequest, at: Moment): Step => {
  const left = request.endsAt - at.now
  if (Math.abs(left) > waitingMillisecondsMax) return settle(state)
  const typed = { ...state, phone: { ...state.phone, typed: request.typed } }
  return left <= 0 ? timeOut(typed, at) : followRequest(typed, request, at)
}
