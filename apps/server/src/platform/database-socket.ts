/**
 * How connections to the database are made, so that the driver (postgres 3.4.9) finds its way back by itself.
 *
 * Invariants
 * - A connection closed before it says anything is tried again after a pause that grows: the driver would at once,
 *   hundreds of times a second, and a load balancer without a primary closes them that way.
 * - One on which nothing was said for long is cut: the kernel gives up unanswered bytes only after a quarter of an hour.
 * - A socket fails when it closes, not before: in between the driver hands queries to the connection and forgets them.
 * - A standby is not believed: one that greets as a standby is cut before the driver hears of it, and tried again after a pause
 *   as one that said nothing; what waits for it goes on waiting until its deadline. A load balancer leads there for a moment
 *   after a failover, and a connection that stayed would refuse every write for as long as it lasts.
 * - Of several hosts the one that was the primary last is tried first, and the next when it does not answer, or greets as a standby; that
 *   there is none but standbys is believed once each has said so in turn.
 * - One on which the driver says nothing is given back at once. A query that was about to be sent when its connection
 *   closed leaves the driver believing that a write is due: it gathers what it would say and sends nothing, until that
 *   is a kilobyte, which the server refuses and which sets the driver right. Each attempt would take the whole
 *   time-out for connecting.
 */
import { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { type Greeting, makeGreetingReader } from './database-greeting.ts'

/** What the driver hands over: its own options, parsed. */
interface ConnectOptions {
  readonly host: readonly string[]
  readonly port: readonly number[]
  readonly path: string | false
  /** Whatever it is, what comes is then not to be read here. */
  readonly ssl?: unknown
}

class DatabaseSocket extends Socket {
  /** The driver reads the name for TLS from here. */
  host: string | undefined
  port: number | undefined
  /** Told who greets; @returns whether the driver hears it. Null: nobody listens, or no more. */
  onGreeting: ((greeting: Greeting) => boolean) | null = null
  readonly #readGreeting = makeGreetingReader()
  #failure: unknown

  /** Whether the driver has said anything, sent or not. */
  get isUsed(): boolean {
    return this.bytesWritten > 0
  }

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    if (event === 'error') {
      this.#failure = values[0]
      return true
    }
    if (event === 'data' && this.onGreeting !== null) {
      const greeting = this.#readGreeting(values[0] as Uint8Array)
      if (greeting !== null) {
        const isHeard = this.onGreeting(greeting)
        this.onGreeting = null
        if (!isHeard) {
          this.destroy()
          return true
        }
      }
    }
    if (event === 'close' && this.#failure !== undefined) super.emit('error', this.#failure)
    return super.emit(event, ...values)
  }
}

export interface SocketPace {
  /** The first pause after a failed attempt, doubled with each further one. */
  readonly pauseMillisecondsMin: number
  readonly pauseMillisecondsMax: number
}

const defaultPace: SocketPace = { pauseMillisecondsMin: 50, pauseMillisecondsMax: 1_000 }

export interface SocketOptions extends SocketPace {
  /**
   * How long a standby is believed; 0: not at all. What only asks how the database is may hear a standby's answer, and must
   * ask anew soon.
   */
  readonly standbyMilliseconds: number
}

/** Of several hosts one that is gone without a word is left for the next after so long; alone it has the driver's time. */
const nextHostMilliseconds = 1_500

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
  options: Partial<SocketOptions> = {},
): MakeSocket => {
  const { pauseMillisecondsMin, pauseMillisecondsMax } = { ...defaultPace, ...options }
  const { standbyMilliseconds = 0 } = options
  /** Attempts since a database last said anything. */
  let failures = 0
  /** Attempts as one host answers after the other: which of them is tried next. */
  let hostIndex = 0
  /** Hosts that greeted as standbys since a primary last did. */
  let standbys = 0

  const pauseMilliseconds = (): number => {
    if (failures === 0) return 0
    const whole = Math.min(pauseMillisecondsMin * 2 ** (failures - 1), pauseMillisecondsMax)
    return whole * (1 - spread * random())
  }

  const giveBackUnused = (socket: DatabaseSocket): void => {
    // The driver writes in the turn after it has the socket.
    setImmediate(() =>
      setImmediate(() => {
        if (!socket.isUsed) socket.destroy()
      }),
    )
  }

  /** @returns whether it is believed, for now */
  const hearStandby = (socket: Socket, hosts: number): boolean => {
    standbys += 1
    if (standbyMilliseconds === 0 || standbys < hosts) return false
    const timer = setTimeout(() => socket.destroy(), standbyMilliseconds)
    socket.once('close', () => clearTimeout(timer))
    return true
  }

  return async ({ host, port, path, ssl }) => {
    // Even without a pause this comes after the driver has its listeners in place.
    await wait(pauseMilliseconds(), undefined, { signal: ended })
    const socket = new DatabaseSocket()
    const index = hostIndex % host.length
    const isOneOfMany = host.length > 1
    let hasSpoken = false
    let isPrimary = false
    const speak = (): void => {
      hasSpoken = true
      failures = 0
    }
    if (ssl) socket.once('data', speak)
    else
      socket.onGreeting = (greeting) => {
        if (greeting === 'standby' && !hearStandby(socket, host.length)) return false
        isPrimary = greeting === 'primary'
        if (isPrimary) standbys = 0
        speak()
        return true
      }
    socket.once('close', () => {
      if (!hasSpoken && socket.isUsed) failures += 1
      // A primary that closes one connection is asked again; over TLS nobody sees here who it was. Another attempt may have gone on.
      if (!isPrimary && socket.isUsed && index === hostIndex % host.length) hostIndex = index + 1
    })
    giveBackUnused(socket)
    socket.setTimeout(silentMilliseconds, () => socket.destroy())
    if (path !== false && path !== '') return socket.connect(path)
    if (isOneOfMany) {
      const next = setTimeout(() => socket.destroy(), nextHostMilliseconds)
      socket.once('connect', () => clearTimeout(next))
      socket.once('close', () => clearTimeout(next))
    }
    socket.host = host[index] ?? ''
    socket.port = port[index] ?? 0
    return socket.connect(socket.port, socket.host)
  }
}
