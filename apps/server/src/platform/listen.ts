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

/** Where the claim of a port listens. */
export const claimOf = (host: string, port: number): string => `\0sidep-port-${host}-${port}`

/**
 * Claims a port among all that listen in this way, for as long as the claim listens: two that looked at the same moment
 * would both find it free. A name in the kernel's own space (unix(7), abstract), gone with its process, whatever ends it.
 *
 * @throws EADDRINUSE when somebody has it
 */
const claimPort = async ({ host, port }: ListenAddress): Promise<Server> => {
  const claim = createServer()
  claim.listen({ path: claimOf(host, port) })
  await once(claim, 'listening').catch((error: unknown) => {
    // The system names the claim's path; whoever started us knows the port.
    throw error instanceof Error ? Object.assign(error, { port }) : error
  })
  claim.unref()
  return claim
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
  const claim = await claimPort(address)
  const others: Server[] = []
  const endOthers = (): Promise<unknown> => Promise.all([claim, ...others].map(closed))
  try {
    await refuseTakenPort(address)
    const shared: FastifyListenOptions & { reusePort: true } = { ...address, reusePort: true }
    await app.listen(shared)
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
