import { createServer } from 'node:net'

/** Null: somebody listens there, or only root may. */
const listenOnce = (host: string, port: number): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null)
      else reject(error)
    })
    probe.listen(port, host, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : null))
    })
  })

/** Below what Linux gives to outgoing connections (`net.ipv4.ip_local_port_range`), above what fetch refuses (10080). */
const own = { first: 11_000, last: 32_767, perProcess: 16 } as const

let asked = 0

/**
 * Ports that only this process tries: the system's own choice may be given to another, or to an outgoing connection,
 * before whoever asked listens there.
 */
function* ownPorts(): Generator<number> {
  const blocks = Math.floor((own.last - own.first + 1) / own.perProcess)
  const first = own.first + (process.pid % blocks) * own.perProcess
  for (let tried = 0; tried < own.perProcess; tried++) {
    yield first + (asked++ % own.perProcess)
  }
}

/**
 * A port on which nobody listens now: the wished one when it is free, else any. For whoever must name the port before
 * listening on it, as links and the provider's return address do. No process beside this one is given the same, unless
 * all of its own are taken.
 *
 * @param wished 0 for any
 */
export const freePort = async (host: string, wished = 0): Promise<number> => {
  if (wished !== 0) {
    const port = await listenOnce(host, wished)
    if (port !== null) return port
  }
  for (const candidate of ownPorts()) {
    const port = await listenOnce(host, candidate)
    if (port !== null) return port
  }
  const port = await listenOnce(host, 0)
  if (port === null) throw new Error('no port is free')
  return port
}
