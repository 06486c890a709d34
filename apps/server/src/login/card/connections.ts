/**
 * Who may hold a connection of the card port before anybody knows them.
 *
 * Invariants
 * - A connection that has not said a whole ClientHello (RFC 8446 §4.1.2) within its time is cut, however it drips. So is
 *   one that we could not ask for its certificate within as much time again: time to type the code of a card begins
 *   with our CertificateRequest.
 * - Where all places are taken, one makes room for the newest: of those that said nothing, else of those in the middle of
 *   a handshake, else of those that ask for nothing after it. Of these the oldest of the address that holds most: who
 *   types the code of their card keeps their place as long as others hold more.
 * - One address (of IPv6: one line) holds at most its share, its own going first in the same order.
 */
import type { Socket } from 'node:net'
import { addressKey } from '../../platform/network-address.ts'

export interface ConnectionBounds {
  /** Connections at once. */
  readonly connectionsMax: number
  /** Of one address; a hospital's people come from one address too, so that it is not small. */
  readonly shareMax: number
  /** From the connection to the end of the ClientHello, and from there to our CertificateRequest. */
  readonly helloMilliseconds: number
}

// RFC 8446 §5.1: type, version, length; a record is at most 2^14 bytes.
const recordHeaderBytes = 5
const recordBytesMax = 2 ** 14
const handshakeType = 22

/** What the beginning of a connection is; `null` while more is to come. */
export const readHello = (bytes: Buffer): 'hello' | 'other' | null => {
  if (bytes.length === 0) return null
  if (bytes[0] !== handshakeType) return 'other'
  if (bytes.length < recordHeaderBytes) return null
  const length = bytes.readUInt16BE(3)
  if (length === 0 || length > recordBytesMax) return 'other'
  return bytes.length >= recordHeaderBytes + length ? 'hello' : null
}

export interface Connections {
  /** Takes a new connection, or cuts it; a listener for `connection`. */
  take(socket: Socket): void
  /** Its handshake is done: a listener for `secureConnection`. */
  secured(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): void
  /** It asked for something, and is answered: it makes room for nobody. */
  asked(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): void
  /** Cuts whoever is not being answered: the port closes. */
  end(): void
  /** How many are held. */
  readonly held: number
}

type Stage = 'silent' | 'greeted' | 'secured' | 'asked'

interface Held {
  /** Of its address. */
  readonly key: string
  stage: Stage
}

/** A HelloRetryRequest (RFC 8446 §4.1.4) is shorter; our part with a certificate in it is longer. */
const helloRetryBytesMax = 256

/**
 * @param greeted told of each connection once its ClientHello is there; its bytes are put back before
 * @param dropped told of each that was cut before that
 */
export const makeConnections = (
  { connectionsMax, shareMax, helloMilliseconds }: ConnectionBounds,
  greeted: (socket: Socket) => void,
  dropped: () => void,
): Connections => {
  /** The oldest first. */
  const held = new Map<Socket, Held>()
  const shares = new Map<string, number>()

  const release = (socket: Socket): void => {
    const one = held.get(socket)
    if (one === undefined) return
    held.delete(socket)
    const left = (shares.get(one.key) ?? 1) - 1
    if (left > 0) shares.set(one.key, left)
    else shares.delete(one.key)
  }

  const cut = (socket: Socket): void => {
    const stage = held.get(socket)?.stage
    if (stage === 'silent' || stage === 'greeted') dropped()
    release(socket)
    socket.destroy()
  }

  /** The oldest of a stage, of the address that holds most of them; of one address, its oldest. */
  const oldestAt = (stage: Stage, key: string | null): Socket | undefined => {
    const found = new Map<string, { readonly first: Socket; count: number }>()
    for (const [socket, one] of held) {
      if (one.stage !== stage || (key !== null && one.key !== key)) continue
      const known = found.get(one.key)
      if (known === undefined) found.set(one.key, { first: socket, count: 1 })
      else known.count += 1
    }
    let most: { readonly first: Socket; count: number } | undefined
    for (const one of found.values()) if (most === undefined || one.count > most.count) most = one
    return most?.first
  }

  /** @returns whether there is room for one more */
  const makeRoom = (key: string): boolean => {
    for (const [isFull, whose] of [
      [(shares.get(key) ?? 0) >= shareMax, key],
      [held.size >= connectionsMax, null],
    ] as const) {
      if (!isFull) continue
      const victim =
        oldestAt('silent', whose) ?? oldestAt('greeted', whose) ?? oldestAt('secured', whose)
      if (victim === undefined) return false
      cut(victim)
    }
    return true
  }

  /** Our part of the handshake, with the CertificateRequest, is sent at once, or there is none. */
  const expectRequest = (socket: Socket): void => {
    const timer = setTimeout(() => {
      const isAsked = socket.bytesWritten > helloRetryBytesMax
      if (held.get(socket)?.stage === 'greeted' && !isAsked) cut(socket)
    }, helloMilliseconds)
    timer.unref()
    socket.once('close', () => clearTimeout(timer))
  }

  const advance =
    (stage: Stage): Connections['asked'] =>
    ({ remoteAddress, remotePort }) => {
      for (const [socket, one] of held) {
        if (socket.remotePort !== remotePort || socket.remoteAddress !== remoteAddress) continue
        one.stage = stage
        return
      }
    }

  const listenForHello = (socket: Socket): void => {
    let bytes: Buffer = Buffer.alloc(0)
    const timer = setTimeout(() => cut(socket), helloMilliseconds)
    const done = (): void => {
      clearTimeout(timer)
      socket.off('data', heard)
      socket.off('end', gone)
      socket.off('close', done)
      socket.off('error', gone)
    }
    const gone = (): void => {
      done()
      cut(socket)
    }
    const heard = (chunk: Buffer): void => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      const said = readHello(bytes)
      if (said === null) return
      done()
      if (said === 'other') {
        cut(socket)
        return
      }
      const one = held.get(socket)
      if (one !== undefined) one.stage = 'greeted'
      expectRequest(socket)
      socket.pause()
      socket.unshift(bytes)
      greeted(socket)
    }
    socket.on('data', heard)
    socket.once('end', gone)
    socket.once('close', done)
    socket.once('error', gone)
  }

  return {
    take: (socket) => {
      const key = addressKey(socket.remoteAddress ?? '')
      if (!makeRoom(key)) {
        dropped()
        socket.destroy()
        return
      }
      held.set(socket, { key, stage: 'silent' })
      shares.set(key, (shares.get(key) ?? 0) + 1)
      socket.once('close', () => release(socket))
      listenForHello(socket)
    },
    secured: advance('secured'),
    asked: advance('asked'),
    end: () => {
      for (const [socket, { stage }] of [...held]) if (stage !== 'asked') cut(socket)
    },
    get held() {
      return held.size
    },
  }
}
