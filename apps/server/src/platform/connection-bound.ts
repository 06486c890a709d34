/**
 * How many connections the port that everybody reaches holds at once. Each is a file of the process, and where files run
 * out nothing works any more: no database, no log, no page.
 *
 * Invariants
 * - Where there is no room for one more, one makes room on which nothing is worked on: silent, in the middle of its
 *   headers or body, or at rest after an answer. Its address is the one that holds most of these (of IPv6: one line).
 * - Where all are worked on, the newest is not taken.
 */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { connectionBounds } from '@sidep/admission'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasBody } from './has-body.ts'
import { makeIdleByAddress } from './idle-by-address.ts'
import { addressKey } from './network-address.ts'

const { portal, portalUnknown, portalShareOfFiles } = connectionBounds

/** As many as the process has files for. */
export const connectionsMaxOf = (
  read: () => string = () => readFileSync('/proc/self/limits', 'utf8'),
): number => {
  try {
    const files = Number(/^Max open files +(\d+)/m.exec(read())?.[1])
    return Number.isNaN(files) ? portal : Math.min(portal, files * portalShareOfFiles)
  } catch {
    // No such file but on Linux.
    return portalUnknown
  }
}

interface Held {
  readonly key: string
  /** Requests that are whole and not yet answered. */
  working: number
}

/**
 * Installs the bound on an app, before its routes.
 * @param event by which the server tells of a connection that requests come on: with TLS, once its handshake is over
 */
export const boundConnections = (
  app: FastifyInstance,
  max: number,
  event: 'connection' | 'secureConnection' = 'connection',
): void => {
  const held = new Map<Socket, Held>()
  const idle = makeIdleByAddress<Socket>()

  const release = (socket: Socket): void => {
    const one = held.get(socket)
    if (one === undefined) return
    held.delete(socket)
    idle.remove(socket, one.key)
  }

  const makeRoom = (): boolean => {
    const socket = idle.take()
    if (socket === undefined) return false
    release(socket)
    socket.destroy()
    return true
  }

  app.server.on(event, (socket: Socket) => {
    if (held.size >= max && !makeRoom()) {
      socket.destroy()
      return
    }
    const key = addressKey(socket.remoteAddress ?? '')
    held.set(socket, { key, working: 0 })
    idle.add(socket, key)
    socket.once('close', () => release(socket))
  })

  const begin = ({ raw: { socket } }: FastifyRequest, reply: FastifyReply): void => {
    const one = held.get(socket)
    // Injected: there is no connection.
    if (one === undefined) return
    one.working += 1
    idle.remove(socket, one.key)
    reply.raw.once('close', () => {
      one.working -= 1
      if (one.working === 0 && held.has(socket)) idle.add(socket, one.key)
    })
  }

  app.addHook('onRequest', (request, reply, done) => {
    if (!hasBody(request)) begin(request, reply)
    done()
  })
  app.addHook('preValidation', (request, reply, done) => {
    if (hasBody(request)) begin(request, reply)
    done()
  })
}
