/** The waiting room's own routes: the view for pages, the page for everybody, and its two files. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  firstPollAfterSeconds,
  isLate,
  isLetIn,
  latePlaceOf,
  type PlaceView,
  placeOf,
  pollAfterSeconds,
  type Ticket,
} from '@sidep/admission'
import { routes, safeReturnPath, type WaitingRoomView } from '@sidep/contracts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { deviceParameter } from '../platform/device-parameter.ts'
import { languageOf } from '../platform/paper/paper.ts'
import type { Places } from './place.ts'
import { confirmReturning, roomFull } from './place-holding.ts'
import { type RoomKeeper, type RoomSnapshot, sightMillisecondsMax } from './room-keeper.ts'
import { renderRoomPage } from './room-page.ts'

export interface RoomRouteDependencies {
  readonly keeper: RoomKeeper
  readonly places: Places
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** By how much later one more place of this request's network is dated, milliseconds; null: it gets none. */
  readonly takePlace: (request: FastifyRequest) => number | null
  /** Doors by name, as the page may lead to. */
  readonly doors: ReadonlyMap<string, string>
}

const unknownPollSeconds = 5

const open: WaitingRoomView = {
  state: 'open',
  hasTicket: false,
  position: 0,
  waitSeconds: 0,
  pollAfterSeconds: 5,
}

/** Null: it is this ticket's turn. */
const placeIn = ({ state, buckets, settings }: RoomSnapshot, ticket: Ticket): PlaceView | null => {
  const isDue = isLetIn(ticket.arrivedAt, state)
  // What was seen may be a second old: only a place dated later than that is known to be one.
  const isDatedLater = ticket.arrivedAt > state.at + sightMillisecondsMax
  if (!isDue && (state.waiting || !isDatedLater)) {
    return placeOf(ticket.arrivedAt, state, buckets)
  }
  return isDatedLater || isLate(ticket, buckets) ? latePlaceOf(state, settings) : null
}

/** What a ticket, or the end of the line, looks like in a room. */
export const viewOf = (
  snapshot: RoomSnapshot | null,
  ticket: Ticket | null,
  random: () => number,
): WaitingRoomView => {
  const hasTicket = ticket !== null
  if (snapshot === null) {
    const pollAfter = Math.round(unknownPollSeconds * (1 + random()))
    const unknown = { position: null, waitSeconds: null, pollAfterSeconds: pollAfter }
    return { state: 'waiting', hasTicket, ...unknown }
  }
  const { state, buckets, settings } = snapshot
  if (ticket === null && !state.waiting) return open
  const place = ticket === null ? placeOf(state.at, state, buckets) : placeIn(snapshot, ticket)
  if (place === null) return { ...open, state: 'admitted', hasTicket }
  const usual = pollAfterSeconds(place.waitSeconds, state.pace / settings.paceMax, random)
  const isNew = ticket !== null && !ticket.confirmed
  return {
    state: 'waiting',
    hasTicket,
    ...place,
    pollAfterSeconds: isNew ? Math.min(usual, firstPollAfterSeconds(random)) : usual,
  }
}

interface PageQuery {
  readonly door?: unknown
  readonly lang?: unknown
  readonly pause?: unknown
}

/** Shown to whom the door sent back though it is their turn: sent straight on they would go round in a circle. */
export const pauseSeconds = 2
const inAMoment = {
  state: 'waiting',
  position: 1,
  waitSeconds: pauseSeconds,
  pollAfterSeconds: pauseSeconds,
} as const

/** What a sign-in was asked for with, as far as the room carries it on to the door. */
export interface SignInIntent {
  readonly returnPath: string
  /** The device key that the session is to be bound to; null: none was named, or not by a page of ours. */
  readonly device: string | null
}

/**
 * Reads it of a request on its way to a door or in the room. A device named by another site's link must not come out of
 * the room as if our own page had named it (`deviceParameter`).
 */
