/**
 * FHIR over HTTPS with a certificate of each laboratory. Who has none of the right authority is not let in at all; whose
 * certificate the directory does not know, or no longer, is told so at every request.
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Log } from '../../platform/context.ts'
import { errorName } from '../../platform/error-name.ts'
import type { LaboratoryConfiguration } from '../../platform/laboratory-configuration.ts'
import { annotate, traced } from '../../platform/tracing/tracing.ts'
import { version } from '../../platform/version.ts'
import type { LaboratoryDirectory } from '../directory.ts'
import type { Sender } from '../record-results.ts'
import { makeConnectionShares, readTlsOptions, thumbprintIn } from '../tls-port.ts'
import { readBody } from './body.ts'
import { basePath, type FhirHandler } from './handler.ts'
import { type RequestFault, requestOutcome, statusOf } from './outcome.ts'
import { laterReply, type Reply, refusedReply } from './reply.ts'

export interface FhirBounds {
  readonly bodyBytesMax: number
  /** From the first byte of a request to the last of its body. */
  readonly requestMilliseconds: number
  readonly headersMilliseconds: number
  /** Between two requests. */
  readonly idleMilliseconds: number
}

export const defaultFhirBounds: Omit<FhirBounds, 'bodyBytesMax'> = {
  requestMilliseconds: 30_000,
  headersMilliseconds: 10_000,
  idleMilliseconds: 72_000,
}

export interface FhirPortOptions {
  readonly configuration: LaboratoryConfiguration
  readonly bounds: FhirBounds
  readonly directory: Pick<LaboratoryDirectory, 'find'>
  readonly log: Pick<Log, 'warn' | 'error'>
  /** Made once the port is known, since what is published names it. */
  readonly handlerAt: (base: string) => FhirHandler
  /** Told of each answer. */
  readonly onReply: (status: number, seconds: number) => void
}

export interface FhirPort {
  readonly port: number
  /** Address of the base, as laboratories reach it. */
  readonly base: string
  /** Connections that stand. */
  count(): number
  /** No new connections; what is in work is answered. */
  close(): Promise<void>
}

const headerBytesMax = 16 * 1024
/** Between two looks at who is too slow: they are cut so much later at the latest. */
const checkMilliseconds = 5_000
const closeMilliseconds = 5_000

const always = {
  'content-type': 'application/fhir+json; fhirVersion=4.0; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  server: `sidep/${version}`,
} as const

/** A fault of ours, which nobody foresaw: the sender comes back with the same. */
const failed = laterReply({ code: 'INTERNAL', retryAfterSeconds: 5 }, { base: '', language: 'fr' })

const send = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Reply,
  isLast: boolean,
): void => {
  const text = body === null ? '' : JSON.stringify(body)
  response.writeHead(status, {
    ...always,
    ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(text)) }),
    ...headers,
    ...(isLast ? { connection: 'close' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}

/** The answer to what never became a request: not HTTP, headers too long, too slow. */
const answerClientError = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const fault: RequestFault =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'REQUEST_TOO_SLOW' : 'REQUEST_MALFORMED'
  const body = JSON.stringify(requestOutcome(fault, { language: 'fr' }))
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${statusOf(fault)} \r\nContent-Type: ${always['content-type']}\r\nConnection: close\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  }
  socket.destroySoon()
}

const baseOf = ({ fhirUrl }: LaboratoryConfiguration, port: number): string =>
  `${fhirUrl ?? `https://localhost:${port}`}${basePath}`

/** @throws what a listener throws, and when a file of the configuration cannot be read */
export const listenForFhir = async ({
  configuration,
  bounds,
  directory,
  log,
  handlerAt,
  onReply,
}: FhirPortOptions): Promise<FhirPort> => {
  const shares = makeConnectionShares()
  const sockets = new Set<TLSSocket>()
  let isClosing = false
  let handler: FhirHandler | null = null

  const senderOf = (socket: Socket): Sender | null => {
    const thumbprint = socket instanceof TLSSocket ? thumbprintIn(socket) : undefined
    const laboratory = thumbprint === undefined ? undefined : directory.find(thumbprint)
    return thumbprint === undefined || laboratory === undefined ? null : { laboratory, thumbprint }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = performance.now()
    const sender = senderOf(request.socket)
    if (sender === null) {
      log.warn({ code: 'LABORATORY_UNKNOWN' }, 'a certificate that is in no entry of the directory')
    }
    const body = async (): Promise<Uint8Array | Reply> => {
      const read = await readBody(request, bounds.bodyBytesMax)
      if (read.ok) return read.bytes
      return refusedReply(read.fault === 'GONE' ? 'REQUEST_MALFORMED' : read.fault, {
        language: 'fr',
      })
    }
    const { method = '', url = '', headers } = request
    const isGone = (): boolean => request.socket.destroyed
    const reply = await (handler?.({ method, url, headers, body, isGone }, sender) ?? failed)
    annotate({ 'http.response.status_code': reply.status })
    onReply(reply.status, (performance.now() - startedAt) / 1_000)
    // A body that was not read would have to be, to find where the next request begins.
    const isUnread = !request.complete
    send(request, response, reply, isClosing || isUnread || sender === null)
  }

  const server = createServer(
    {
      ...(await readTlsOptions(configuration)),
      ALPNProtocols: ['http/1.1'],
      maxHeaderSize: headerBytesMax,
      requestTimeout: bounds.requestMilliseconds,
      headersTimeout: bounds.headersMilliseconds,
      keepAliveTimeout: bounds.idleMilliseconds,
      connectionsCheckingInterval: Math.min(checkMilliseconds, bounds.requestMilliseconds),
    },
    (request, response) => {
      const { traceparent } = request.headers
      const start = {
        name: 'laboratory request',
        kind: 'server',
        traceParent: typeof traceparent === 'string' ? traceparent : undefined,
      } as const
      traced(start, () => answer(request, response)).catch((error: unknown) => {
        log.error({ name: errorName(error) }, 'a request of a laboratory failed')
        if (response.headersSent) response.destroy()
        else send(request, response, failed, true)
      })
    },
  )
  server.maxConnections = configuration.connectionsMax
  server.on('secureConnection', (socket: TLSSocket) => {
    const thumbprint = thumbprintIn(socket)
    if (thumbprint === undefined || !shares.hold(thumbprint, socket)) {
      log.warn({ code: 'LABORATORY_CONNECTIONS' }, 'too many connections of one laboratory')
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', (_, socket) => socket.destroy())
  server.on('clientError', answerClientError)
  server.listen(configuration.fhirPort, configuration.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const base = baseOf(configuration, port)
  handler = handlerAt(base)
  return {
    port,
    base,
    count: () => sockets.size,
    async close() {
      isClosing = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), closeMilliseconds)
      cut.unref()
      await closed
      clearTimeout(cut)
    },
  }
}
