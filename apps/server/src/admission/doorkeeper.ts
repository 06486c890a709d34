/** Decides at a door whether a sign-in begins now or its browser waits in the room. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Metrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problems.ts'
import type { Places } from './place.ts'
import type { RoomKeeper } from './room-keeper.ts'
import { roomPathFor } from './room-routes.ts'

export interface DoorkeeperNeeds {
  readonly keeper: RoomKeeper
  readonly places: Places
  readonly mayTakePlace: (request: FastifyRequest) => boolean
  readonly metrics: Metrics
  readonly random: () => number
}

export interface Doorkeeper {
  /** Whether the request was answered with the way to the waiting room; false: the sign-in begins. */
  sendToRoom(door: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean>
}

const returnOf = ({ query }: FastifyRequest): unknown =>
  typeof query === 'object' && query !== null && 'return' in query ? query.return : undefined

export const makeDoorkeeper = (needs: DoorkeeperNeeds): Doorkeeper => {
  const { keeper, places, mayTakePlace, metrics, random } = needs
  const arrivals = metrics.counter(
    'sidep_waiting_room_arrivals_total',
    'Sign-ins at the door, by what the waiting room said.',
  )

  const toRoom = async (
    door: string,
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: string,
  ): Promise<true> => {
    arrivals.increment({ outcome })
    await reply
      .header('cache-control', 'no-store')
      .redirect(roomPathFor(door, returnOf(request)), 303)
    return true
  }

  const unknown = (): Problem => {
    arrivals.increment({ outcome: 'unknown' })
    return new Problem('UNAVAILABLE', { retryAfterSeconds: 5 + Math.round(5 * random()) })
  }

  return {
    async sendToRoom(door, request, reply) {
      const roomTime = (keeper.last ?? (await keeper.sight()))?.state.at
      const ticket = roomTime === undefined ? null : places.read(request.headers.cookie, roomTime)
      if (ticket !== null) {
        const used = await keeper.use(ticket)
        if (used === 'not-yet') return toRoom(door, request, reply, 'not-yet')
        if (used === 'let-in') {
          arrivals.increment({ outcome: 'in-turn' })
          reply.header('set-cookie', places.renew(ticket))
          return false
        }
        // A ticket that was used already is worth no more than none; when the room cannot say, nor is any.
      }
      const arrived = await keeper.arrive()
      if (arrived.outcome === 'let-in') {
        arrivals.increment({ outcome: 'at-once' })
        return false
      }
      if (arrived.outcome === 'unknown') throw unknown()
      if (!mayTakePlace(request)) {
        arrivals.increment({ outcome: 'too-many-places' })
        throw new Problem('WAITING_ROOM_FULL', {
          retryAfterSeconds: 30 + Math.round(30 * random()),
        })
      }
      reply.header('set-cookie', places.give(arrived.ticketAt))
      return toRoom(door, request, reply, 'sent-to-room')
    },
  }
}