export const intentOf = (request: FastifyRequest): SignInIntent => {
  const { query } = request
  const wanted =
    typeof query === 'object' && query !== null && 'return' in query ? query.return : undefined
  return { returnPath: safeReturnPath(wanted), device: deviceParameter(request) }
}

const parametersOf = ({ returnPath, device }: SignInIntent): Record<string, string> => ({
  return: returnPath,
  ...(device === null ? {} : { device }),
})

/**
 * The page's address for somebody on the way to a door.
 *
 * @param isPaused the page does not lead on at once, even when it is their turn
 */
export const roomPathFor = (door: string, intent: SignInIntent, isPaused = false): string => {
  const parameters = { door, ...parametersOf(intent), ...(isPaused ? { pause: '1' } : {}) }
  return `${routes.waitingRoomPage}?${new URLSearchParams(parameters)}`
}

const doorPathFor = (url: string, intent: SignInIntent): string =>
  `${url}?${new URLSearchParams(parametersOf(intent))}`

export const registerRoomRoutes = (
  app: FastifyInstance,
  dependencies: RoomRouteDependencies,
): void => {
  const { keeper, places, random, doors } = dependencies

  const look = async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ readonly snapshot: RoomSnapshot | null; readonly ticket: Ticket | null }> => {
    const snapshot = await keeper.snapshot()
    const now = snapshot?.state.at ?? keeper.last?.state.at
    const ticket = now === undefined ? null : places.read(request.headers.cookie, now)
    if (now === undefined || ticket === null) return { snapshot, ticket }
    if (snapshot !== null && isLetIn(ticket.arrivedAt, snapshot.state)) return { snapshot, ticket }
    const held = confirmReturning(dependencies, ticket, now)
    if (held.setCookie !== null) reply.header('set-cookie', held.setCookie)
    return { snapshot, ticket: held.ticket }
  }

  const answer = (reply: FastifyReply, view: WaitingRoomView): WaitingRoomView => {
    if (view.state === 'waiting') reply.header('retry-after', view.pollAfterSeconds)
    return view
  }

  app.get(routes.waitingRoom, async (request, reply) => {
    const { snapshot, ticket } = await look(request, reply)
    return answer(reply, viewOf(snapshot, ticket, random))
  })

  app.post(routes.waitingRoom, async (request, reply) => {
    const { snapshot, ticket } = await look(request, reply)
    const before = viewOf(snapshot, ticket, random)
    if (ticket !== null || before.state === 'open') return answer(reply, before)
    const datedLater = dependencies.takePlace(request)
    if (datedLater === null) throw roomFull(random)
    const arrived = await keeper.arrive()
    if (arrived.outcome === 'let-in') return answer(reply, open)
    if (arrived.outcome === 'unknown') return answer(reply, viewOf(null, null, random))
    const given = places.give(arrived.ticketAt + datedLater)
    reply.header('set-cookie', given.setCookie)
    return answer(reply, viewOf(keeper.last, given.ticket, random))
  })

  app.get<{ Querystring: PageQuery }>(routes.waitingRoomPage, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { query } = request
    const door = typeof query.door === 'string' && doors.has(query.door) ? query.door : 'ecps'
    const intent = intentOf(request)
    const doorPath = doorPathFor(doors.get(door) ?? routes.loginEcps, intent)
    const { snapshot, ticket } = await look(request, reply)
    const seen = viewOf(snapshot, ticket, random)
    const isPaused = query.pause === '1' && seen.state === 'admitted'
    const view = isPaused ? { ...seen, ...inAMoment } : seen
    if (view.state !== 'waiting') return reply.redirect(doorPath, 303)
    const language = languageOf(request, query.lang)
    const lang = query.lang === language ? `&lang=${language}` : ''
    return reply
      .type('text/html; charset=utf-8')
      .header('retry-after', view.pollAfterSeconds)
      .send(
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
