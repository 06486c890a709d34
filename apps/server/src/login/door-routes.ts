/** `/api/doors`: what can be used to sign in now. */
import { type DoorsView, routes } from '@sidep/contracts'
import type { FastifyInstance } from 'fastify'
import type { DoorSource } from './door-board.ts'
import type { SessionWatch } from './session-watch.ts'

export interface DoorRouteDependencies {
  readonly doors: readonly DoorSource[]
  readonly watch: Pick<SessionWatch, 'stateOf' | 'downSince'>
  /** Resolves once every door has been looked at by this process. */
  readonly looked: () => Promise<unknown>
}

export const registerDoorRoutes = (
  app: FastifyInstance,
  { doors, watch, looked }: DoorRouteDependencies,
): void => {
  app.get(routes.doors, async (_, reply): Promise<DoorsView> => {
    reply.header('cache-control', 'no-store')
    await looked()
    return {
      doors: doors.map((source) => {
        const { door, url, backchannelUrl } = source
        const state = watch.stateOf(source)
        // Shut by the person on duty: what the probes find does not open it.
        const isFound = state === 'down' && source.state() === 'down'
        const retryAfterSeconds = isFound ? source.retryAfterSeconds?.() : undefined
        const since = state === 'down' ? watch.downSince(source) : null
        return {
          door,
          url,
          state,
          ...(since === null ? {} : { since: since.toISOString() }),
          ...(backchannelUrl === undefined ? {} : { backchannelUrl }),
          ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        }
      }),
    }
  })
}
