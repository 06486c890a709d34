/** When the provider is looked at besides its turn: a provider of a few lines, which counts. */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/context.ts'
import { until } from '../testing.ts'
import { type CircuitPace, defaultPace } from './circuit.ts'
import { makeProviderConnection, type ProviderConnection } from './provider-connection.ts'
import { providerFetch } from './provider-fetch.ts'

/** Probes by themselves notice nothing within a test. */
const pace: CircuitPace = {
  ...defaultPace,
  probeMilliseconds: 600_000,
  probeMillisecondsInUse: 600_000,
  probeMillisecondsMin: 50,
  probeMillisecondsMax: 600_000,
}
const timeouts = { discoverySeconds: 1, callSeconds: 3 }
const key = { kty: 'RSA', kid: 'k', use: 'sig', alg: 'RS256', n: 'AQAB', e: 'AQAB' }
const silence = (): void => undefined
const log = { warn: silence, info: silence, error: silence } as unknown as Log

let server: Server
let issuer: string
let looks: number
/** Addresses that are cut, or never answered. */
let cut: Set<string>
let mute: Set<string>
let connection: ProviderConnection

beforeEach(async () => {
  looks = 0
  cut = new Set()
  mute = new Set()
  server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path.includes('openid-configuration')) looks += 1
    if (cut.has('*') || cut.has(path)) request.socket.destroy()
    else if (!mute.has('*') && !mute.has(path)) {
      const metadata = {
        issuer,
        jwks_uri: `${issuer}/keys`,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
      }
      response.setHeader('content-type', 'application/json')
      if (path === '/busy') response.statusCode = 503
      response.end(JSON.stringify(path === '/keys' ? { keys: [key] } : metadata))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  await connection.stop()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const open = async (changes: Partial<CircuitPace> = {}): Promise<void> => {
  connection = makeProviderConnection(
    { issuer, clientId: 'portal', clientSecret: 'secret' },
    {
      clock: systemClock,
      log,
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      memory: { load: async () => null, save: async () => undefined },
      timeouts,
      pace: { ...pace, ...changes },
    },
  )
  await connection.start()
  await connection.looked()
  assert.equal(connection.state(), 'up')
  assert.equal(looks, 1)
}
const call = (path: string, kind: 'begin' | 'return' = 'return'): Promise<unknown> =>
  connection.call(kind, () =>
    providerFetch(`${issuer}${path}`, {
      method: 'GET',
      headers: {},
      body: null,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeouts.callSeconds * 1000),
    }),
  )

test('one call that is cut while the provider is gone shuts the door, at the look that it causes', async () => {
  await open()
  cut.add('*')
  await assert.rejects(call('/token'))
  await until(() => connection.state() === 'down')
  assert.equal(looks, 2)
})

test('a call that is cut while the provider describes itself well causes a look, and shuts nothing', async () => {
  await open()
  cut.add('/token')
  await assert.rejects(call('/token'))
  await until(() => looks === 2)
  await call('/userinfo')
  await assert.rejects(call('/token'))
  await until(() => looks === 3)
  await connection.look()
  assert.equal(connection.state(), 'up')
})

test('a provider that takes connections and never answers is known to be away when the first call gives up', async () => {
  await open()
  mute.add('*')
  await assert.rejects(call('/token'))
  // The look went out beside the call, and had failed before it.
  assert.equal(connection.state(), 'down')
})

test('a call that is only slow causes a look, and shuts nothing', async () => {
  await open()
  mute.add('/token')
  await assert.rejects(call('/token'))
  assert.ok(looks >= 2)
  assert.equal(connection.state(), 'up')
})

test('however many calls are cut, the looks that they cause keep their distance', async () => {
  const gap = 200
  await open({ failuresMax: 1_000_000, probeMillisecondsMin: gap })
  cut.add('/token')
  const start = performance.now()
  // Until the second look that they caused, at the least.
  await until(async () => {
    await Promise.allSettled(Array.from({ length: 20 }, () => call('/token')))
    return looks >= 4
  })
  const elapsed = performance.now() - start
  assert.ok(looks - 2 <= elapsed / gap, `${looks} looks in ${elapsed} ms`)
  assert.equal(connection.state(), 'up')
})

test('an error that the provider answers causes no look', async () => {
  await open()
  await assert.rejects(call('/busy'))
  await call('/userinfo')
  assert.equal(looks, 1)
  assert.equal(connection.state(), 'up')
})

test('whoever is sent to the provider is not sent on an old word: a look follows, and more until it is known', async () => {
  await open({ probeMillisecondsInUse: 100, probeMillisecondsMin: 20 })
  await connection.configuration()
  await until(() => looks === 2)
  // That look is over, whole.
  await connection.look()
  const before = looks
  cut.add('*')
  // Nobody comes back from there, so no call ever fails.
  await until(async () => {
    await connection.configuration().catch(silence)
    return connection.state() === 'down'
  })
  assert.equal(looks, before + pace.failuresMax)
})

test('while it is down its own pace holds: neither who is turned away nor who comes back from it causes a look', async () => {
  await open({ probeMillisecondsInUse: 1 })
  cut.add('*')
  await assert.rejects(call('/token'))
  await until(() => connection.state() === 'down')
  const before = looks
  const start = performance.now()
  let asked = 0
  while (looks < before + 4) {
    asked += 1
    await assert.rejects(connection.configuration())
    await assert.rejects(call('/token', 'begin'))
    await assert.rejects(call('/token', 'return'))
  }
  const elapsed = performance.now() - start
  // 100, 200, 400 and 800 ms, halved at the most; as often as a failed call may ask for one it would be 50 each.
  assert.ok(elapsed > 700, `four looks in ${elapsed} ms`)
  assert.ok(asked > 10)
})
