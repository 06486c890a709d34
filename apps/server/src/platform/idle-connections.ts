/**
 * Ends connections on which nothing is under way when the server closes. Node ends those that have answered before, but
 * not those that have not asked for anything yet, and browsers open such in advance: they would hold up a stop until
 * its deadline.
 */
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** @param event as `boundConnections` has it */
export const endIdleConnections = (
  app: FastifyInstance,
  event: 'connection' | 'secureConnection' = 'connection',
): void => {
  /** Requests under way on each. */
  const underWay = new Map<Socket, number>()
  let isClosing = false

  const endIfIdle = (socket: Socket): void => {
    if (isClosing && underWay.get(socket) === 0) socket.destroySoon()
  }

  app.server.on(event, (socket: Socket) => {
    underWay.set(socket, 0)
    socket.once('close', () => underWay.delete(socket))
    endIfIdle(socket)
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw
    const before = underWay.get(socket)
    // Undefined: injected, there is no connection.
    if (before !== undefined) {
      underWay.set(socket, before + 1)
      reply.raw.once('close', () => {
        const now = underWay.get(socket)
        if (now === undefined) return
        underWay.set(socket, now - 1)
        endIfIdle(socket)
      })
    }
    done()
  })
  app.addHook('preClose', (done) => {
    isClosing = true
    for (const socket of underWay.keys()) endIfIdle(socket)
    done()
  })
}
