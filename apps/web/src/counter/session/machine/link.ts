/** What each answer says about the way to the server, and about the session. Only a 401 ends a session. */

import { attendedBackoffMilliseconds } from '@sidep/continuity'
import type { ProblemCode } from '@sidep/contracts'
import { type ApiError, codeOf, isProblem, retryAfterSecondsOf, retryOf } from '@sidep/sdk/http'
import type { Moment } from './events.ts'
import { canRenew, confirm } from './renewal.ts'
import { type SessionState, type Standing, sessionOf, standingOf } from './state.ts'
import { type Step, step } from './transition.ts'

const online = { state: 'online' } as const

/** The portal itself said until when it wants no question; an answer to one of before takes nothing of that back. */
const isAskedToWait = (state: SessionState, { monotonic }: Moment): boolean => {
  const rest = restOf(state, monotonic)
  return rest !== null && retryAfterSecondsOf(rest) !== null
}

const reached = (state: SessionState, at: Moment): SessionState => {
  const isKnown = state.link.state === 'online' && state.linkFailures === 0
  return isKnown || isAskedToWait(state, at) ? state : { ...state, link: online, linkFailures: 0 }
}

/** The server cannot be asked, or cannot answer now: until when nothing is. */
export const restAfter = (state: SessionState, error: ApiError, at: Moment): SessionState => {
  const linkFailures = state.linkFailures + 1
  const asked = retryAfterSecondsOf(error)
  const wait = attendedBackoffMilliseconds(linkFailures, asked, at.random)
  const linkRestsUntil = at.monotonic + wait
  const isLess = asked === null || linkRestsUntil < state.linkRestsUntil
  if (isLess && isAskedToWait(state, at)) return state
  return {
    ...state,
    linkFailures,
    linkRestsUntil,
    link: {
      state: error.kind === 'problem' || asked !== null ? 'busy' : 'offline',
      error,
      retryAt: new Date(at.now + wait),
    },
  }
}

/** Whether the server may be asked now: the one answer to this for all that the page asks by itself. */
export const mayAsk = (
  { link, linkRestsUntil }: Pick<SessionState, 'link' | 'linkRestsUntil'>,
  monotonic: number,
): boolean => link.state === 'online' || linkRestsUntil <= monotonic

/** Why somebody who asks has to wait: the portal said so; null when they need not, our own guess stops nobody. */
export const restOf = (
  state: Pick<SessionState, 'link' | 'linkRestsUntil'>,
  monotonic: number,
): ApiError | null =>
  state.link.state === 'busy' && !mayAsk(state, monotonic) ? state.link.error : null

export const withStanding = (state: SessionState, standing: Standing): SessionState => {
  const { way } = state
  return 'standing' in way ? { ...state, way: { ...way, standing } } : state
}

/** The portal no longer takes the session; a counter at which nobody works has none to lose. */
export const lose = (state: SessionState, code: ProblemCode | null, at: Moment): Step => {
  const lost = withStanding(reached(state, at), { kind: 'lost', code })
  if (code === 'SESSION_REVOKED') return step(lost, { type: 'leave-to-nobody' })
  // The browser has another session by now: it is to be read.
  if (code === 'SESSION_DIFFERS') return step(lost, { type: 'look-soon' })
  return step(lost)
}

export const heard = (state: SessionState, error: ApiError | null, at: Moment): Step => {
  if (error === null) return step(reached(state, at))
  switch (retryOf(error)) {
    case 'never':
      // A session of before a site was chosen: asking for it again leads to the choice.
      return step(
        isProblem(error, 'SITE_NOT_CHOSEN')
          ? withStanding(reached(state, at), { kind: 'lost', code: null })
          : reached(state, at),
      )
    case 'after-sign-in':
      return isProblem(error, 'SESSION_RENEWAL_DUE') && canRenew(state)
        ? due(state, at)
        : lose(state, codeOf(error), at)
    default:
      // A certificate that could not be signed says nothing about the way to the server.
      return step(isProblem(error, 'ISSUANCE_FAILED') ? state : restAfter(state, error, at))
  }
}

/** This device is to confirm the session first. One that is lost stays so: reading it says what became of it. */
export const due = (state: SessionState, at: Moment): Step => {
  const isHeld = standingOf(state.way)?.kind !== 'lost' && sessionOf(state.way) !== null
  const heardNow = reached(state, at)
  if (!isHeld) return step(heardNow)
  const held = withStanding(heardNow, { kind: 'due' })
  // The next look confirms it.
  return isAskedToWait(held, at) ? step(held) : confirm(held, at)
}
