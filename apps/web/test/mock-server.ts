/**
 * A server with a memory that speaks the HTTP contract, for what a real one will not do on command:
 * be down, be slow, ask for patience, refuse a field. It answers as packages/contracts says.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import {
  type Catalogue,
  defaultDisease,
  type FieldFault,
  type ProblemCode,
  problemRegistry,
  routes,
  type ScreeningAnswer,
  type ScreeningEntry,
  ScreeningInput,
  type SessionView,
  shownHeader,
  shownOf,
  type WaitingRoomView,
  writeShown,
} from '@sidep/contracts'
import { timeZoneOf } from '@sidep/screening'
import { dayIn } from '@sidep/time'
import { Type } from 'typebox'
import { Check } from 'typebox/schema'
import { contentPolicyAt } from '../../server/src/platform/security-headers.ts'
import { createMockPapers, type MockPapers } from './mock-papers.ts'
import { createMockRecords, type MockRecords } from './mock-records.ts'
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

type Fault =
  | {
      readonly kind: 'problem'
      readonly code: ProblemCode
      readonly retryAfterSeconds?: number
      readonly faults?: readonly FieldFault[]
    }
  /** The connection breaks; with `after`, once the request was carried out. */
  | { readonly kind: 'break'; readonly when: 'before' | 'after' }

export interface MockServer {
  readonly url: string
  /** What the server acknowledged, by id, and how often each was asked for. */
  readonly screenings: ReadonlyMap<string, ScreeningEntry>
  /** Slips, and what was typed from papers. */
  readonly papers: MockPapers
  readonly records: MockRecords
  /** So many of a day are listed at most. */
  listMax: number
  readonly posts: readonly { readonly at: number; readonly path: string; readonly body: unknown }[]
  /** Applied to every POST of screenings, alone or in batches, until set to null. */
  fault: Fault | null
  /** Every request fails at the socket. */
  isDown: boolean
  isSignedIn: boolean
  /** How far its clock is behind that of the browser. */
  behindMilliseconds: number
  sites: SessionView['sites']
  /** Who signed in last in this browser. */
  professional: SessionView['professional']
  /** The site that the browser's session is at, as another tab may have chosen; null: the first one. */
  chosen: string | null
  /** What a browser that takes or asks for its place is told. */
  room: WaitingRoomView
  add(entry: ScreeningEntry): void
  close(): Promise<void>
}

const mockCatalogue: Catalogue = {
  kinds: [
    {
      code: 'antigen',
      dccTestType: 'LP217198-3',
      loinc: '945584',
      label: { fr: 'Test antigénique rapide', en: 'Rapid antigen test' },
      atCounter: true,
      minutesToResult: 15,
    },
  ],
  diseases: [{ code: '840539006', label: { fr: 'COVID-19', en: 'COVID-19' } }],
  devices: [
    {
      id: '1232',
      maker: 'Abbott Rapid Diagnostics',
      name: 'Panbio COVID-19 Ag Rapid Test',
      validFrom: null,
      validUntil: null,
    },
    {
      id: '1341',
      maker: 'Qingdao Hightop Biotech Co., Ltd.',
      name: 'SARS-CoV-2 Antigen Rapid Test (Immunochromatography)',
      validFrom: null,
      validUntil: null,
    },
    {
      id: '2228',
      maker: 'Roche (SD BIOSENSOR)',
      name: 'SARS-CoV-2 Rapid Antigen Test Nasal',
      validFrom: null,
      validUntil: null,
    },
    {
      id: '1199',
      maker: 'Oncosem Onkolojik Sistemler San. ve Tic. A.S.',
      name: 'CAT Antigen Covid Rapid Test',
      validFrom: null,
      validUntil: '2022-01-01',
    },
  ],
}

/** Long enough to make codes of the usual density; nobody checks their signature here. */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const hcert = `HC1:${Array.from({ length: 500 }, (_, index) => alphabet[(index * 17) % 45]).join('')}`
const twoddoc = `DC04FR0300011E2D1E2DB201FRF0JEAN\u001dF1DUPONT\u001dF203041980F3MF4945584\u001dF5NF6231120261430\u001f${'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.repeat(4).slice(0, 103)}`

const answerOf = (entry: ScreeningEntry): ScreeningAnswer => ({
  id: entry.id,
  state: entry.state,
  result: entry.result,
  recordedAt: entry.recordedAt,
  certificate: entry.certificate,
  notices: [],
})

const certificateOf = (id: string, device: string): ScreeningEntry['certificate'] => ({
  hcert: device === 'other' ? null : hcert,
  twoddoc,
  uvci: `URN:UVCI:01:FR:${id.slice(-12).toUpperCase()}#K`,
  retrieval: `https://sidep.example/resultat/#${id}`,
})

const Batch = Type.Object({
  items: Type.Array(Type.Object({ id: Type.String(), screening: ScreeningInput })),
})

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? undefined : JSON.parse(text)
}

