/** The sending side of MLLP over TLS, as a laboratory's software has it: one message, then its acknowledgements. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type TLSSocket } from 'node:tls'
import type { LaboratoryFiles } from './laboratory-folder.ts'

export interface LaboratorySender {
  /**
   * Sends a message in its frame, and waits for the next acknowledgement.
   * @throws when the connection ends before it is there
   */
  send(message: string | Uint8Array): Promise<string>
  /** Sends bytes as they are, and waits for nothing. */
  write(bytes: string | Uint8Array): void
  /** The next acknowledgement that comes, or came. @throws when the connection ends before */
  next(): Promise<string>
  /** Ends once the connection has. */
  readonly closed: Promise<void>
  close(): void
}

export interface SenderOptions {
  readonly port: number
  readonly files: Pick<LaboratoryFiles, 'authority'> &
    Partial<Pick<LaboratoryFiles, 'certificate' | 'privateKey'>>
}

const start = '\x0b'
const end = '\x1c'

/** Gathers acknowledgements as they come. */
const makeInbox = (socket: TLSSocket) => {
  const waiting: { resolve: (text: string) => void; reject: (error: Error) => void }[] = []
  const come: string[] = []
  let held = ''
  let isOver = false
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    held += chunk
    for (let at = held.indexOf(end); at >= 0; at = held.indexOf(end)) {
      const text = held.slice(held.indexOf(start) + 1, at)
      held = held.slice(at + 1)
      const first = waiting.shift()
      if (first === undefined) come.push(text)
      else first.resolve(text)
    }
  })
  socket.once('close', () => {
    isOver = true
    for (const { reject } of waiting.splice(0)) reject(new Error('the connection ended'))
  })
  return (): Promise<string> =>
    new Promise((resolve, reject) => {
      const text = come.shift()
      if (text !== undefined) resolve(text)
      else if (isOver) reject(new Error('the connection ended'))
      else waiting.push({ resolve, reject })
    })
}

/** @throws when the handshake fails */
export const connectSender = async ({ port, files }: SenderOptions): Promise<LaboratorySender> => {
  const { authority, certificate, privateKey } = files
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca: await readFile(authority),
    ...(certificate === undefined ? {} : { cert: await readFile(certificate) }),
    ...(privateKey === undefined ? {} : { key: await readFile(privateKey) }),
    servername: 'localhost',
  })
  const next = makeInbox(socket)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await once(socket, 'secureConnect')
  socket.on('error', () => socket.destroy())
  const write = (bytes: string | Uint8Array): void => {
    socket.write(bytes)
  }
  return {
    async send(message) {
      const answer = next()
      write(Buffer.concat([Buffer.from(start), Buffer.from(message), Buffer.from(`${end}\r`)]))
      return answer
    },
    write,
    next,
    closed,
    close: () => socket.destroy(),
  }
}
