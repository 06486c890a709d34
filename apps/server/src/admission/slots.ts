/**
 * Holds a slot of the gate for as long as a request really works: until it has been answered, or its sender has hung
 * up, and its handler has ended. Whoever asks and hangs up, again and again, gets no more work out of us than others.
 */
import type { Entry } from '@sidep/admission'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'

export interface Slots {
  /** Keeps the slot of a request that may work now. */
  hold(request: FastifyRequest, reply: FastifyReply, entry: Entry): void
  /** For each route, before it is made: lets its handler say when it ends. */
  watch(route: RouteOptions): void
}

interface Slot {
  readonly entry: Entry
  answered: boolean
  working: number
  measured: boolean
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/**
 * @param now monotonic milliseconds
 * @param onLeft told of every slot that ends, with the time since its request came
 */
export const makeSlots = (
  now: () => number,
  onLeft: (request: FastifyRequest, tookMilliseconds: number) => void,
): Slots => {
  const slots = new WeakMap<FastifyRequest, Slot & { readonly since: number }>()

  const leaveWhenDone = (request: FastifyRequest): void => {
    const slot = slots.get(request)
    if (slot === undefined || !slot.answered || slot.working > 0) return
    slots.delete(request)
    const at = now()
    slot.entry.leave(at, slot.measured)
    onLeft(request, at - slot.since)
  }

  return {
    hold(request, reply, entry) {
      // The time spent waiting for the slot counts as well: the sender sees it.
      const since = now() - entry.waitedMilliseconds
      slots.set(request, { entry, answered: false, working: 0, measured: false, since })
      const answered = (finished: boolean): void => {
        const slot = slots.get(request)
        if (slot === undefined || slot.answered) return
        slot.answered = true
        // A refusal is quick and says nothing about how long the work takes.
        slot.measured = finished && reply.statusCode < 400
        leaveWhenDone(request)
      }
      reply.raw.once('finish', () => answered(true))
      reply.raw.once('close', () => answered(false))
    },
    watch(route) {
      const { handler } = route
      route.handler = function watched(request, reply) {
        const slot = slots.get(request)
        if (slot === undefined) return handler.call(this, request, reply)
        slot.working += 1
        const ended = (): void => {
          slot.working -= 1
          leaveWhenDone(request)
        }
        let result: unknown
        try {
          result = handler.call(this, request, reply)
        } catch (error) {
          ended()
          throw error
        }
        if (isPromise(result)) result.then(ended, ended)
        else ended()
        return result
      }
    },
  }
}
