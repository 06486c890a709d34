import { createServer } from 'node:net'

const listenOnce = (port: number): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null)
      else reject(error)
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null))
    })
  })

/**
 * A port of the loopback interface on which nobody listens now: the one wished for when it is free, else any.
 *
 * @param wished 0 for any
 */
export const freePort = async (wished: number): Promise<number> => {
  const port = (await listenOnce(wished)) ?? (await listenOnce(0))
  if (port === null) throw new Error('no port is free')
  return port
}
