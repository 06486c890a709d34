/** When this device carries the session on: well before its token ends, each counter at a time of its own. */
import type { SessionView } from '@sidep/contracts'
import type { Moment } from './events.ts'
import type { SessionState } from './state.ts'
import { type Step, step } from './transition.ts'

/** Part of the token's remaining life after which it is renewed: from a half, up to so much more at random. */
const earliestShare = 0.5
const jitterShare = 0.2
/** After the session's end, when only an extension can carry it on: within so long, at random. */
const endJitterMilliseconds = 10_000
const afterEndMilliseconds = 1_000
const gainMillisecondsMin = 5_000

const endOf = (session: SessionView | null): number =>
  session?.renewBy === undefined ? 0 : Date.parse(session.renewBy)

const isOurs = ({ device }: SessionState, session: SessionView): boolean =>
  device !== null && session.device === device && session.renewBy !== undefined

/** Whether this device may carry on the session that it follows, or one that it knows nothing of yet. */
export const canRenew = (state: SessionState): boolean => {
  const { followed } = state.renewal
  return state.device !== null && (followed === null || isOurs(state, followed))
}

/** @returns the moment of the next renewal; null for a session that this device cannot renew */
const nextDue = (
  state: SessionState,
  session: SessionView,
  previousEnd: number,
  at: Moment,
): number | null => {
  if (!isOurs(state, session)) return null
  const end = endOf(session)
  const left = end - (at.now + (state.renewal.clockOffset ?? 0))
  // A token that did not get longer is the session's last: only after its end can it be extended.
  const isLast = previousEnd > 0 && end - previousEnd < gainMillisecondsMin
  const wait = isLast
    ? Math.max(left, 0) + afterEndMilliseconds + at.random * endJitterMilliseconds
    : Math.max(left * (earliestShare + jitterShare * at.random), 0)
  return at.monotonic + wait
}

const none = { followed: null, failures: 0, notBefore: 0, dueAt: null, isUnderWay: false } as const

/** The session as the server has just answered it; null: nobody is signed in. */
export const follow = (
  state: SessionState,
  session: SessionView | null,
  at: Moment,
): SessionState => {
  const { renewal } = state
  if (session === null) return { ...state, renewal: { ...renewal, ...none, run: renewal.run + 1 } }
  const clockOffset =
    session.serverTime === undefined ? renewal.clockOffset : Date.parse(session.serverTime) - at.now
  const previous = renewal.followed
  const isOther = previous !== null && previous.sessionId !== session.sessionId
  const carried = isOther ? { ...renewal, ...none, run: renewal.run + 1 } : renewal
  const next = { ...state, renewal: { ...carried, followed: session, clockOffset } }
  if (!isOther && previous?.renewBy === session.renewBy) return next
  return { ...next, renewal: { ...next.renewal, dueAt: nextDue(next, session, 0, at) } }
}

/** The renewal brought a session: of the server, or what another tab got. */
export const followRenewed = (
  state: SessionState,
  session: SessionView,
  clockOffset: number | null,
  at: Moment,
): SessionState => {
  const previousEnd = endOf(state.renewal.followed)
  const renewal = { ...state.renewal, ...none, followed: session, clockOffset }
  return {
    ...state,
    renewal: { ...renewal, dueAt: nextDue({ ...state, renewal }, session, previousEnd, at) },
  }
}

/** Asks for a renewal, unless one is under way or the last answer asked for patience. */
export const confirm = (state: SessionState, at: Moment): Step => {
  const { renewal } = state
  if (renewal.isUnderWay || renewal.notBefore > at.monotonic) return step(state)
  const { run, followed, clockOffset } = renewal
  return step(
    { ...state, renewal: { ...renewal, isUnderWay: true, dueAt: null } },
    { type: 'renew', run, followed, clockOffset },
  )
}
