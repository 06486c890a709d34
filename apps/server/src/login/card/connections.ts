/**
 * Who may hold a connection of the card port before anybody knows them.
 *
 * Invariants
 * - A connection that has not said a whole ClientHello (RFC 8446 §4.1.2) within its time is cut, however it drips.
 * - Where all places are taken, the oldest connection that has said none makes room for the newest; those that have, and
 *   may be waiting for somebody who types the code of their card, keep their place.
 * - One address (of IPv6: one line) holds at most its share, silent ones going first among its own too.
 */
import type { Socket } from 'node:net'
import { addressKey } from '../../platform/network-address.ts'

export interface ConnectionBounds {
  /** Connections at once. */
  readonly connectionsMax: number
  /** Of one address; a hospital's people come from one address too, so that it is not small. */
  readonly shareMax: number
  /** From the connection to the end of the ClientHello. */
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
  /** How many are held. */
  readonly held: number
}

/**
 * @param greeted told of each connection once its ClientHello is there; its bytes are put back before
 * @param dropped told of each that was cut before that
 */
export const createConnections = (
  { connectionsMax, shareMax, helloMilliseconds }: ConnectionBounds,
  greeted: (socket: Socket) => void,
  dropped: () => void,
): Connections => {
  const held = new Map<Socket, string>()
  const shares = new Map<string, number>()
  /** The oldest first. */
  const silent = new Map<Socket, string>()

  const release = (socket: Socket): void => {
    const key = held.get(socket)
    if (key === undefined) return
    held.delete(socket)
    silent.delete(socket)
    const left = (shares.get(key) ?? 1) - 1
    if (left > 0) shares.set(key, left)
    else shares.delete(key)
  }

  const cut = (socket: Socket): void => {
    if (silent.has(socket)) dropped()
    release(socket)
    socket.destroy()
  }

  const oldestSilent = (key: string | null): Socket | undefined => {
    for (const [socket, of] of silent) if (key === null || of === key) return socket
    return undefined
  }

  /** @returns whether there is room for one more */
  const makeRoom = (key: string): boolean => {
    for (const [isFull, whose] of [
      [(shares.get(key) ?? 0) >= shareMax, key],
      [held.size >= connectionsMax, null],
    ] as const) {
      if (!isFull) continue
      const victim = oldestSilent(whose)
      if (victim === undefined) return false
      cut(victim)
    }
    return true
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
      silent.delete(socket)
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
      held.set(socket, key)
      silent.set(socket, key)
      shares.set(key, (shares.get(key) ?? 0) + 1)
      socket.once('close', () => release(socket))
      listenForHello(socket)
    },
    get held() {
      return held.size
    },
  }
}
