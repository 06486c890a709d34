/** Serves an authority's revocation lists over HTTP, and fails in the ways such services do. */
import { createServer, type ServerResponse } from 'node:http'
import type { CardAuthority } from './authority.ts'

export type RevocationFault =
  | { readonly kind: 'none' }
  /** Connections are cut. */
  | { readonly kind: 'down' }
  /** Takes the request and never answers. */
  | { readonly kind: 'silent' }
  /** The last list is published again and again; its next update passed so many seconds ago. */
  | { readonly kind: 'stale'; readonly overdueSeconds: number }
  /** Signed by somebody else. */
  | { readonly kind: 'forged' }
  /** A page of a proxy instead of a list. */
  | { readonly kind: 'garbage' }

export interface RevocationService {
  readonly url: string
  /** Fetches answered or not since the start. */
  readonly requests: () => number
  setFault(fault: RevocationFault): void
  close(): Promise<void>
}

export interface RevocationServiceOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly host?: string
  readonly now: () => Date
  /** How long a list counts; the real ones are renewed daily. */
  readonly listSeconds?: number
}

const listPattern = /^\/(root|persons)\.crl$/

const after = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000)

/**
 * Starts the service; what it serves is given afterwards, because its address stands in the certificates.
 *
 * @returns the service and `publish`, which gives it its authority
 */
export const startRevocationService = async (
  options: RevocationServiceOptions,
): Promise<RevocationService & { publish(authority: CardAuthority): void }> => {
  const { host = '127.0.0.1', now, listSeconds = 86_400 } = options
  let fault: RevocationFault = { kind: 'none' }
  let authority: CardAuthority | undefined
  let requests = 0

  const sendList = async (of: 'root' | 'persons', response: ServerResponse): Promise<void> => {
    const overdue = fault.kind === 'stale' ? fault.overdueSeconds + listSeconds : 0
    const issuedAt = after(now(), -overdue - 1)
    const list = await authority?.revocationList(of, {
      issuedAt,
      nextUpdate: after(issuedAt, listSeconds),
      forged: fault.kind === 'forged',
    })
    if (list === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'application/pkix-crl' }).end(list)
  }

  const server = createServer((request, response) => {
    requests += 1
    const of = listPattern.exec(request.url ?? '')?.[1]
    if (fault.kind === 'down') request.socket.destroy()
    else if (fault.kind === 'silent') response.on('error', () => response.destroy())
    else if (fault.kind === 'garbage') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>')
    } else if (of !== 'root' && of !== 'persons') response.writeHead(404).end()
    else {
      sendList(of, response).catch((error: unknown) => {
        console.error('card authority:', error)
        response.destroy()
      })
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
  return {
    url: `http://${host}:${address.port}`,
    requests: () => requests,
    publish: (given) => {
      authority = given
    },
    setFault: (next) => {
      fault = next
    },
    close: () =>
      new Promise((resolve, reject) => {
        // A test may have taken it away already.
        if (!server.listening) return resolve()
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}
