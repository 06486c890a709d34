/**
 * Connections that cost next to nothing: requests are bytes made beforehand, and of an answer its status and its length are read.
 * A generator on a core of its own then offers more than a server on one can do.
 */
import { createConnection, type Socket } from 'node:net'

export interface LeanConnections {
  /**
   * Sends a request on a connection that is free, or waits for one.
   *
   * @returns the status, once the whole answer is there
   * @throws when the connection ends before
   */
  ask(request: Buffer): Promise<number>
  close(): void
}

interface Asked {
  readonly request: Buffer
  readonly resolve: (status: number) => void
  readonly reject: (reason: Error) => void
}

/** Of a request without body; HTTP/1.1 keeps its connection open unless told otherwise (RFC 9112 §9.3). */
export const requestBytes = (
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Buffer => {
  const named = Object.entries({ host: new URL(origin).host, ...headers })
  const lines = named.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines}\r\n`)
}

const headEnd = Buffer.from('\r\n\r\n')
const lengthLine = /\r\ncontent-length: (\d{1,12})/i
/** RFC 9110 §6.4.1: such an answer has no content, whatever length it names. */
const withoutContent: ReadonlySet<number> = new Set([204, 304])

/** The status of the answer that some bytes begin with, and where it ends; null while its head is not whole. */
export const answerIn = (
  bytes: Buffer,
): { readonly status: number; readonly end: number } | null => {
  const at = bytes.indexOf(headEnd)
  if (at === -1) return null
  const head = bytes.toString('latin1', 0, at)
  const status = Number(head.slice(9, 12))
  const start = at + headEnd.length
  if (withoutContent.has(status)) return { status, end: start }
  const length = lengthLine.exec(head)?.[1]
  // Whoever answers in pieces of no told length is not what this is made for.
  if (length === undefined) throw new Error('ANSWER_WITHOUT_LENGTH')
  return { status, end: start + Number(length) }
}

/** One connection, one request at a time, opened with its first. */
const makeOne = (origin: URL, free: () => void) => {
  let socket: Socket | null = null
  let asked: Asked | null = null
  let held: Buffer = Buffer.alloc(0)

  const settle = (act: (asked: Asked) => void): void => {
    const settled = asked
    asked = null
    held = Buffer.alloc(0)
    if (settled === null) return
    act(settled)
    free()
  }
  const fail = (error: Error): void => {
    socket?.destroy()
    socket = null
    settle(({ reject }) => reject(error))
  }
  const receive = (chunk: Buffer): void => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    try {
      const answer = answerIn(held)
      if (answer === null || held.length < answer.end) return
      settle(({ resolve }) => resolve(answer.status))
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)))
    }
  }
  const opened = (): Socket => {
    if (socket !== null) return socket
    const made = createConnection({ host: origin.hostname, port: Number(origin.port) })
    made.setNoDelay(true)
    made.on('data', receive)
    made.on('error', fail)
    made.on('close', () => socket === made && fail(new Error('CONNECTION_CLOSED')))
    socket = made
    return made
  }
  return {
    send(next: Asked): void {
      asked = next
      opened().write(next.request)
    },
    close(): void {
      fail(new Error('CONNECTION_CLOSED'))
    },
  }
}

/** @param count connections, kept open and used again and again, as those of a network of caches */
export const makeLeanConnections = (origin: string, count: number): LeanConnections => {
  const waiting: Asked[] = []
  const idle: ReturnType<typeof makeOne>[] = []
  const all = Array.from({ length: count }, () => {
    const one = makeOne(new URL(origin), () => {
      const next = waiting.shift()
      if (next === undefined) idle.push(one)
      else one.send(next)
    })
    return one
  })
  idle.push(...all)
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const asked = { request, resolve, reject }
        const one = idle.pop()
        if (one === undefined) waiting.push(asked)
        else one.send(asked)
      }),
    close: () => {
      for (const one of all) one.close()
    },
  }
}
