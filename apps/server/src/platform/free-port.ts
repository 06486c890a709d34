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

/**
 * A port on which nobody listens now: the wished one when it is free, else any. For whoever must name the port before
 * listening on it, as links and the provider's return address do.
 *
 * @param wished 0 for any
 */
export const freePort = async (host: string, wished = 0): Promise<number> => {
  const port = (await listenOnce(host, wished)) ?? (await listenOnce(host, 0))
  if (port === null) throw new Error('no port is free')
  return port
}
