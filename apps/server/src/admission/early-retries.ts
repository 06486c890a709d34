/**
 * Connections whose client does not wait as told. Reading a request only to refuse it again costs about as much as a
 * cheap request; not reading it costs nothing, and TCP's own flow control makes the sender wait.
 *
 * Invariants
 * - Every refusal has been answered, with a time to come back, before its connection is left unread.
 * - A client is left unread only if it was refused, came back before its time and was refused again, twice in a row and
 *   for the same kind of traffic. It is left until the time it was told, at most `unreadMilliseconds`, and twice that
 *   if it goes on.
 * - A connection that carries several sessions belongs to a proxy, not to a client: it is always read.
 */
import type { Socket } from 'node:net'
import type { TrafficClass } from '@sidep/admission'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** What is known of one connection. */
interface Conduct {
  /** Whose session it carried; null: nobody's yet. */
  session: string | null
  shared: boolean
  /** When each kind of traffic may come back. */
  readonly notBefore: Map<TrafficClass, number>
  early: number
  /** When it was last read again after having been left. */
  readAgainAt: number
}

export interface EarlyRetryThrottle {
  /** A connection carries this session, or, undefined, none. */
  saw(request: FastifyRequest, session: string | undefined): void
  /** A refusal is about to be answered. */
  refused(
    request: FastifyRequest,
    reply: FastifyReply,
    trafficClass: TrafficClass,
    retryAfterSeconds: number,
  ): void
  /** Reads again what has waited its time; to be called every few tens of milliseconds. */
  tick(): void
  /** Connections that are not read at the moment. */
  readonly unread: number
}

/** Coming back too early this often in a row is no accident of two tabs. */
const earlyMax = 2
/** A page that was wronged, or a proxy that was not recognised, is held up no longer than this. */
export const unreadMilliseconds = 2_000
/** If left for longer, clients hang up and open a new connection, which costs both sides more than a refusal. */
export const unreadMillisecondsMax = 4_000
/**
 * A request that is read so soon after its connection is read again had been waiting in it: it came before its time.
 */
const stoodMillisecondsMax = 100

/** Fastify lists several addresses when a proxy that is trusted spoke for others. */
const isProxied = ({ ips }: FastifyRequest): boolean => (ips?.length ?? 0) > 1

/** @param now monotonic milliseconds */
export const makeEarlyRetryThrottle = (now: () => number): EarlyRetryThrottle => {
  const conducts = new WeakMap<Socket, Conduct>()
  /** With the time to read on. */
  const waiting = new Map<Socket, number>()

  const conductOf = (socket: Socket): Conduct => {
    const known = conducts.get(socket)
    if (known !== undefined) return known
    const made = {
      session: null,
      shared: false,
      notBefore: new Map(),
      early: 0,
      readAgainAt: Number.NEGATIVE_INFINITY,
    }
    conducts.set(socket, made)
    return made
  }

  const leaveUnread = (socket: Socket, until: number): void => {
    if (socket.destroyed || waiting.has(socket)) return
    socket.pause()
    waiting.set(socket, until)
  }

  return {
    saw({ raw: { socket } }, session) {
      if (session === undefined) return
      const conduct = conductOf(socket)
      conduct.shared ||= conduct.session !== null && conduct.session !== session
      conduct.session = session
    },
    refused(request, reply, trafficClass, retryAfterSeconds) {
      const { socket } = request.raw
      const conduct = conductOf(socket)
      if (conduct.shared || isProxied(request)) return
      const at = now()
      const isEarly =
        at < (conduct.notBefore.get(trafficClass) ?? 0) ||
        at - conduct.readAgainAt < stoodMillisecondsMax
      const until = at + retryAfterSeconds * 1_000
      conduct.early = isEarly ? conduct.early + 1 : 0
      conduct.notBefore.set(trafficClass, until)
      if (conduct.early < earlyMax) return
      const longest = conduct.early === earlyMax ? unreadMilliseconds : unreadMillisecondsMax
      const readOnAt = Math.min(until, at + longest)
      const pause = (): void => leaveUnread(socket, readOnAt)
      reply.raw.once('finish', () => {
        // Node takes what is left of a refused body off the connection, and reads on for it.
        if (request.raw.readableEnded) pause()
        else request.raw.once('end', () => setImmediate(pause))
      })
    },
    tick() {
      if (waiting.size === 0) return
      const at = now()
      for (const [socket, until] of waiting) {
        if (until > at && !socket.destroyed) continue
        waiting.delete(socket)
        conductOf(socket).readAgainAt = at
        socket.resume()
      }
    },
    get unread() {
      return waiting.size
    },
  }
}
