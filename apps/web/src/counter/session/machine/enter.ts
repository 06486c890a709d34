/** Into a session, and out of it. */
import { type SessionView, shownOf } from '@sidep/contracts'
import { readDoors } from './doors.ts'
import type { Moment } from './events.ts'
import { close } from './phone.ts'
import { follow } from './renewal.ts'
import { type SessionState, sessionOf, type Way } from './state.ts'
import { andThen, type Step, step } from './transition.ts'

const open = { kind: 'open' } as const

/** The session is not what it was when questions on their way were asked. */
export const changed = (state: SessionState): SessionState => ({ ...state, epoch: state.epoch + 1 })

/** Somebody is signed in, as the portal says. */
export const enter = (state: SessionState, session: SessionView, at: Moment): Step => {
  const before = sessionOf(state.way)?.site?.id
  const way: Way =
    session.site === null
      ? { kind: 'choosing', session, standing: open }
      : { kind: 'working', session, standing: open, room: null }
  const closed = state.phone.shown === null ? step(state) : close(state)
  return andThen(closed, (quiet) =>
    step(
      { ...follow(quiet, session, at), way },
      { type: 'announce', shown: shownOf(session) },
      ...(session.site === null
        ? []
        : ([
            { type: 'remember', session },
            { type: 'begin-work', isSameSite: before === session.site.id, isAlone: false },
          ] as const)),
    ),
  )
}

/** The same by an act of this page: what was asked of the session before says nothing of it now. */
export const enterByAct = (state: SessionState, session: SessionView, at: Moment): Step =>
  enter(changed(state), session, at)

/** The booklet of who was here last goes on; nothing is sent until somebody signs in. */
export const goAlone = (state: SessionState, holder: SessionView): Step =>
  step(
    {
      ...changed(state),
      way: {
        kind: 'working',
        session: holder,
        standing: { kind: 'lost', code: null },
        room: null,
      },
    },
    { type: 'begin-work', isSameSite: false, isAlone: true },
  )

/** Nobody is signed in: the page shows the doors, and goes back to its place in the waiting room if it has one. */
export const offerDoors = (state: SessionState, at: Moment): Step => {
  const { way } = state
  const out: Way = way.kind === 'waiting' ? way : { kind: 'signed-out' }
  const forgotten = step({ ...follow(state, null, at), way: out }, { type: 'forget-people' })
  return andThen(forgotten, (next) =>
    andThen(readDoors(next, at), (asked) =>
      asked.way.kind === 'waiting' ? step(asked) : step(asked, { type: 'find-place' }),
    ),
  )
}

export const signOut = (state: SessionState, at: Moment): Step => {
  const out: SessionState = {
    ...changed(state),
    way: { kind: 'signed-out' },
    doors: { known: null, lookAt: 0 },
  }
  return andThen(step(out, { type: 'announce', shown: null }), (next) => offerDoors(next, at))
}

/** Back to the choice of site and of whom to work for. A delegation that is over leaves its person a session for it. */
export const chooseAgain = (state: SessionState): Step => {
  const session = sessionOf(state.way)
  return step(
    session === null ? state : { ...state, way: { kind: 'choosing', session, standing: open } },
  )
}