/** Starts it on a free port of the loopback. */
export const startMockServer = async (): Promise<MockServer> => {
  const dist = builtPages()
  const screenings = new Map<string, ScreeningEntry>()
  const posts: { at: number; path: string; body: unknown }[] = []
  let url = ''

  const json = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      date: new Date(Date.now() - mock.behindMilliseconds).toUTCString(),
    })
    response.end(JSON.stringify(body))
  }
  const problem = (
    response: ServerResponse,
    code: ProblemCode,
    extra: { retryAfterSeconds?: number; faults?: readonly FieldFault[] } = {},
  ): void => {
    const { status, title } = problemRegistry[code]
    response.writeHead(status, {
      'content-type': 'application/problem+json',
      ...(extra.retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(extra.retryAfterSeconds) }),
    })
    response.end(
      JSON.stringify({
        type: `/problems/${code}`,
        title: title.fr,
        status,
        code,
        support: 'K7Q-2MD',
        ...extra,
      }),
    )
  }

  const session = (): SessionView => ({
    professional: mock.professional,
    door: 'ecps',
    site:
      mock.sites.length === 1 || mock.chosen !== null
        ? (mock.sites.find(({ id }) => id === mock.chosen) ?? mock.sites[0] ?? null)
        : null,
    sites: mock.sites,
    signedInAt: new Date(Date.now() - 60_000).toISOString(),
    sessionId: 'of-the-stand-in',
    expiresAt: new Date(Date.now() + 8 * 3_600_000).toISOString(),
  })
  let hasPlace = false
  /** Every write of a page says whom it shows. */
  const isAsShown = ({ headers }: IncomingMessage): boolean => {
    const shown = shownOf(session())
    return shown !== null && headers[shownHeader] === writeShown(shown)
  }

  const record = (input: ScreeningInput): ScreeningEntry => {
    const existing = screenings.get(input.id)
    if (existing) return existing
    const result = input.result ?? null
    const entry: ScreeningEntry = {
      id: input.id,
      state: result === null ? 'waiting' : 'final',
      person: input.person,
      kind: input.kind,
      disease: input.disease ?? defaultDisease,
      device: input.device,
      deviceName: input.deviceName ?? null,
      sampledAt: input.sampledAt,
      recordedAt: new Date().toISOString(),
      result,
      certificate:
        result === null || result === 'inconclusive' ? null : certificateOf(input.id, input.device),
    }
    screenings.set(entry.id, entry)
    return entry
  }

  const setResult = (id: string, body: unknown): ScreeningEntry | undefined => {
    const entry = screenings.get(id)
    if (entry === undefined || typeof body !== 'object' || body === null || !('result' in body))
      return undefined
    const { result } = body
    if (result !== 'negative' && result !== 'positive' && result !== 'inconclusive')
      return undefined
    const done: ScreeningEntry = {
      ...entry,
      state: 'final',
      result,
      certificate: result === 'inconclusive' ? null : certificateOf(id, entry.device),
    }
    screenings.set(id, done)
    return done
  }

  const postScreenings = async (
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const body = await readBody(request)
    posts.push({ at: Date.now(), path, body })
    const { fault } = mock
    if (fault?.kind === 'problem') return problem(response, fault.code, fault)
    if (fault?.kind === 'break' && fault.when === 'before') return void response.destroy()
    const [, id, act] = /^\/api\/screenings(?:\/([^/]+)\/(\w+))?$/.exec(path) ?? []
    if (act === 'notifications') return json(response, 202, {})
    const held = id === undefined ? undefined : screenings.get(id)
    if (act === 'confirmation' && held !== undefined) {
      const { confirmation: _, ...rest } = held
      const confirmed = { ...rest, certificate: certificateOf(held.id, held.device) }
      screenings.set(held.id, confirmed)
      return json(response, 200, answerOf(confirmed))
    }
    const entry =
      id === undefined
        ? Check(ScreeningInput, body)
          ? record(body)
          : undefined
        : setResult(id, body)
    if (fault?.kind === 'break') return void response.destroy()
    if (entry === undefined) return problem(response, 'SCREENING_UNKNOWN')
    return json(response, id === undefined ? 201 : 200, answerOf(entry))
  }

  const answerPaper = async (
    method: string,
    path: string,
    body: unknown,
    response: ServerResponse,
  ): Promise<void> => {
    const paper = await papers.answer(method, path, body)
    if (paper === 'break') return void response.destroy()
    if (paper === undefined) return problem(response, 'ROUTE_UNKNOWN')
    if (paper.problem !== undefined) return problem(response, paper.problem, paper)
    return json(response, paper.status, paper.body)
  }

  /** Of a batch only what is about the way to the server fails as a whole; a refusal is of each line. */
  const postBatch = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request)
    const { fault } = mock
    const items = Check(Batch, body) ? body.items : []
    // What is typed from papers says so; the rest is the outbox's.
    if (items.some(({ screening }) => screening.catchUp === true))
      return answerPaper('POST', routes.reconciliations, body, response)
    for (const { screening } of items)
      posts.push({ at: Date.now(), path: routes.reconciliations, body: screening })
    if (fault?.kind === 'break' && fault.when === 'before') return void response.destroy()
    if (fault?.kind === 'problem' && problemRegistry[fault.code].retry === 'later')
      return problem(response, fault.code, fault)
    const lines = items.map(({ id, screening }) => {
      if (fault?.kind === 'problem')
        return { id, status: 'refused', code: fault.code, faults: fault.faults ?? [] }
      const { result } = screening
      const entry = record(screening)
      const done = entry.result === null && result ? setResult(id, { result }) : entry
      return { id, status: done?.state === 'final' ? 'definitive' : 'acknowledged' }
    })
    if (fault?.kind === 'break') return void response.destroy()
    return json(response, 200, { lines, retryAfterSeconds: null })
  }

  const isOfDay = (day: string, { recordedAt }: ScreeningEntry): boolean =>
    dayIn(new Date(recordedAt), timeZoneOf(session().site?.postalCode ?? null)) === day

  const list = (query: URLSearchParams): ScreeningEntry[] => {
    const [state, day] = [query.get('state'), query.get('day')]
    return [...screenings.values()].filter(
      (entry) => (state === null || entry.state === state) && (day === null || isOfDay(day, entry)),
    )
  }

  const api = async (
    address: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const { pathname, searchParams } = address
    if (pathname === routes.doors)
      return json(response, 200, { doors: [{ door: 'ecps', url: routes.loginEcps, state: 'up' }] })
    if (pathname === routes.waitingRoom) {
      hasPlace ||= request.method === 'POST'
      return json(response, 200, { ...mock.room, hasTicket: hasPlace })
    }
    if (pathname === routes.catalogue) return json(response, 200, mockCatalogue)
    if (!mock.isSignedIn) return problem(response, 'SESSION_EXPIRED')
    if (pathname === routes.session && request.method === 'DELETE') {
      mock.isSignedIn = false
      response.writeHead(204)
      response.end()
      return
    }
    if (pathname === routes.session) return json(response, 200, session())
    if (request.method === 'POST' && !isAsShown(request))
      return problem(response, 'SESSION_DIFFERS')
    if (pathname === routes.sessionSite) {
      const body = await readBody(request)
      if (typeof body === 'object' && body !== null && 'site' in body)
        mock.chosen = String(body.site)
      return json(response, 200, session())
    }
    if (pathname === routes.screeningSearch || pathname.endsWith('/history')) {
      const asked = request.method === 'POST' ? await readBody(request) : undefined
      const answer = records.answer(request.method ?? '', pathname, asked)
      return answer === undefined
        ? problem(response, 'SCREENING_UNKNOWN')
        : json(response, 200, answer)
    }
    if (pathname.startsWith(routes.screenings) && request.method === 'POST')
      return postScreenings(pathname, request, response)
    if (pathname === routes.reconciliations) return postBatch(request, response)
    if (pathname === routes.screenings) {
      const listed = list(searchParams)
      const isCut = listed.length > mock.listMax
      return json(response, 200, { screenings: listed.slice(0, mock.listMax), truncated: isCut })
    }
    const method = request.method ?? ''
    const body = method === 'POST' ? await readBody(request) : undefined
    return answerPaper(method, pathname, body, response)
  }

  const page = async (path: string, response: ServerResponse): Promise<void> => {
    const file = normalize(join(dist, path.endsWith('/') ? `${path}index.html` : path))
    if (!file.startsWith(dist)) return problem(response, 'ROUTE_UNKNOWN')
    try {
      const bytes = await readFile(file)
      response.writeHead(200, {
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': contentPolicyAt(path),
        'cache-control': 'no-cache',
      })
      response.end(bytes)
    } catch {
      // No such file: what the real server answers too.
      problem(response, 'ROUTE_UNKNOWN')
    }
  }

  const server = createServer((request, response) => {
    if (mock.isDown) return void request.socket.destroy()
    const address = new URL(request.url ?? '/', url)
    if (address.pathname === routes.loginEcps) {
      mock.isSignedIn = true
      response.writeHead(303, { location: address.searchParams.get('return') ?? '/pro/' })
      response.end()
      return
    }
    if (address.pathname === routes.loginEcpsLogout) {
      response.writeHead(303, { location: '/pro/' })
      response.end()
      return
    }
    const work = address.pathname.startsWith('/api/')
      ? api(address, request, response)
      : page(address.pathname, response)
    work.catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  url = `http://localhost:${address.port}`

  const papers = createMockPapers(url, record)
  const records = createMockRecords(screenings, isOfDay)
  const mock: MockServer = {
    url,
    papers,
    records,
    listMax: 500,
    screenings,
    posts,
    fault: null,
    isDown: false,
    chosen: null,
    isSignedIn: false,
    behindMilliseconds: 0,
    room: { state: 'open', hasTicket: false, position: 0, waitSeconds: 0, pollAfterSeconds: 5 },
    professional: {
      id: '899700075122',
      familyName: 'Le Goff',
      firstNames: 'Anne',
      profession: '21',
    },
    sites: [{ id: '750000001', name: 'Pharmacie du Parvis', postalCode: '75004' }],
    add: (entry) => screenings.set(entry.id, entry),
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections()
        server.close((error) => (error ? reject(error) : resolve()))
      }),
  }
  return mock
}
