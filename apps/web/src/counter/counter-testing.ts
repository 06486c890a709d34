/** For tests of the counter without a screen: a world whose server, clock and timers the test moves. */
import { routes, type ScreeningInput, type SessionView } from '@sidep/contracts'
import { FakePortal, portalFetch } from '@sidep/dev/portal'
import { certify } from '@sidep/sdk/certify'
import { makeApiClient } from '../shared/api/index.ts'
import type { DeviceKey } from '../shared/device/device-key.ts'
import { memoryVault, type Vault } from '../shared/storage/index.ts'
import { createCounter } from './counter.ts'
import type { Counter } from './counter-interface.ts'
import { argon2 } from './lock/argon2.ts'
import { quickCost } from './lock/testing.ts'
import { heldEntries } from './outbox/content.ts'
import type { SignInBegun } from './session/sign-in-begun.ts'
import type { TabDraft } from './session/tab-draft.ts'
import type { WaitingRequest, WaitingRequests } from './session/waiting-request.ts'
import { sampleOwner } from './testing.ts'

export const session: SessionView = {
  professional: {
    id: sampleOwner.professionalId,
    familyName: 'Le Goff',
    firstNames: 'Anne',
    profession: '21',
  },
  door: 'ecps',
  site: { id: sampleOwner.siteId, name: sampleOwner.siteName, postalCode: '75004' },
  sites: [{ id: sampleOwner.siteId, name: sampleOwner.siteName, postalCode: '75004' }],
  signedInAt: '2026-11-23T08:00:00Z',
  expiresAt: '2026-11-23T20:00:00Z',
}
export const id = '0193590a-0000-7000-8000-000000000001'

/** What the outbox holds, and what of it is left in storage. */
export const heldIn = (counter: Counter) => heldEntries(counter.store.get().outbox.entries)

export interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly retryAfter?: string
}
export const offline = Symbol('offline')

export interface Batch {
  readonly items: readonly {
    readonly kind: string
    readonly id: string
    readonly screening: ScreeningInput
  }[]
}

/** A portal that records whatever comes in batches. */
export const reconciled = ({ items }: Batch): Reply => ({
  status: 200,
  body: {
    lines: items.map((item) => ({
      id: item.id,
      status: item.screening.result === undefined ? 'acknowledged' : 'definitive',
    })),
    retryAfterSeconds: null,
  },
})

/** A tab of a browser: keeps the request that waits on a phone over reloads. */
export const requestsOf = (kept: WaitingRequest | null = null): WaitingRequests => ({
  get: () => kept,
  put: (request) => {
    kept = request
  },
})

/** A tab of a browser: keeps its anonymous draft over reloads. */
export const tabOf = (): TabDraft => {
  let kept: string | null = null
  return {
    get: () => kept,
    put: (draft) => {
      kept = draft
    },
  }
}

let tabs = 0

/** An answer as the test has the portal's clock; without any time where it says nothing of it. */
const undated = (response: Response, portalAhead: number | null, now: Date): Response => {
  response.headers.delete('date')
  if (portalAhead !== null)
    response.headers.set('date', new Date(now.getTime() + portalAhead).toUTCString())
  return response
}

