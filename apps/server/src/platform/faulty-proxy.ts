/** For fault tests: a way to a database that can be cut, as a load balancer without a primary cuts it. */
import { once } from 'node:events'
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

/** `close`: accepts, and closes at once; `hold`: accepts, and never says anything. */
export type ProxyFault = 'none' | 'close' | 'hold'

export interface FaultyProxy {
  readonly port: number
  /** Connections accepted so far. */
  accepted(): number
  /** From now on; what is connected is cut. */
  become(fault: ProxyFault): void
  close(): Promise<void>
}

export const startFaultyProxy = async (upstream: NetConnectOpts): Promise<FaultyProxy> => {
  let current: ProxyFault = 'none'
  let accepted = 0
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A cut connection is what this is for.
    socket.on('error', () => {})
  }
  const server = createServer((socket) => {
    accepted += 1
    keep(socket)
    if (current === 'close') socket.destroy()
    if (current !== 'none') return
    const onward = connect(upstream)
    keep(onward)
    socket.pipe(onward).pipe(socket)
    socket.once('close', () => onward.destroy())
    onward.once('close', () => socket.destroy())
  })
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    accepted: () => accepted,
    become(fault) {
      current = fault
      cut()
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}
