/**
 * Listens with several sockets on one port. Node accepts one new connection of a listening socket each time its event
 * loop comes round (libuv 3696), and under load a round takes tens of milliseconds: behind a thousand clients who come
 * together, a new one would wait for half a minute. The kernel spreads connections over sockets that share a port
 * (SO_REUSEPORT, socket(7)), and a round accepts one of each.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { FastifyInstance, FastifyListenOptions } from 'fastify'

export interface ListenAddress {
  readonly host: string
  readonly port: number
  /** Connections that wait to be taken, of each socket; the kernel caps it. */
  readonly backlog: number
}

/** Not more of them: accepting a connection costs some 0.15 ms, which requests in work have to wait for. */
const socketsCount = 8

/** Only Linux spreads connections over them; elsewhere the last one to listen would have all, or it fails. */
const canShare = process.platform === 'linux'

const listening = async (server: Server, address: ListenAddress & { reusePort?: boolean }) => {
  server.listen(address)
  await once(server, 'listening')
}

const closed = (server: Server): Promise<unknown> =>
  new Promise((resolve) => {
    server.close(resolve)
  })

/**
 * Refuses a port that is taken: with SO_REUSEPORT any other process of the same user could share it, without either
 * noticing.
 *
 * @throws EADDRINUSE when it is somebody's already
 */
const refuseTakenPort = async (address: ListenAddress): Promise<void> => {
  const probe = createServer()
  await listening(probe, address)
  await closed(probe)
}

/**
 * Makes an app listen; what connects is the app's, and ends with it.
 *
 * @returns `close` of the app, which waits for the connections of all sockets; the app's own knows one of them
 */
export const listenTogether = async (
  app: FastifyInstance,
  address: ListenAddress,
): Promise<() => Promise<void>> => {
  if (!canShare) {
    await app.listen(address)
    return () => app.close()
  }
  await refuseTakenPort(address)
  const shared: FastifyListenOptions & { reusePort: true } = { ...address, reusePort: true }
  await app.listen(shared)
  const others: Server[] = []
  const endOthers = (): Promise<unknown> => Promise.all(others.map(closed))
  try {
    for (let count = 1; count < socketsCount; count += 1) {
      // As Node's HTTP server makes its own.
      const other = createServer({ allowHalfOpen: true, noDelay: true })
      other.on('connection', (socket: Socket) => app.server.emit('connection', socket))
      await listening(other, { ...address, reusePort: true })
      others.push(other)
    }
  } catch (error) {
    await endOthers()
    throw error
  }
  return async () => {
    // They take no more from here on; what they took ends with the app.
    const ended = endOthers()
    await app.close()
    await ended
  }
}
