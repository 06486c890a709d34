/** The session of this tab, for the rest of the counter: what it is told, and what it asks of the session. */
import type { Door, SessionView } from '@sidep/contracts'
import { chooseSite } from '@sidep/contracts/endpoints'
import type { ApiClient, ApiError, Portal } from '../../shared/api/index.ts'
import { createSessionDriver, type Serve } from './driver.ts'
import { mayAsk, restOf } from './machine/link.ts'
import { type Arrival, arrivalOf } from './machine/room.ts'
import type { SessionState } from './machine/state.ts'
import {
  askPortal,
  type SessionRequestDependencies,
  takeNote,
  takePlace,
  unaskedEvent,
} from './requests.ts'
import type { SessionTabs } from './session-tabs.ts'

export interface SessionDependencies extends SessionRequestDependencies {
  readonly api: ApiClient
  readonly memory: SessionRequestDependencies['memory']
  readonly sessionTabs: SessionTabs
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number
  readonly random: () => number
  readonly after: (milliseconds: number, callback: () => void) => () => void
  readonly changed: (state: SessionState) => void
  /** Somebody chose here where, and for whom, to work. */
  readonly chosen: () => void
  readonly failed: (error: unknown) => void
}

/** The sign-in on the phone, without leaving the page. */
export interface PhoneSignIn {
  /** Asks for the number; with the one typed before, when there is one. */
  readonly open: () => void
  readonly begin: (typed: string) => Promise<void>
  /** Gives up what is under way, also at the server. */
  readonly close: () => void
}

export interface Session extends Portal {
  readonly serve: (serve: Serve) => void
  /** Reads who is signed in, and goes on with the sign-in that this tab had waiting on a phone. */
  readonly start: () => Promise<void>
  readonly stop: () => void
  /** Asks for what is due in the way that the session is in; resolves when it is answered. */
  readonly look: () => Promise<void>
  readonly hurry: () => void
  readonly readDoors: () => Promise<void>
  /** On the way to a door: whether to go there now, wait, or that it cannot be said. */
  readonly arrive: (door: Door) => Promise<Arrival>
  /** Gives up waiting: back to the doors. */
  readonly leaveRoom: () => void
  readonly phone: PhoneSignIn
  /** At a site of one's own, or there for the professional who delegated. */
  readonly chooseSite: (siteId: string, delegation?: string) => Promise<ApiError | null>
  readonly chooseAgain: () => void
  readonly goAlone: (holder: SessionView) => Promise<void>
  /** The portal has ended the session. */
  readonly signedOut: () => Promise<void>
}

export const createSession = (dependencies: SessionDependencies): Session => {
  const { api, device, failed } = dependencies
  const driver = createSessionDriver({
    ...dependencies,
    device: device?.thumbprint ?? null,
    moment: () => ({
      now: dependencies.now().getTime(),
      monotonic: dependencies.monotonic(),
      random: dependencies.random(),
    }),
    ask: (question) => askPortal(question, dependencies),
    unasked: unaskedEvent,
    take: (note) => takeNote(note, dependencies),
  })
  const { dispatch } = driver
  const tell = (event: Parameters<typeof dispatch>[0]): void => {
    dispatch(event).catch(failed)
  }
  dependencies.sessionTabs.listen((shown) => tell({ type: 'shown-elsewhere', shown }))

  return {
    serve: driver.serve,
    start: async () => {
      await dispatch({ type: 'opened', remembered: await dependencies.memory.session() })
      await dispatch({ type: 'phone-resumed', waiting: dependencies.requests.get() })
    },
    stop: driver.stop,
    observe: (answer) => tell({ type: 'heard', error: answer.ok ? null : answer.error }),
    mayAsk: () => mayAsk(driver.state(), dependencies.monotonic()),
    resting: () => restOf(driver.state(), dependencies.monotonic()),
    look: () => dispatch({ type: 'look' }),
    hurry: () => tell({ type: 'hurried' }),
    readDoors: () => dispatch({ type: 'doors-wanted' }),
    arrive: async (door) => {
      const answer = await takePlace(api)
      tell({ type: 'place-answered', door, reason: { kind: 'door' }, answer })
      return arrivalOf(answer)
    },
    leaveRoom: () => tell({ type: 'room-left' }),
    phone: {
      open: () => tell({ type: 'phone-opened' }),
      begin: (typed) => dispatch({ type: 'phone-begun', typed }),
      close: () => tell({ type: 'phone-closed' }),
    },
    chooseSite: async (siteId, delegation) => {
      const choice = { site: siteId, ...(delegation === undefined ? {} : { delegation }) }
      const { epoch } = driver.state()
      const answer = await api.ask(chooseSite, { body: choice })
      if (answer.ok) dependencies.chosen()
      await dispatch({ type: 'site-chosen', epoch, answer })
      return answer.ok ? null : answer.error
    },
    chooseAgain: () => tell({ type: 'choice-wanted' }),
    goAlone: (holder) => dispatch({ type: 'alone', holder }),
    signedOut: () => dispatch({ type: 'signed-out' }),
  }
}
