/** Decides at a door whether a sign-in begins now or whoever comes waits in the room: browsers there, programs at home. */
import { isLetIn, type Ticket } from '@sidep/admission'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Metrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problems.ts'
import type { Places } from './place.ts'
import { confirmReturning, roomFull } from './place-holding.ts'
import type { RoomKeeper } from './room-keeper.ts'
import { intentOf, pauseSeconds, roomPathFor, viewOf } from './room-routes.ts'

export interface SignInAdmissionDependencies {
  readonly keeper: RoomKeeper
  readonly places: Places
  /** By how much later one more place of this request's network is dated, milliseconds; null: it gets none. */
  readonly takePlace: (request: FastifyRequest) => number | null
  readonly metrics: Metrics
  readonly random: () => number
}

/** Who comes to sign in, whatever the way. */
export interface Comer {
  /** The `Cookie` header: it carries the place, when there is one. */
  readonly cookie: string | undefined
  readonly takePlace: () => number | null
}

/** A `Set-Cookie` line for the comer's place, when it is a new one. */
export type Turn =
  | { readonly begins: true; readonly setCookie: string | null }
  | {
      readonly begins: false
      readonly setCookie: string | null
      readonly retryAfterSeconds: number
      /** The room says that it is their turn, and there is no token for them all the same: they try again in a moment. */
      readonly isTurn: boolean
    }

export interface SignInAdmission {
  /** @throws Problem UNAVAILABLE when the room cannot be asked, WAITING_ROOM_FULL */
  turnOf(comer: Comer): Promise<Turn>
  /**
   * Answers with the way to the waiting room unless it is the comer's turn.
   *
   * @returns seconds after which there is a reason to be back at the door; null: the sign-in begins
   */
  sendToRoom(door: string, request: FastifyRequest, reply: FastifyReply): Promise<number | null>
  /** The same for a request of a program or a page's script. @throws Problem SIGN_IN_WAITS with the time to come back */
  askToWait(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

export const makeSignInAdmission = (dependencies: SignInAdmissionDependencies): SignInAdmission => {
  const { keeper, places, takePlace, metrics, random } = dependencies
  const arrivals = metrics.counter(
    'sidep_waiting_room_arrivals_total',
    'Sign-ins at the door, by what the waiting room said.',
  )

  const waits = (
    outcome: 'not-yet' | 'sent-to-room',
    ticket: Ticket,
    setCookie: string | null,
  ): Turn => {
    arrivals.increment({ outcome })
    const { last } = keeper
    const { pollAfterSeconds, state } = viewOf(last, ticket, random)
    return {
      begins: false,
      setCookie,
      retryAfterSeconds: state === 'admitted' ? pauseSeconds : pollAfterSeconds,
      isTurn: last !== null && isLetIn(ticket.arrivedAt, last.state),
    }
  }

  const comesTooEarly = (ticket: Ticket): Turn => {
    const { last } = keeper
    if (last === null) return waits('not-yet', ticket, null)
    const held = confirmReturning(dependencies, ticket, last.state.at)
    return waits('not-yet', held.ticket, held.setCookie)
  }

  const unknown = (): Problem => {
    arrivals.increment({ outcome: 'unknown' })
    return new Problem('UNAVAILABLE', { retryAfterSeconds: 5 + Math.round(5 * random()) })
  }

  const turnOf = async (comer: Comer): Promise<Turn> => {
    const roomTime = (keeper.last ?? (await keeper.snapshot()))?.state.at
    const ticket = roomTime === undefined ? null : places.read(comer.cookie, roomTime)
    if (ticket !== null) {
      const used = await keeper.use(ticket)
      if (used === 'not-yet') return comesTooEarly(ticket)
      if (used === 'let-in') {
        arrivals.increment({ outcome: 'in-turn' })
        return { begins: true, setCookie: places.renew(ticket) }
      }
      // A ticket that was used already is worth no more than none; when the room cannot say, nor is any.
    }
    const arrived = await keeper.arrive()
    if (arrived.outcome === 'let-in') {
      arrivals.increment({ outcome: 'at-once' })
      return { begins: true, setCookie: null }
    }
    if (arrived.outcome === 'unknown') throw unknown()
    const datedLater = comer.takePlace()
    if (datedLater === null) {
      arrivals.increment({ outcome: 'too-many-places' })
      throw roomFull(random)
    }
    const given = places.give(arrived.ticketAt + datedLater)
    return waits('sent-to-room', given.ticket, given.setCookie)
  }

  const turnOfRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<Turn> => {
    const turn = await turnOf({
      cookie: request.headers.cookie,
      takePlace: () => takePlace(request),
    })
    if (turn.setCookie !== null) reply.header('set-cookie', turn.setCookie)
    return turn
  }

  return {
    turnOf,
    async sendToRoom(door, request, reply) {
      const turn = await turnOfRequest(request, reply)
      if (turn.begins) return null
      await reply
        .header('cache-control', 'no-store')
        .redirect(roomPathFor(door, intentOf(request), turn.isTurn), 303)
      return turn.retryAfterSeconds
    },
    async askToWait(request, reply) {
      const turn = await turnOfRequest(request, reply)
      if (turn.begins) return
      throw new Problem('SIGN_IN_WAITS', { retryAfterSeconds: turn.retryAfterSeconds })
    },
  }
}
