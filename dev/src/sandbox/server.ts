/**
 * The sandbox: the portal's interface for software of vendors, in memory, that anybody signs up to, with faults on demand. It
 * listens on this machine only and keeps nothing; its certificates are shaped as real ones and verify nowhere.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ProblemCode, problemRegistry, routes } from '@sidep/contracts'
import { endpointAt } from '../portal/endpoints.ts'
import { FakePortal, type PortalFault } from '../portal/index.ts'
import type { PortalReply } from '../portal/requests.ts'
import { type Client, Refused } from './client.ts'
import { control } from './control.ts'
import { faultHeader, parseFaultHeader } from './fault-header.ts'
import { oauth } from './oauth.ts'
import { Clients } from './register.ts'

export interface Sandbox {
  /** Without a path. */
  readonly url: string
  close(): Promise<void>
}

export interface SandboxOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const bodyBytesMax = 1_000_000

const readBody = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > bodyBytesMax) throw new Refused('BODY_TOO_LARGE')
  }
  return text
}

const problemReply = (code: ProblemCode): PortalReply => ({
  status: problemRegistry[code].status,
  headers: { 'content-type': 'application/problem+json' },
  body: {
    type: `urn:sidep:problem:${code}`,
    title: problemRegistry[code].title.en,
    status: problemRegistry[code].status,
    code,
    support: 'SANDBOX',
  },
})

const parsed = (text: string): unknown => {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new Refused('BODY_MALFORMED')
  }
}

interface Came {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
}

/** What of the portal somebody asks with a token. */
const answerOf = async (client: Client, token: string, came: Came): Promise<PortalReply | null> => {
  const { method, path, headers, text } = came
  const body = parsed(text)
  const { portal } = client
  const matched = endpointAt(method, new URL(path, 'http://sandbox').pathname)
  client.permit(token, matched?.endpoint.vendorScope)
  const header = headers[faultHeader]
  const fault = header === undefined ? null : parseFaultHeader(header)
  if (header !== undefined && fault === null) throw new Refused('REQUEST_INVALID')
  const standing = portal.faults.list
  if (fault !== null) portal.faults.list = [fault, ...standing]
  try {
    return await portal.answer({ method, path, headers, body })
  } finally {
    if (fault !== null)
      portal.faults.list = portal.faults.list.filter((one: PortalFault) => one !== fault)
  }
}

/** The same, and told in the journal. */
const journaled = async (client: Client, token: string, came: Came, at: number) => {
  const { method, path, text } = came
  const { pathname } = new URL(path, 'http://sandbox')
  const reply = await answerOf(client, token, came).catch((error: unknown) => {
    if (error instanceof Refused) return problemReply(error.code)
    throw error
  })
  const { code = null } = (reply?.body ?? {}) as { readonly code?: string | null }
  const again = reply?.headers['retry-after']
  client.journal.add({
    at,
    method,
    path: pathname,
    endpoint: endpointAt(method, pathname)?.name ?? null,
    body: text === '' ? null : JSON.parse(text),
    status: reply?.status ?? null,
    code,
    retryAfterSeconds: again === undefined ? null : Number(again),
  })
  return reply
}

/** Everybody may read it. */
const publicPaths: readonly string[] = [routes.catalogue, routes.doors]

const makeAnswering = (clients: Clients, now: () => number, url: () => string) => {
  const everybodys = new FakePortal({ now: () => new Date(now()) })
  return async (came: Came): Promise<PortalReply | null> => {
    const { pathname } = new URL(came.path, 'http://sandbox')
    if (pathname.startsWith('/sandbox/'))
      return control(clients, came.method, pathname, () => parsed(came.text))
    const granted = await oauth(clients, came.method, pathname, came.text, url())
    if (granted !== null) return granted
    const token = /^Bearer (.+)$/.exec(came.headers.authorization ?? '')?.[1]
    if (token === undefined)
      return publicPaths.includes(pathname)
        ? everybodys.answer({ ...came, body: undefined })
        : problemReply('VENDOR_TOKEN_MISSING')
    const client = clients.withToken(token)
    if (client === undefined) return problemReply('VENDOR_TOKEN_INVALID')
    return journaled(client, token, came, now())
  }
}

const write = (response: ServerResponse, reply: PortalReply | null): void => {
  if (reply === null) {
    response.destroy()
    return
  }
  const { status, headers, body } = reply
  response.writeHead(status, { 'cache-control': 'no-store', ...headers })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

/** Starts it on this machine's own address. */
export const startSandbox = async ({ port, now }: SandboxOptions): Promise<Sandbox> => {
  const clients = new Clients(now)
  let url = ''
  const answering = makeAnswering(clients, now, () => url)
  const answer = async (request: IncomingMessage): Promise<PortalReply | null> => {
    try {
      const text = await readBody(request)
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      const { method = 'GET', url: path = '/' } = request
      return await answering({ method, path, headers, text })
    } catch (error) {
      if (error instanceof Refused) return problemReply(error.code)
      console.error('SANDBOX_FAILED', error)
      return problemReply('INTERNAL')
    }
  }
  const server = createServer((request, response) => {
    answer(request).then(
      (reply) => write(response, reply),
      () => response.destroy(),
    )
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
