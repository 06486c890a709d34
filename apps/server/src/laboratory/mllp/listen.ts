/** The port of laboratories: TLS with a client's certificate, and nobody without one that the directory knows. */
import { once } from 'node:events'
import { createServer, type TLSSocket } from 'node:tls'
import type { Log } from '../../platform/context.ts'
import type { LaboratoryConfiguration } from '../../platform/laboratory-configuration.ts'
import type { LaboratoryDirectory } from '../directory.ts'
import type { Sender } from '../record-results.ts'
import { makeConnectionShares, readTlsOptions, thumbprintIn } from '../tls-port.ts'
import { type Connection, type ConnectionBounds, startConnection } from './connection.ts'

export interface ListenOptions {
  readonly configuration: LaboratoryConfiguration
  readonly bounds: ConnectionBounds
  readonly directory: Pick<LaboratoryDirectory, 'find'>
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly answer: (
    frame: Uint8Array,
    sender: Sender,
    isGone: () => boolean,
  ) => Promise<readonly Uint8Array[]>
  readonly refuse: (rule: 'NOT_A_MESSAGE' | 'MESSAGE_TOO_LARGE') => readonly Uint8Array[]
}

export interface LaboratoryPort {
  readonly port: number
  /** Connections that stand. */
  count(): number
  /** No new connections; what is in work is answered. */
  close(): Promise<void>
}

/** What does not end by itself is cut. */
const closeMilliseconds = 5_000

/** Whose certificate a connection shows; undefined for nobody's. */
const senderOf = (
  socket: TLSSocket,
  directory: Pick<LaboratoryDirectory, 'find'>,
): Sender | undefined => {
  const thumbprint = thumbprintIn(socket)
  const laboratory = thumbprint === undefined ? undefined : directory.find(thumbprint)
  return thumbprint === undefined || laboratory === undefined
    ? undefined
    : { laboratory, thumbprint }
}

/** @throws what a listener throws, and when a file of the configuration cannot be read */
export const listenForLaboratories = async ({
  configuration,
  bounds,
  directory,
  log,
  answer,
  refuse,
}: ListenOptions): Promise<LaboratoryPort> => {
  const connections = new Set<Connection>()
  const shares = makeConnectionShares()

  const take = (socket: TLSSocket): void => {
    const sender = senderOf(socket, directory)
    if (sender === undefined) {
      log.warn({ code: 'LABORATORY_UNKNOWN' }, 'a certificate that is in no entry of the directory')
      socket.destroy()
      return
    }
    if (!shares.hold(sender.thumbprint, socket)) {
      log.warn({ code: 'LABORATORY_CONNECTIONS' }, 'too many connections of one laboratory')
      socket.destroy()
      return
    }
    const connection = startConnection(socket, bounds, {
      answer: (frame, isGone) => answer(frame, sender, isGone),
      refuse,
    })
    connections.add(connection)
    void connection.ended.then(() => connections.delete(connection))
  }

  const server = createServer(await readTlsOptions(configuration), take)
  server.maxConnections = configuration.connectionsMax
  server.on('tlsClientError', (_, socket) => socket.destroy())
  server.listen(configuration.port, configuration.host)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    count: () => connections.size,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const connection of connections) connection.end()
      const cut = setTimeout(() => {
        for (const connection of connections) connection.cut()
      }, closeMilliseconds)
      cut.unref()
      await closed
      clearTimeout(cut)
    },
  }
}
