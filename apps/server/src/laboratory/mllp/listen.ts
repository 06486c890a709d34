/** The port of laboratories: TLS with a client's certificate, and nobody without one that the directory knows. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type TLSSocket } from 'node:tls'
import { connectionBounds } from '@sidep/admission'
import type { Log } from '../../platform/context.ts'
import type { LaboratoryConfiguration } from '../../platform/laboratory-configuration.ts'
import { type LaboratoryDirectory, thumbprintOf } from '../directory.ts'
import type { Sender } from '../record-results.ts'
import { type Connection, type ConnectionBounds, startConnection } from './connection.ts'

export interface ListenOptions {
  readonly configuration: LaboratoryConfiguration
  readonly bounds: ConnectionBounds
  readonly directory: Pick<LaboratoryDirectory, 'find'>
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly answer: (frame: Uint8Array, sender: Sender) => Promise<readonly Uint8Array[]>
  readonly refuse: (rule: 'NOT_A_MESSAGE' | 'MESSAGE_TOO_LARGE') => readonly Uint8Array[]
}

export interface LaboratoryPort {
  readonly port: number
  /** Connections that stand. */
  count(): number
  /** No new connections; what is in work is answered. */
  close(): Promise<void>
}

const handshakeMilliseconds = 10_000
/** What does not end by itself is cut. */
const closeMilliseconds = 5_000

/** Whose certificate a connection shows; undefined for nobody's. */
const senderOf = (
  socket: TLSSocket,
  directory: Pick<LaboratoryDirectory, 'find'>,
): Sender | undefined => {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined || !socket.authorized) return undefined
  const thumbprint = thumbprintOf(certificate.raw)
  const laboratory = directory.find(thumbprint)
  return laboratory === undefined ? undefined : { laboratory, thumbprint }
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
  const { authority, tls, connectionsMax } = configuration
  const [ca, cert, key] = await Promise.all(
    [authority, tls.certificate, tls.key].map((file) => readFile(file)),
  )
  const connections = new Set<Connection>()
  const counts = new Map<string, number>()

  const take = (socket: TLSSocket): void => {
    const sender = senderOf(socket, directory)
    if (sender === undefined) {
      log.warn({ code: 'LABORATORY_UNKNOWN' }, 'a certificate that is in no entry of the directory')
      socket.destroy()
      return
    }
    const held = counts.get(sender.thumbprint) ?? 0
    if (held >= connectionBounds.laboratoryEach) {
      log.warn({ code: 'LABORATORY_CONNECTIONS' }, 'too many connections of one laboratory')
      socket.destroy()
      return
    }
    counts.set(sender.thumbprint, held + 1)
    const connection = startConnection(socket, bounds, {
      answer: (frame) => answer(frame, sender),
      refuse,
    })
    connections.add(connection)
    void connection.ended.then(() => {
      connections.delete(connection)
      const left = (counts.get(sender.thumbprint) ?? 1) - 1
      if (left > 0) counts.set(sender.thumbprint, left)
      else counts.delete(sender.thumbprint)
    })
  }

  const server = createServer(
    {
      ca,
      cert,
      key,
      requestCert: true,
      // Whoever issued it, by the authorities of the configuration alone; whose it is, by the directory.
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      handshakeTimeout: handshakeMilliseconds,
    },
    take,
  )
  server.maxConnections = connectionsMax
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
