/**
 * The operator's own port: metrics, and the description of every route, those that only our pages call included. It
 * listens on the machine itself unless told otherwise, so that no proxy before the portal can publish it by mistake.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectionBounds } from '@sidep/admission'
import { operatorRoutes } from '@sidep/contracts'
import { apiPage, openApiDocument } from '@sidep/contracts/openapi'
import { descriptionPolicy } from './api-description.ts'
import { version } from './version.ts'

export interface OperatorPages {
  /** Prometheus text. */
  readonly metrics: () => string
}

export interface OperatorPort {
  /** Without a slash at the end. */
  readonly url: string
  close(): Promise<void>
}

const requestMilliseconds = 10_000

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': descriptionPolicy,
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

const text = (status: number, body: string): Answer => ({ status, type: 'text/plain', body })

const answerTo = ({ metrics }: OperatorPages, { method, url = '' }: IncomingMessage): Answer => {
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'GET alone\n')
  const path = url.split('?', 1)[0]
  if (path === operatorRoutes.metrics) {
    return { status: 200, type: 'text/plain; version=0.0.4', body: metrics() }
  }
  if (path === operatorRoutes.description) {
    const body = JSON.stringify(openApiDocument(version, 'operator'))
    return { status: 200, type: 'application/json', body }
  }
  if (path === operatorRoutes.descriptionPage) {
    return { status: 200, type: 'text/html', body: apiPage(version, 'operator') }
  }
  return text(404, `${Object.values(operatorRoutes).join('\n')}\n`)
}

const send = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, body }: Answer,
): void => {
  response.writeHead(status, {
    ...headers,
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
    'content-type': `${type}; charset=utf-8`,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/**
 * Listens for the operator.
 *
 * @param place port 0 lets the system choose
 * @throws what a listener throws, such as EADDRINUSE
 */
export const openOperatorPort = async (
  place: { readonly host: string; readonly port: number },
  pages: OperatorPages,
): Promise<OperatorPort> => {
  const server = createServer(
    { requestTimeout: requestMilliseconds, headersTimeout: requestMilliseconds },
    (request, response) => send(request, response, answerTo(pages, request)),
  )
  server.maxConnections = connectionBounds.operator
  server.listen(place)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const host = place.host.includes(':') ? `[${place.host}]` : place.host
  return {
    url: `http://${host}:${port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
