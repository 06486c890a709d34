/** Where one is signed in, as the portal says, and ending it there. */
import type { OpenSession, RevocationInput } from '@sidep/contracts'
import { endSessions, listOpenSessions } from '@sidep/contracts/endpoints'
import {
  type ApiClient,
  type ApiError,
  createHeldAnswer,
  type HeldAnswer,
  type Portal,
} from '../../shared/api/index.ts'

interface OpenSessionList {
  readonly sessions: readonly OpenSession[]
}

export interface OpenSessions {
  /** The newest first. */
  readonly store: HeldAnswer<string, OpenSessionList>['store']
  readonly read: () => Promise<void>
  /** @returns null when it is over there */
  readonly endOne: (sessionId: string) => Promise<ApiError | null>
  /** All but the one that asks. @returns null when they are over */
  readonly endOthers: () => Promise<ApiError | null>
}

/** @param who names the session that is shown: another one's list is let go */
export const createOpenSessions = (
  api: Pick<ApiClient, 'ask'>,
  portal: Portal,
  who: () => string | undefined,
): OpenSessions => {
  const held = createHeldAnswer<string | undefined, OpenSessionList>(
    () => api.ask(listOpenSessions),
    portal,
  )
  const end = (
    body: RevocationInput,
    stays: (session: OpenSession) => boolean,
  ): Promise<ApiError | null> =>
    held.act(
      () => api.ask(endSessions, { body }),
      (list) => list && { sessions: list.sessions.filter(stays) },
    )
  return {
    store: held.store,
    read: () => held.read(who()),
    endOne: (sessionId) =>
      end({ scope: 'one', sessionId }, (session) => session.sessionId !== sessionId),
    endOthers: () => end({ scope: 'elsewhere' }, ({ isThis }) => isThis),
  }
}
