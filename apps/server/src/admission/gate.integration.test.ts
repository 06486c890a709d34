import assert from 'node:assert/strict'
import { once } from 'node:events'
import { before, beforeEach, test } from 'node:test'
import { everybody, type RouteTraffic, sessionOnly } from '@sidep/contracts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { systemRandomBytes } from '../platform/clock.ts'
import { makeHttp } from '../platform/http.ts'
import { makeMetrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problems.ts'
import { clusterOfFile, type TestCluster, testConfiguration } from '../platform/testing.ts'
import { admissionModule } from './index.ts'

let app: FastifyInstance
let metrics: ReturnType<typeof makeMetrics>
let now: number
/** Requests in work; each ends when its function is called. */
let working: { readonly name: string; readonly end: () => void }[]
/** What a session's check waits for. */
let whileAsked: (request: FastifyRequest) => Promise<unknown>
let base: Awaited<ReturnType<TestCluster['portal']>>['server']['platform']

const cluster = await clusterOfFile()
before(async () => {
  base = (await cluster.portal()).server.platform
})

const limit = 10
const trafficOfSlow: Readonly<Record<string, RouteTraffic>> = {
  '/slow/work': sessionOnly('work'),
  '/slow/list': sessionOnly('list'),
}

beforeEach(async (context) => {
  now = 1_000
  working = []
  whileAsked = async () => undefined
  metrics = makeMetrics()
  const configuration = testConfiguration(base.configuration.dataDirectory, {
    ADMISSION_CONCURRENCY_MAX: String(limit),
    TRUSTED_PROXIES: '10.9.9.9',
  })
  app = await makeHttp(configuration, metrics)
  const admission = admissionModule(
    { ...base, configuration, metrics, randomBytes: systemRandomBytes },
    {
      roomTime: 'process',
      now: () => now,
      trafficOf: (_, route) => trafficOfSlow[route ?? ''] ?? everybody('public'),
      // Whoever has the cookie of a site is signed in there.
      sessionOf: async (request) => {
        await whileAsked(request)
        const id = /^site=(\d{9})$/.exec(request.headers.cookie ?? '')?.[1]
        if (id === undefined) throw new Problem('SESSION_MISSING')
        return { professionalId: '810003456789', site: { id, name: 'Pharmacie', postalCode: null } }
      },
    },
  )
  await admission.install(app)
  const slow = (request: { headers: Record<string, unknown> }) =>
    new Promise<string>((resolve) => {
      working.push({ name: String(request.headers['x-name']), end: () => resolve('done') })
    })
  app.post('/slow/work', slow)
  app.get('/slow/list', slow)
  app.get('/slow/public', slow)
  await app.ready()
  if ('after' in context) context.after(() => app.close())
})

interface Sent {
  readonly answer: Promise<{ status: number; code: unknown; retryAfter: string | undefined }>
}

const send = (
  method: 'GET' | 'POST',
  url: string,
  name: string,
  {
    cookie = 'site=750712184',
    address = '192.0.2.1',
    headers = {},
  }: { cookie?: string; address?: string; headers?: Record<string, string> } = {},
): Sent => ({
  answer: app
    .inject({
      method,
      url,
      remoteAddress: address,
      headers: { 'x-name': name, ...(cookie === '' ? {} : { cookie }), ...headers },
    })
    .then((reply) => {
      const isProblem = reply.headers['content-type']?.toString().includes('problem') ?? false
      return {
        status: reply.statusCode,
        code: isProblem ? reply.json().code : reply.body,
        retryAfter: reply.headers['retry-after']?.toString(),
      }
    }),
})

const until = async (isTrue: () => boolean): Promise<void> => {
  for (let round = 0; round < 2_000 && !isTrue(); round += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.ok(isTrue(), 'the condition came true')
}
const gauge = (name: string): number =>
  Number(new RegExp(`^sidep_admission_${name} (\\d+)$`, 'm').exec(metrics.render())?.[1] ?? -1)
const queued = (): number => gauge('queued')
/** For what takes real time. */
const eventually = async (isTrue: () => boolean): Promise<void> => {
  for (let round = 0; round < 2_000 && !isTrue(); round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.ok(isTrue(), 'the condition came true')
}
/** Ends what is in work, or is about to be. */
const end = async (name: string, sent: Sent): Promise<void> => {
  await until(() => working.some((one) => one.name === name))
  const index = working.findIndex((one) => one.name === name)
  assert.ok(index >= 0, `${name} is in work`)
  working.splice(index, 1)[0]?.end()
  assert.equal((await sent.answer).status, 200)
}
const names = (): string[] => working.map(({ name }) => name)

test('lists take their share and no more, whatever a header claims; work enters at once', async () => {
  const lists = ['a', 'b', 'c'].map((name) =>
    send('GET', '/slow/list', name, {
      headers: { 'x-priority': 'work', priority: 'u=0', 'x-traffic-class': 'work' },
    }),
  )
  await until(() => queued() === 1)
  assert.deepEqual(names(), ['a', 'b'])
  const work = send('POST', '/slow/work', 'w')
  await until(() => names().includes('w'))
  assert.deepEqual(names(), ['a', 'b', 'w'])
  await end('w', work)
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    await until(() => names().includes(name))
    await end(name, lists[index] as Sent)
  }
})

test('an address that claims to be many counts as one, and another address goes before its next request', async () => {
  // Of ten slots four may be the public’s.
  const robot = Array.from({ length: 6 }, (_, index) =>
    send('GET', '/slow/public', `robot ${index}`, {
      cookie: '',
      headers: { 'x-forwarded-for': `198.51.100.${index}` },
    }),
  )
  await until(() => queued() === 2)
  const other = send('GET', '/slow/public', 'other', { cookie: '', address: '192.0.2.2' })
  await until(() => queued() === 3)
  await end('robot 0', robot[0] as Sent)
  await until(() => names().includes('other'))
  assert.ok(!names().includes('robot 4'))
  await end('other', other)
  for (let index = 1; index < 6; index += 1) {
    await until(() => names().includes(`robot ${index}`))
    await end(`robot ${index}`, robot[index] as Sent)
  }
})

test('a proxy that is trusted may say who it speaks for', async () => {
  const one = Array.from({ length: 5 }, (_, index) =>
    send('GET', '/slow/public', `one ${index}`, {
      cookie: '',
      address: '10.9.9.9',
      headers: { 'x-forwarded-for': '198.51.100.1' },
    }),
  )
  await until(() => queued() === 1)
  const two = send('GET', '/slow/public', 'two', {
    cookie: '',
    address: '10.9.9.9',
    headers: { 'x-forwarded-for': '198.51.100.2' },
  })
  await until(() => queued() === 2)
  await end('one 0', one[0] as Sent)
  await until(() => names().includes('two'))
  await end('two', two)
  for (let index = 1; index < 5; index += 1) {
    await until(() => names().includes(`one ${index}`))
    await end(`one ${index}`, one[index] as Sent)
  }
})

test('a client that hangs up while its session is checked keeps no slot', async () => {
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  let gone = 0
  for (let count = 0; count < limit; count += 1) {
    const hangUp = new AbortController()
    whileAsked = async ({ raw: { socket } }) => {
      hangUp.abort()
      await once(socket, 'close')
      gone += 1
    }
    const asked = fetch(`${address}/slow/list`, {
      headers: { cookie: siteCookie(count) },
      signal: hangUp.signal,
    })
    await assert.rejects(asked, { name: 'AbortError' })
    await eventually(() => gone === count + 1)
  }
  whileAsked = async () => undefined
  const next = send('GET', '/slow/list', 'next')
  await eventually(() => names().includes('next'))
  assert.equal(gauge('in_flight'), 1)
  await end('next', next)
})

test('a request that waited too long is refused with a time to come back, and never worked on', async () => {
  const working2 = ['a', 'b'].map((name) => send('GET', '/slow/list', name))
  const late = send('GET', '/slow/list', 'late')
  await until(() => queued() === 1)
  now += 5_000
  const answer = await late.answer
  assert.equal(answer.status, 503)
  assert.equal(answer.code, 'UNAVAILABLE')
  assert.ok(Number(answer.retryAfter) >= 5 && Number(answer.retryAfter) <= 15)
  assert.ok(!names().includes('late'))
  await end('a', working2[0] as Sent)
  await end('b', working2[1] as Sent)
})

const siteCookie = (index: number): string => `site=75071${String(index).padStart(4, '0')}`
const work = (name: string, site: number): Sent =>
  send('POST', '/slow/work', name, { cookie: siteCookie(site) })
/** Three sites at work, so that there are others to compare with. */
const othersWork = async (): Promise<void> => {
  for (const site of [1, 2, 3]) {
    const sent = work('other', site)
    await until(() => working.length === 1)
    await end('other', sent)
  }
}

test('a site that sends far more than the others is held to its share and refused beyond it; the others enter at once', async () => {
  await othersWork()
  const robot = Array.from({ length: 40 }, (_, index) => work(`robot ${index}`, 0))
  const refusals = await Promise.all(robot.slice(24).map(({ answer }) => answer))
  for (const { status, code, retryAfter } of refusals) {
    assert.equal(status, 429)
    assert.equal(code, 'SITE_SHARE_EXCEEDED')
    assert.ok(Number(retryAfter) >= 2)
  }
  assert.deepEqual(names(), ['robot 0', 'robot 1', 'robot 2', 'robot 3'])
  const other = work('another', 1)
  await until(() => names().includes('another'))
  await end('another', other)
  let answered = 0
  const held = robot.slice(0, 24).map(async ({ answer }) => {
    const { status } = await answer
    answered += 1
    return status
  })
  await eventually(() => {
    for (const { end: stop } of working.splice(0)) stop()
    return answered === held.length
  })
  assert.deepEqual(new Set(await Promise.all(held)), new Set([200]))
})

test('a client that hangs up while its request is held for its site is forgotten', async () => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await othersWork()
  for (let index = 0; index < 5; index += 1) work(`robot ${index}`, 0)
  await until(() => working.length === 4)
  const controller = new AbortController()
  const gone = fetch(`http://127.0.0.1:${port}/slow/work`, {
    method: 'POST',
    signal: controller.signal,
    headers: { 'x-name': 'gone', cookie: siteCookie(0) },
  }).catch((error: unknown) => error)
  await eventually(() => gauge('held') === 2)
  const last = work('last', 0)
  await until(() => gauge('held') === 3)
  controller.abort()
  await gone
  await eventually(() => gauge('held') === 0)
  await until(() => names().includes('last'))
  assert.ok(!names().includes('gone'))
  for (const { end: stop } of working.splice(0)) stop()
  assert.equal((await last.answer).status, 200)
})

test('a client that asks and hangs up still holds its slot until the work has ended', async () => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const impatient = ['x', 'y'].map((name) => {
    const controller = new AbortController()
    const gone = fetch(`http://127.0.0.1:${port}/slow/list`, {
      signal: controller.signal,
      headers: { 'x-name': name, cookie: 'site=750712184' },
    }).catch((error: unknown) => error)
    return { controller, gone }
  })
  await until(() => working.length === 2)
  for (const { controller, gone } of impatient) {
    controller.abort()
    await gone
  }
  const next = send('GET', '/slow/list', 'next')
  await until(() => queued() === 1)
  assert.ok(!names().includes('next'))
  for (const { end: stop } of working.splice(0)) stop()
  await until(() => names().includes('next'))
  await end('next', next)
})
