/**
 * The built pages over HTTP before the fake portal (dev/), for what a real one will not do on command: be down, be slow,
 * ask for patience, refuse a field.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { ReconciliationBatch, routes } from '@sidep/contracts'
import { answerOverHttp, FakePortal } from '@sidep/dev/portal'
import { Check } from 'typebox/schema'
import { contentPolicyAt } from '../../server/src/platform/security-headers.ts'
import { builtPages } from './portal.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.ttf': 'font/ttf',
  '.webmanifest': 'application/manifest+json',
}

export interface MockServer {
  readonly url: string
  readonly portal: FakePortal
  /** What came in to be recorded, alone or in batches: one for each screening. */
  readonly posts: readonly { readonly at: number; readonly path: string; readonly body: unknown }[]
  /** Every request fails at the socket, pages too. */
  isDown: boolean
  close(): Promise<void>
}

const postsOf = ({ writes }: FakePortal): MockServer['posts'] =>
  writes.flatMap(({ at, path, body }) => {
    if (path === routes.reconciliations && Check(ReconciliationBatch, body))
      return body.items.flatMap((item) =>
        item.kind === 'screening' ? [{ at, path, body: item.screening }] : [],
      )
    return path.startsWith(routes.screenings) ? [{ at, path, body }] : []
  })

/** Starts it on a free port of the loopback. */
export const startMockServer = async (): Promise<MockServer> => {
  const dist = builtPages()

  const page = async (path: string, response: ServerResponse): Promise<void> => {
    const file = normalize(join(dist, path.endsWith('/') ? `${path}index.html` : path))
    try {
      if (!file.startsWith(dist)) throw new Error('outside of the pages')
      const bytes = await readFile(file)
      response.writeHead(200, {
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': contentPolicyAt(path),
        'cache-control': 'no-cache',
      })
      response.end(bytes)
    } catch {
      // No such file: what the real server answers too.
      response.writeHead(404)
      response.end()
    }
  }

  const signIn = ({ searchParams }: URL, response: ServerResponse): void => {
    mock.portal.isSignedIn = true
    response.writeHead(303, { location: searchParams.get('return') ?? '/pro/' })
    response.end()
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const address = new URL(request.url ?? '/', mock.url)
    if (address.pathname === routes.loginEcps) return signIn(address, response)
    if (address.pathname === routes.loginEcpsLogout) {
      response.writeHead(303, { location: '/pro/' })
      response.end()
      return
    }
    if (address.pathname.startsWith('/api/')) return answerOverHttp(mock.portal, request, response)
    return page(address.pathname, response)
  }

  const server = createServer((request, response) => {
    if (mock.isDown) return void request.socket.destroy()
    answer(request, response).catch((error: unknown) => {
      console.error('MOCK_SERVER', error)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://localhost:${address.port}`

  const mock: MockServer = {
    url,
    portal: new FakePortal({
      now: () => new Date(),
      origin: url,
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      isShownAsked: true,
    }),
    get posts() {
      return postsOf(mock.portal)
    },
    isDown: false,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections()
        server.close((error) => (error ? reject(error) : resolve()))
      }),
  }
  return mock
}
