/** What the portal says of the session when it is read, and what comes of carrying it on. */

import { attendedBackoffMilliseconds } from '@sidep/continuity'
import { type ProblemCode, problemRegistry, type SessionView } from '@sidep/contracts'
import { type ApiError, codeOf, isProblem, retryAfterSecondsOf, retryOf } from '@sidep/sdk/http'
import { readOldDoors } from './doors.ts'
import { enter, offerDoors } from './enter.ts'
import type { Moment, SessionEvent } from './events.ts'
import { due, heard, lose, restAfter, withStanding } from './link.ts'
import { canRenew, confirm, followRenewed } from './renewal.ts'
import { type SessionState, sessionOf, standingOf } from './state.ts'
import { andThen, type Step, step } from './transition.ts'

type EventOf<Type> = Extract<SessionEvent, { readonly type: Type }>

const endsSession = (code: ProblemCode | null): boolean =>
  code !== null && problemRegistry[code].retry === 'after-sign-in'

/** Too many came in under one name: the same sign-in again is not the one that was asked for. */
const isAskedAnew = ({ way }: SessionState, session: SessionView): boolean => {
  const standing = standingOf(way)
  return (
    standing?.kind === 'lost' &&
    standing.code === 'FRESH_SIGN_IN_REQUIRED' &&
    sessionOf(way)?.signedInAt === session.signedInAt
  )
}

/** The portal has no session for this browser: who works stays at the counter, anybody else is shown the doors. */
const nobody = (state: SessionState, code: ProblemCode | null, at: Moment): Step =>
  andThen(lose(state, code, at), (lost) => {
    const { kind } = lost.way
    if (kind === 'working') return readOldDoors(lost, at)
    const isShown = (kind === 'signed-out' || kind === 'waiting') && lost.doors.known !== null
    return isShown ? step(lost) : offerDoors(lost, at)
  })

export const sessionRead = (
  state: SessionState,
  { epoch, answer }: EventOf<'session-read'>,
  at: Moment,
): Step => {
  // Of before the last act on the session here.
  if (epoch !== state.epoch) return step(state)
  if (answer.ok)
    return andThen(heard(state, null, at), (reached) =>
      isAskedAnew(reached, answer.value) ? step(reached) : enter(reached, answer.value, at),
    )
  const { error } = answer
  if (retryOf(error) !== 'after-sign-in') return silent(state, error, at)
  const standing = standingOf(state.way)?.kind
  // Which session this browser has by now, only the portal knows: it may be of another tab.
  const asked =
    standing === 'open' || standing === 'due'
      ? state
      : { ...state, renewal: { ...state.renewal, followed: null } }
  if (!isProblem(error, 'SESSION_RENEWAL_DUE') || !canRenew(asked))
    return nobody(state, codeOf(error), at)
  return standing === undefined || standing === 'lost' ? confirm(asked, at) : due(asked, at)
}

/** No word about the session: a page that has just been loaded goes on from what this device remembers. */
const silent = (state: SessionState, error: ApiError, at: Moment): Step =>
  andThen(heard(state, error, at), (next) => {
    if (next.way.kind !== 'starting') return step(next)
    const { remembered } = next.way
    return remembered !== null &&
      remembered.site !== null &&
      Date.parse(remembered.expiresAt) > at.now
      ? enterRemembered(next, remembered, at)
      : offerDoors(next, at)
  })

const enterRemembered = (state: SessionState, session: SessionView, at: Moment): Step =>
  andThen(enter(state, session, at), (entered) =>
    step(withStanding(entered, { kind: 'remembered' })),
  )

const isSamePlace = (a: SessionView, b: SessionView): boolean =>
  a.site?.id === b.site?.id &&
  a.professional.id === b.professional.id &&
  a.operator?.id === b.operator?.id

export const renewalAnswered = (
  state: SessionState,
  { run, answer, clockOffset }: EventOf<'renewal-answered'>,
  at: Moment,
): Step => {
  if (run !== state.renewal.run) return staleRenewal(state)
  const answered = { ...state, renewal: { ...state.renewal, isUnderWay: false, clockOffset } }
  if (answer.ok)
    return renewed(followRenewed(answered, answer.value, clockOffset, at), answer.value, at)
  return retryOf(answer.error) === 'later'
    ? renewalLater(answered, answer.error, at)
    : renewalEnded(answered, codeOf(answer.error), at)
}

/** What it wrote into this device's memory on the way is put right. */
const staleRenewal = (state: SessionState): Step => {
  const session = sessionOf(state.way)
  if (session === null) return step(state, { type: 'forget-people' })
  return session.site === null || standingOf(state.way)?.kind === 'lost'
    ? step(state)
    : step(state, { type: 'remember', session })
}

const renewed = (state: SessionState, session: SessionView, at: Moment): Step => {
  const { way } = state
  if (isAskedAnew(state, session)) return step(state)
  const isCarriedOn =
    'session' in way && way.standing.kind !== 'lost' && isSamePlace(way.session, session)
  if (!isCarriedOn) return andThen(heard(state, null, at), (reached) => enter(reached, session, at))
  return andThen(heard({ ...state, way: { ...way, session } }, null, at), (reached) =>
    step(withStanding(reached, { kind: 'open' }), { type: 'send' }),
  )
}

const renewalLater = (state: SessionState, error: ApiError, at: Moment): Step => {
  const { way } = state
  const remembered = way.kind === 'starting' ? way.remembered : null
  const entered = remembered?.site ? enter(state, remembered, at) : step(state)
  return andThen(entered, (next) => {
    const failures = next.renewal.failures + 1
    const wait = attendedBackoffMilliseconds(failures, retryAfterSecondsOf(error), at.random)
    const until = at.monotonic + wait
    const rested: SessionState = {
      ...restAfter(next, error, at),
      renewal: { ...next.renewal, failures, notBefore: until, dueAt: until },
    }
    return step(remembered?.site ? withStanding(rested, { kind: 'due' }) : rested)
  })
}

const renewalEnded = (state: SessionState, code: ProblemCode | null, at: Moment): Step => {
  const standing = standingOf(state.way)
  const stopped = { ...state, renewal: { ...state.renewal, dueAt: null } }
  if (standing === null) return nobody(stopped, code, at)
  // A refusal that is not about the session leaves the token at hand its own life.
  return standing.kind === 'due' || endsSession(code) ? lose(stopped, code, at) : step(stopped)
}
