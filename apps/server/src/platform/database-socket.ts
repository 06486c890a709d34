/**
 * How connections to the database are made. The driver (postgres 3.4.9) tries a connection that is closed before it
 * says anything again at once, hundreds of times a second: a load balancer without a primary is met that way. Here
 * each further attempt waits longer, and what neither end has said anything on for long is cut, because the kernel
 * gives up unanswered bytes only after a quarter of an hour.
 */
import { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** What the driver hands over: its own options, parsed. */
interface ConnectOptions {
  readonly host: readonly string[]
  readonly port: readonly number[]
  readonly path: string | false
}

/** The driver reads the name for TLS from here. */
type NamedSocket = Socket & { host?: string; port?: number }

export interface SocketPace {
  /** The first pause after a failed attempt, doubled with each further one. */
  readonly pauseMillisecondsMin: number
  readonly pauseMillisecondsMax: number
}

const defaultPace: SocketPace = { pauseMillisecondsMin: 50, pauseMillisecondsMax: 1_000 }

/** Whoever comes back at the same moment as everybody else is part of the problem: up to a half less. */
const spread = 0.5

/** As the driver's option `socket`: a socket on its way to the database. */
export type MakeSocket = (options: ConnectOptions) => Promise<Socket>

/**
 * Makes the sockets of one pool.
 *
 * @param silentMilliseconds cuts a connection on which nothing was said for so long; longer than any statement takes
 * @param ended aborted when the pool ends: no connection is made for it any more
 * @param random from 0 to 1
 */
export const makeSockets = (
  silentMilliseconds: number,
  ended: AbortSignal,
  random: () => number,
  { pauseMillisecondsMin, pauseMillisecondsMax }: SocketPace = defaultPace,
): MakeSocket => {
  /** Attempts since a database last said anything. */
  let failures = 0
  let attempts = 0

  const pauseMilliseconds = (): number => {
    if (failures === 0) return 0
    const whole = Math.min(pauseMillisecondsMin * 2 ** (failures - 1), pauseMillisecondsMax)
    return whole * (1 - spread * random())
  }

  return async ({ host, port, path }) => {
    // Even without a pause this comes after the driver has its listeners in place.
    await wait(pauseMilliseconds(), undefined, { signal: ended })
    const socket: NamedSocket = new Socket()
    let hasSpoken = false
    socket.once('data', () => {
      hasSpoken = true
      failures = 0
    })
    socket.once('close', () => {
      if (!hasSpoken) failures += 1
    })
    socket.setTimeout(silentMilliseconds, () => socket.destroy())
    if (path !== false && path !== '') return socket.connect(path)
    const index = attempts % host.length
    attempts += 1
    socket.host = host[index] ?? ''
    socket.port = port[index] ?? 0
    return socket.connect(socket.port, socket.host)
  }
}