/** A world whose server, clock and timers the test moves. */
export const world = (
  vault: Vault = memoryVault(true),
  device: DeviceKey | null = null,
  tabDraft: TabDraft = tabOf(),
  phoneRequests: WaitingRequests = requestsOf(),
  signInBegun: SignInBegun = { take: () => null, isRefused: () => false },
) => {
  let now = new Date('2026-11-23T14:00:00Z')
  /** How much the portal's clock says more; null: its answers say no time. */
  let portalAhead: number | null = null
  let timers: { at: number; callback: () => void }[] = []
  const held = new Map<string, Promise<void>>()
  const requests: { method: string; path: string; body: unknown }[] = []
  /** What answers where the test says nothing else. */
  const portal = new FakePortal({ now: () => now })
  portal.isSignedIn = true
  const reach = portalFetch(portal)
  const replies = new Map<string, Reply | typeof offline | ((body: Batch) => Reply)>()
  const headersOf = ({ retryAfter }: Reply): Record<string, string> => ({
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(portalAhead === null ? {} : { date: new Date(now.getTime() + portalAhead).toUTCString() }),
  })
  const counter: Counter = createCounter({
    signingCode: async () => certify,
    api: makeApiClient({
      now: () => now,
      contacted: (contact) => counter.contacted(contact),
      fetch: async (path, init) => {
        const method = init.method ?? 'GET'
        requests.push({
          method,
          path,
          body: init.body === undefined ? null : JSON.parse(String(init.body)),
        })
        const key = `${method} ${path.split('?')[0]}`
        const known = replies.get(key)
        await held.get(key)
        if (known === undefined) return undated(await reach(path, init), portalAhead, now)
        const reply = typeof known === 'function' ? known(JSON.parse(String(init.body))) : known
        if (reply === offline) throw new TypeError('failed to fetch')
        return new Response(reply.status === 204 ? null : JSON.stringify(reply.body), {
          status: reply.status,
          headers: headersOf(reply),
        })
      },
    }),
    vault,
    now: () => now,
    monotonic: () => now.getTime(),
    random: () => 0.5,
    randomBytes: (count) => new Uint8Array(count).fill(7),
    device,
    origin: 'https://portail.example',
    tabDraft,
    acting: { get: () => null, put: () => undefined },
    sessionTabs: { announce: () => undefined, listen: () => undefined },
    requests: phoneRequests,
    signInBegun,
    exclusive: (_name, work) => work(),
    passkeys: null,
    stretch: argon2,
    codeCost: quickCost,
    tab: `tab${++tabs}`,
    otherTabs: { announce: () => undefined, listen: () => undefined },
    isTabOpen: async () => false,
    after: (milliseconds, callback) => {
      const timer = { at: now.getTime() + milliseconds, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    isVisible: () => true,
    sendLast: (body) => requests.push({ method: 'POST', path: routes.heartbeats, body }),
  })
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    counter,
    portal,
    vault,
    requests,
    replies,
    settle,
    /** Answers to a request wait until the function given back is called. */
    hold: (key: string): (() => void) => {
      let release = (): void => undefined
      held.set(
        key,
        new Promise((resolve) => {
          release = resolve
        }),
      )
      return () => {
        held.delete(key)
        release()
      }
    },
    /** From now on answers say what time it is there. */
    portalIs: (milliseconds: number): void => {
      portalAhead = milliseconds
    },
    /** What was asked to be done; a heartbeat asks nothing. */
    posts: () =>
      requests.filter(({ method, path }) => method === 'POST' && path !== routes.heartbeats),
    /** Screenings as they were sent, in whatever request. */
    sent: (): ScreeningInput[] =>
      requests.flatMap(({ method, path, body }) => {
        if (method !== 'POST') return []
        if (path === routes.reconciliations)
          return (body as Batch).items.map(({ screening }) => screening)
        return path === routes.screenings ? [body as ScreeningInput] : []
      }),
    start: async () => {
      await counter.open()
      await counter.start()
      await settle()
    },
    /** Moves the clock, running what is due on the way. */
    pass: async (seconds: number): Promise<void> => {
      const end = now.getTime() + seconds * 1000
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers = timers.filter((timer) => timer !== due)
        now = new Date(Math.max(due.at, now.getTime()))
        due.callback()
        await settle()
      }
      now = new Date(end)
    },
  }
}

export const acknowledged = (state: 'waiting' | 'final' = 'waiting'): Reply => ({
  status: 201,
  body: {
    id,
    state,
    result: state === 'final' ? 'negative' : null,
    recordedAt: '2026-11-23T14:00:01Z',
    certificate: null,
    notices: [],
  },
})
export const problem = (status: number, code: string, extra: object = {}): Reply => ({
  status,
  body: { code, support: 'K7Q', ...extra },
})
export const post = `POST ${routes.screenings}`
export const batchPost = `POST ${routes.reconciliations}`
export const resultPost = `POST ${routes.screeningResult.replace(':id', id)}`
