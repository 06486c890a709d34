/**
 * A stand-in for whoever receives the feeds, on loopback: contact tracing, surveillance, and the place where open data is
 * published. In memory, with faults as data. It keeps events by their id, and counts those that came again.
 *
 * - `POST /tracing`, `POST /surveillance` with a batch of CloudEvents → 200 `{taken: [id]}`
 * - `PUT /open-data/NAME` → 204
 * - `PUT /api/faults/tracing|surveillance|open-data` with a fault → 204
 * - `GET /api/events` everything received, as JSON
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waitFor } from '../mailbox/faults.ts'
import { parseReceiverFault, type ReceiverFault } from './faults.ts'

type ReceivedFeed = 'tracing' | 'surveillance' | 'open-data'

/** CloudEvents 1.0, as far as the stand-in reads it. */
export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly sequence: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface FeedReceiver {
  /** `http://127.0.0.1:PORT`; the feeds are below it. */
  readonly url: string
  readonly token: string
  /** What a portal is told to send all feeds here. */
  readonly settings: Readonly<Record<string, string>>
  /** Each once, in the order of their coming. */
  events(feed: 'tracing' | 'surveillance'): readonly ReceivedEvent[]
  /** What is true of each subject: of its events the one with the highest sequence. */
  current(feed: 'tracing' | 'surveillance'): ReadonlyMap<string, ReceivedEvent>
  /** Events that came again under their id. */
  duplicates(feed: 'tracing' | 'surveillance'): number
  files(): ReadonlyMap<string, string>
  setFault(feed: ReceivedFeed, fault: ReceiverFault): void
  close(): Promise<void>
}

const bodyBytesMax = 64 * 1024 * 1024

const readText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw new Error('too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const isEvent = (value: unknown): value is ReceivedEvent =>
  typeof value === 'object' &&
  value !== null &&
  'specversion' in value &&
  value.specversion === '1.0' &&
  ['id', 'type', 'subject', 'sequence', 'source', 'data'].every((name) => name in value)

const readEvents = (text: string): readonly ReceivedEvent[] | null => {
  try {
    const batch: unknown = JSON.parse(text)
    return Array.isArray(batch) && batch.every(isEvent) ? batch : null
  } catch {
    return null
  }
}

const isFeed = (name: string): name is ReceivedFeed =>
  name === 'tracing' || name === 'surveillance' || name === 'open-data'

/** @param port TCP port, 0 for a free one */
export const startFeedReceiver = async (port = 0): Promise<FeedReceiver> => {
  const token = 'sidep-development-feeds'
  const ended = new AbortController()
  const kept = {
    tracing: new Map<string, ReceivedEvent>(),
    surveillance: new Map<string, ReceivedEvent>(),
  }
  const again = { tracing: 0, surveillance: 0 }
  const files = new Map<string, string>()
  const faults: Record<ReceivedFeed, ReceiverFault> = {
    tracing: { kind: 'none' },
    surveillance: { kind: 'none' },
    'open-data': { kind: 'none' },
  }

  const answer = (response: ServerResponse, status: number, body?: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }

  /** @returns whether it has answered */
  const fail = async (feed: ReceivedFeed, response: ServerResponse): Promise<boolean> => {
    const fault = faults[feed]
    if (fault.kind === 'slow') await waitFor(fault.milliseconds, ended.signal)
    if (fault.kind === 'refuse') answer(response, 503, { error: 'try again later' })
    else if (fault.kind === 'reject') answer(response, 422, { error: 'not taken' })
    else if (fault.kind === 'nonsense') {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<h1>Bienvenue sur le réseau</h1>')
    } else return false
    return true
  }

  const take = async (
    feed: 'tracing' | 'surveillance',
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const events = readEvents(await readText(request))
    if (await fail(feed, response)) return
    if (events === null) return answer(response, 400, { error: 'no batch of events' })
    const { kind } = faults[feed]
    const refused = kind === 'refuse-some' ? events.filter(({ id }) => /^[A-Z]/.test(id)) : []
    const wanted = events.filter(
      (event, index) => !refused.includes(event) && (kind !== 'forget' || index % 2 === 0),
    )
    for (const event of wanted) {
      if (kept[feed].has(event.id)) again[feed] += 1
      else kept[feed].set(event.id, event)
    }
    if (kind === 'lose-answer') {
      response.destroy()
      return
    }
    answer(response, 200, {
      taken: wanted.map(({ id }) => id),
      refused: refused.map(({ id }) => ({ id, code: 'not-wanted' })),
    })
  }

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, first = '', ...rest] = (request.url ?? '/').split('?', 1)[0]?.split('/') ?? []
    const name = rest.join('/')
    if (request.method === 'GET' && first === 'api' && name === 'events') {
      return answer(response, 200, {
        tracing: [...kept.tracing.values()],
        surveillance: [...kept.surveillance.values()],
        files: [...files.keys()],
        duplicates: again,
      })
    }
    if (
      request.method === 'PUT' &&
      first === 'api' &&
      rest[0] === 'faults' &&
      isFeed(rest[1] ?? '')
    ) {
      const fault = parseReceiverFault(JSON.parse(await readText(request)))
      if (fault === undefined) return answer(response, 400, { error: 'unknown fault' })
      faults[rest[1] as ReceivedFeed] = fault
      return answer(response, 204)
    }
    if (request.headers.authorization !== `Bearer ${token}`) {
      return answer(response, 401, { error: 'unauthorised' })
    }
    if (request.method === 'POST' && (first === 'tracing' || first === 'surveillance')) {
      return take(first, request, response)
    }
    if (request.method === 'PUT' && first === 'open-data' && /^[a-z0-9.-]+$/.test(name)) {
      const content = await readText(request)
      if (await fail('open-data', response)) return
      files.set(name, content)
      return answer(response, 204)
    }
    answer(response, 404, { error: 'not found' })
  }

  const server = createServer((request, response) => {
    // A sender that hung up, or sent what nobody reads.
    route(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    token,
    settings: {
      TRACING_URL: `${url}/tracing`,
      TRACING_TOKEN: token,
      SURVEILLANCE_URL: `${url}/surveillance`,
      SURVEILLANCE_TOKEN: token,
      OPEN_DATA_URL: `${url}/open-data`,
      OPEN_DATA_TOKEN: token,
    },
    events: (feed) => [...kept[feed].values()],
    current(feed) {
      const newest = new Map<string, ReceivedEvent>()
      for (const event of kept[feed].values()) {
        const known = newest.get(event.subject)
        if (known === undefined || known.sequence < event.sequence) newest.set(event.subject, event)
      }
      return newest
    },
    duplicates: (feed) => again[feed],
    files: () => files,
    setFault(feed, fault) {
      faults[feed] = fault
    },
    close: () =>
      new Promise((resolve) => {
        ended.abort()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
