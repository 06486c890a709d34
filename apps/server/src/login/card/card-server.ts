/** The sockets of the card door: TLS that asks for a client's certificate, and the plain port of a proxy. */

import { constants } from 'node:crypto'
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Log } from '../../platform/context.ts'
import { errorName } from '../../platform/error-name.ts'
import { readTlsPair } from '../../platform/setting-file.ts'
import { type ConnectionBounds, type Connections, makeConnections } from './connections.ts'

export interface RunningPort {
  readonly port: number
  close(): Promise<void>
}

type Bounds = Pick<ConnectionBounds, 'connectionsMax'>

/** Whoever means it says what they want at once, also over a slow line. */
const helloMilliseconds = 10_000
/** From there a handshake is two round trips and somebody typing the code of their card. */
const handshakeMilliseconds = 90_000
const headersMilliseconds = 10_000
const requestMilliseconds = 15_000
const headerBytesMax = 32 * 1024
const headersMax = 60
/** The certificate of the port is renewed without a restart. */
const certificateMilliseconds = 10 * 60_000

/**
 * No resumption: a resumed session would bring the certificate of an earlier handshake without anybody's card in the
 * reader. No renegotiation: one connection, one certificate.
 */
const secureOptions = constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION

/** With authenticated encryption alone (OWASP ASVS 5.0 12.1.2); TLS 1.3 has no other, and names its own first. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

const listen = (server: Server | TlsServer, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })

const bound = (server: Server | TlsServer): void => {
  server.headersTimeout = headersMilliseconds
  server.requestTimeout = requestMilliseconds
  server.keepAliveTimeout = 1_000
  server.maxHeadersCount = headersMax
  server.maxRequestsPerSocket = 1
  server.on('clientError', (_, socket) => socket.destroy())
}

const close = (server: Server | TlsServer): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)))
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 1_000).unref()
  })

export interface TlsPortOptions extends Pick<ConnectionBounds, 'connectionsMax' | 'shareMax'> {
  readonly helloMilliseconds?: number
  readonly host: string
  readonly port: number
  readonly files: { readonly certificate: string; readonly key: string }
  /** PEM; their names tell a browser which cards to offer. */
  readonly authorities: string
  readonly log: Log
  readonly onHandshakeFailed: () => void
}

/**
 * Puts the bounds of connections before TLS: Node's own clock of a handshake cannot tell who says nothing from who types
 * the code of their card.
 */
const holdUntilHello = (server: TlsServer, options: TlsPortOptions): Connections => {
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  const connections = makeConnections(
    { helloMilliseconds, ...options },
    (socket) => {
      for (const begin of listeners) begin.call(server, socket)
    },
    options.onHandshakeFailed,
  )
  server.on('connection', connections.take)
  server.on('secureConnection', connections.secured)
  server.on('request', ({ socket }) => connections.asked(socket))
  return connections
}

/**
 * Opens the port where browsers show their card. Any certificate passes the handshake, or none: who is let in is
 * decided afterwards, with a reason that the browser can show (docs/adr/0013-the-portal-judges-cards-itself.md).
 */
export const openTlsPort = async (
  options: TlsPortOptions,
  listener: RequestListener,
): Promise<RunningPort> => {
  const { files, authorities, log } = options
  const secure = async () => ({
    ...(await readTlsPair('CARD', files)),
    ca: authorities,
    minVersion: 'TLSv1.2' as const,
    secureOptions,
    ciphers,
    honorCipherOrder: true,
  })
  let pair = await secure()
  const server = createTlsServer(
    {
      ...pair,
      requestCert: true,
      // Proof of the key is checked all the same (RFC 8446 §4.4.3); `checkCard` judges the certificate.
      rejectUnauthorized: false,
      handshakeTimeout: handshakeMilliseconds,
      maxHeaderSize: headerBytesMax,
      ALPNProtocols: ['http/1.1'],
    },
    listener,
  )
  bound(server)
  const connections = holdUntilHello(server, options)
  server.on('tlsClientError', (_, socket) => {
    options.onHandshakeFailed()
    socket.destroy()
  })
  const renew = async (): Promise<void> => {
    const next = await secure()
    if (next.cert.equals(pair.cert) && next.key.equals(pair.key)) return
    server.setSecureContext(next)
    pair = next
    log.info('the card port has a new certificate')
  }
  const timer = setInterval(() => {
    renew().catch((error: unknown) => {
      const name = errorName(error)
      log.warn({ name }, 'the certificate of the card port could not be read again')
    })
  }, certificateMilliseconds)
  timer.unref()
  const port = await listen(server, options.host, options.port).catch((error: unknown) => {
    clearInterval(timer)
    throw error
  })
  return {
    port,
    close: () => {
      clearInterval(timer)
      const closed = close(server)
      // A card that is still being typed in is not waited for.
      connections.end()
      return closed
    },
  }
}

/** Opens the port where a proxy that ended TLS brings certificates in a header. */
export const openProxyPort = async (
  options: Bounds & { readonly host: string; readonly port: number },
  listener: RequestListener,
): Promise<RunningPort> => {
  const server = createPlainServer({ maxHeaderSize: headerBytesMax }, listener)
  bound(server)
  server.maxConnections = options.connectionsMax
  return { port: await listen(server, options.host, options.port), close: () => close(server) }
}
