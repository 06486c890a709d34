/** The waiting room's own routes: the view for pages, the page for everybody, and its two files. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { routes, type WaitingRoomView } from '@sidep/contracts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { languageOf } from '../platform/paper/paper.ts'
import { renderRoomPage } from './room-page.ts'
import {
  type Comer,
  pauseSeconds,
  type RoomAnswer,
  type SignInAdmission,
} from './sign-in-admission.ts'
import { doorPathFor, intentOf, roomPathFor } from './sign-in-intent.ts'

export interface RoomRouteDependencies {
  readonly signInAdmission: Pick<SignInAdmission, 'look' | 'join'>
  readonly comerOf: (request: FastifyRequest) => Comer
  /** Doors by name, as the page may lead to. */
  readonly doors: ReadonlyMap<string, string>
}

interface PageQuery {
  readonly door?: unknown
  readonly lang?: unknown
  readonly pause?: unknown
}

/**
 * Shown to somebody whom the door sent back although it is their turn: led straight on, they would go round in a
 * circle.
 */
const inAMoment = {
  state: 'waiting',
  position: 1,
  waitSeconds: pauseSeconds,
  pollAfterSeconds: pauseSeconds,
} as const

const answer = (reply: FastifyReply, { view, setCookie }: RoomAnswer): WaitingRoomView => {
  if (setCookie !== null) reply.header('set-cookie', setCookie)
  if (view.state === 'waiting') reply.header('retry-after', view.pollAfterSeconds)
  return view
}

export const registerRoomRoutes = (
  app: FastifyInstance,
  { signInAdmission, comerOf, doors }: RoomRouteDependencies,
): void => {
  app.get(routes.waitingRoom, async (request, reply) =>
    answer(reply, await signInAdmission.look(comerOf(request))),
  )

  app.post(routes.waitingRoom, async (request, reply) =>
    answer(reply, await signInAdmission.join(comerOf(request))),
  )

  app.get<{ Querystring: PageQuery }>(routes.waitingRoomPage, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { query } = request
    const door = typeof query.door === 'string' && doors.has(query.door) ? query.door : 'ecps'
    const intent = intentOf(request)
    const doorPath = doorPathFor(doors.get(door) ?? routes.loginEcps, intent)
    const looked = await signInAdmission.look(comerOf(request))
    const isPaused = query.pause === '1' && looked.view.state === 'admitted'
    const view = answer(
      reply,
      isPaused ? { ...looked, view: { ...looked.view, ...inAMoment } } : looked,
    )
    if (view.state !== 'waiting') return reply.redirect(doorPath, 303)
    const language = languageOf(request, query.lang)
    const lang = query.lang === language ? `&lang=${language}` : ''
    return reply.type('text/html; charset=utf-8').send(
      renderRoomPage({
        ...view,
        language,
        selfPath: `${roomPathFor(door, intent)}${lang}`,
        doorPath,
        returnPath: intent.returnPath,
      }),
    )
  })

  const script = readFileSync(join(import.meta.dirname, 'assets/room.js'))
  app.get(`${routes.waitingRoomPage}room.js`, async (_, reply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=300')
      .send(script),
  )
}
