/**
 * Between software and a real portal, on this machine: what the portal will not do on command happens here. It passes on what
 * comes, by the vendor's own certificate, and looks at the certificate of whoever comes as the portal does; what was carried out is
 * what the portal carried out.
 */
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as elapsed } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import { type ProblemCode, problemRegistry } from '@sidep/contracts'
import { endpointAt } from '../../portal/endpoints.ts'
import { Faults } from '../../portal/faults.ts'
import type { JournalLine } from '../../sandbox/index.ts'
import type { BatchAnswer, BatchSent, Relayed } from './relayed.ts'

type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface RelayOptions {
  /** The portal's port for vendors. */
  readonly portal: string
  /** By the vendor's certificate. */
  readonly fetch: Fetch
  /** The certificate that the software has to show, PEM. */
  readonly certificate: string
  /** Of this relay. */
  readonly server: { readonly certificate: string; readonly key: string }
  readonly now: () => number
}

export interface Relay {
  readonly url: string
  readonly faults: Faults
  readonly journal: readonly JournalLine[]
  /** Batches that the portal answered. */
  readonly batches: readonly { readonly sent: BatchSent; readonly answer: BatchAnswer }[]
  /** Tokens that were shown until now are over. */
  expireTokens(): void
  close(): Promise<void>
}

const bodyBytesMax = 4 * 1024 * 1024
/** RFC 9110 §7.6.1: of this connection alone; the length is that of what is passed on. */
const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'host',
])

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw new RangeError('a body larger than any of the interface')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const passedOn = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      ofConnection.has(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  )

const refusal = (
  code: ProblemCode,
  retryAfterSeconds: number | undefined,
  faults: readonly unknown[] | undefined,
): Relayed => {
  const { status, title } = problemRegistry[code]
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...(code === 'VENDOR_TOKEN_EXPIRED'
        ? { 'www-authenticate': 'Bearer error="invalid_token"' }
        : {}),
    },
    text: JSON.stringify({
      type: `/problems/${code}`,
      title: title.fr,
      status,
      code,
      support: 'RELAY',
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(faults === undefined ? {} : { faults }),
    }),
  }
}

const isOfTheWay = (code: ProblemCode): boolean => problemRegistry[code].retry !== 'never'

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const bearerOf = ({ headers: { authorization = '' } }: IncomingMessage): string | null =>
  authorization.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : null

export const startRelay = async (options: RelayOptions): Promise<Relay> => {
  const { portal, now } = options
  const shown = new X509Certificate(options.certificate).fingerprint256
  const faults = new Faults()
  const journal: JournalLine[] = []
  const batches: { readonly sent: BatchSent; readonly answer: BatchAnswer }[] = []
  const seenTokens = new Set<string>()
  const overTokens = new Set<string>()

  const forward = async (request: IncomingMessage, text: string): Promise<Relayed> => {
    const { method = 'GET', url = '/' } = request
    const response = await options.fetch(new URL(url, portal).href, {
      method,
      headers: passedOn(request),
      ...(text === '' ? {} : { body: text }),
    })
    const kept = [...response.headers].filter(([name]) => !ofConnection.has(name))
    return {
      status: response.status,
      headers: Object.fromEntries(kept),
      text: await response.text(),
    }
  }

  /** A batch may be cut, or each of its lines be refused; what the portal made of it is kept. */
  const forwardBatch = async (request: IncomingMessage, text: string): Promise<Relayed | null> => {
    const sent = parsed(text) as BatchSent | null
    const items = sent?.items ?? []
    const refused = faults.meet('refused', 'reconcile')
    if (refused !== null) {
      const { code, faults: at = [] } = refused
      const lines = items.map(({ id }) => ({ id, status: 'refused', code, faults: at }))
      return said({ lines, retryAfterSeconds: null })
    }
    const killed = faults.meet('killed', 'reconcile')
    const isHalf = faults.meet('half-answered', 'reconcile') !== null
    const half = isHalf ? Math.ceil(items.length / 2) : items.length
    const cut = { ...sent, items: items.slice(0, killed?.afterItems ?? half) }
    const reply = await forward(
      request,
      cut.items.length < items.length ? JSON.stringify(cut) : text,
    )
    if (reply.status === 200)
      batches.push({ sent: cut, answer: JSON.parse(reply.text) as BatchAnswer })
    return killed === null ? reply : null
  }

  const answerOf = async (request: IncomingMessage, text: string): Promise<Relayed | null> => {
    const { method = 'GET', url = '/' } = request
    const name = endpointAt(method, new URL(url, portal).pathname)?.name ?? null
    if (faults.meet('unreachable', name) !== null) return null
    const { socket } = request
    const came = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
    if (came?.fingerprint256 !== shown)
      return refusal('VENDOR_CERTIFICATE_UNKNOWN', undefined, undefined)
    const token = bearerOf(request)
    if (token !== null && overTokens.has(token))
      return refusal('VENDOR_TOKEN_EXPIRED', undefined, undefined)
    if (token !== null) seenTokens.add(token)
    const late = faults.meet('delayed', name)
    if (late !== null) await elapsed(late.milliseconds)
    const waiting = faults.find('refused', name)
    if (waiting !== null && (name !== 'reconcile' || isOfTheWay(waiting.code))) {
      const { code, retryAfterSeconds, faults: at } = faults.meet('refused', name) ?? waiting
      return refusal(code, retryAfterSeconds, at)
    }
    const pass = () => (name === 'reconcile' ? forwardBatch(request, text) : forward(request, text))
    if (faults.meet('duplicated', name) !== null) await pass()
    const reply = await pass()
    return faults.meet('answer-lost', name) === null ? reply : null
  }

  const journaled = async (request: IncomingMessage, text: string): Promise<Relayed | null> => {
    const at = now()
    const { method = 'GET', url = '/' } = request
    const path = new URL(url, portal).pathname
    const reply = await answerOf(request, text)
    if (bearerOf(request) === null) return reply
    const { code = null } = (parsed(reply?.text ?? '') ?? {}) as { readonly code?: string | null }
    const again = reply?.headers['retry-after']
    journal.push({
      at,
      method,
      path,
      endpoint: endpointAt(method, path)?.name ?? null,
      body: parsed(text),
      status: reply?.status ?? null,
      code: reply !== null && reply.status >= 400 ? code : null,
      retryAfterSeconds: again === undefined ? null : Number(again),
    })
    return reply
  }

  const write = (response: ServerResponse, reply: Relayed | null): void => {
    if (reply === null) {
      response.destroy()
      return
    }
    response.writeHead(reply.status, reply.headers)
    response.end(reply.text)
  }

  const server = createServer(
    {
      cert: options.server.certificate,
      key: options.server.key,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    },
    (request, response) => {
      readBody(request)
        .then((text) => journaled(request, text))
        .then(
          (reply) => write(response, reply),
          // The portal was away: so is this.
          () => response.destroy(),
        )
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    faults,
    journal,
    batches,
    expireTokens: () => {
      for (const token of seenTokens) overTokens.add(token)
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const said = (body: unknown): Relayed => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(body),
})
