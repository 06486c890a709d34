/**
 * Where one is signed in, as the portal says, and ending it there. Invariants:
 * 1. What is shown is what the portal last said; a session leaves the list once the portal acknowledged its end.
 * 2. An answer asked for before an own act is not shown.
 */
import { type OpenSession, OpenSessionList, type RevocationInput, routes } from '@sidep/contracts'
import { type ApiClient, type ApiError, retryOf } from '../../shared/api/index.ts'
import { createStore, type Store } from '../store.ts'

export interface SessionsState {
  /** The newest first; null before the portal has said. */
  readonly sessions: readonly OpenSession[] | null
  readonly error: ApiError | null
}

export interface SessionDesk {
  readonly store: Pick<Store<SessionsState>, 'get' | 'subscribe'>
  readonly read: () => Promise<void>
  /** @returns null when it is over there */
  readonly endOne: (sessionId: string) => Promise<ApiError | null>
  /** All but the one that asks. @returns null when they are over */
  readonly endOthers: () => Promise<ApiError | null>
}

export interface SessionDeskDependencies {
  readonly api: Pick<ApiClient, 'get' | 'send'>
  /** The portal no longer takes the session, or wants it confirmed. */
  readonly sessionTrouble: () => void
}

export const createSessionDesk = ({
  api,
  sessionTrouble,
}: SessionDeskDependencies): SessionDesk => {
  const store = createStore<SessionsState>({ sessions: null, error: null })
  let acts = 0

  const failed = (error: ApiError): ApiError => {
    if (retryOf(error) === 'after-sign-in') sessionTrouble()
    return error
  }

  const end = async (
    input: RevocationInput,
    stays: (session: OpenSession) => boolean,
  ): Promise<ApiError | null> => {
    const answer = await api.send('POST', routes.sessionRevocations, input, {
      isSigned: true,
    })
    if (!answer.ok) return failed(answer.error)
    acts += 1
    store.set((state) => ({ ...state, sessions: state.sessions?.filter(stays) ?? null }))
    return null
  }

  return {
    store,
    read: async () => {
      const before = acts
      store.set((state) => ({ ...state, error: null }))
      const answer = await api.get(routes.sessionsOpen, OpenSessionList)
      if (acts !== before) return
      if (answer.ok) store.set(() => ({ sessions: answer.value.sessions, error: null }))
      else {
        const error = failed(answer.error)
        store.set((state) => ({ ...state, error }))
      }
    },
    endOne: (sessionId) =>
      end({ scope: 'one', sessionId }, (session) => session.sessionId !== sessionId),
    endOthers: () => end({ scope: 'elsewhere' }, ({ isThis }) => isThis),
  }
}
