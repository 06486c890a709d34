/** The watcher's own port: the status page and nothing else, from memory, so that it is there when nothing else is. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type StatusFiles, statusTypes } from './status-files.ts'

export interface StatusServer {
  /** As this machine reaches it, without a slash at the end. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

const connectionsMax = 2_000
const requestMilliseconds = 10_000

const headers = {
  'cache-control': 'public, max-age=15',
  // Words, our style and pictures: no script, no form, no frame.
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Anybody may show it.
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
} as const

const plain = { 'content-type': 'text/plain; charset=utf-8' } as const

/** The file that an address names; null for none. Also below /etat/, as the portal has it. */
const statusFileAt = (path: string): string | null => {
  const within = path.startsWith('/etat/') ? path.slice('/etat'.length) : path
  const name = within.slice(1)
  if (name === '' || name === 'en/') return `${name}index.html`
  return Object.hasOwn(statusTypes, name) ? name : null
}

const answer = (
  request: IncomingMessage,
  response: ServerResponse,
  files: StatusFiles | null,
  instance: string,
): void => {
  const [path = '/'] = (request.url ?? '/').split('?', 1)
  const end = (status: number, more: Readonly<Record<string, string>>, body = ''): void => {
    response.writeHead(status, { ...headers, ...more })
    response.end(request.method === 'HEAD' ? '' : body)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    end(405, { allow: 'GET, HEAD' })
    return
  }
  if (path === '/healthz') {
    end(200, plain, instance)
    return
  }
  if (path === '/etat' || path === '/en' || path === '/etat/en') {
    end(301, { location: `${path}/` })
    return
  }
  const name = statusFileAt(path)
  const content = name === null ? undefined : files?.get(name)
  if (name === null) end(404, plain, 'there is nothing at this address')
  else if (content === undefined) end(503, plain, 'the page is not written yet')
  else end(200, { 'content-type': statusTypes[name] ?? 'text/plain' }, content)
}

/** @param name what /healthz answers @param files what was written last; null before the first time */
export const startStatusServer = async (
  { host, port, name }: { readonly host: string; readonly port: number; readonly name: string },
  files: () => StatusFiles | null,
): Promise<StatusServer> => {
  const server = createServer(
    { requestTimeout: requestMilliseconds, headersTimeout: requestMilliseconds },
    (request, response) => answer(request, response, files(), name),
  )
  server.maxConnections = connectionsMax
  server.listen(port, host)
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${taken}`,
    port: taken,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
