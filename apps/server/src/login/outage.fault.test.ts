/** Invariants 4 and 11: the provider and the database may be away in any order. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DoorsView } from '@sidep/contracts'
import { demoPeople, signInOverHttp } from '@sidep/dev'
import type { OpenDatabase } from '../platform/database.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import type { CircuitPace } from './ecps/circuit.ts'
import { ecpsState, makeTestBrowser, startLoginServer, until } from './testing.ts'

const nationalId = demoPeople.pharmacist.nationalId
/** The page is told, and when to come back where that is known. */
const unavailable = /^\/pro\/\?problem=PROVIDER_UNAVAILABLE(?:&retry=\d+)?$/
const locationOf = ({ headers }: Response): string => headers.get('location') ?? ''

/** As in production, only quicker. */
const pace: CircuitPace = {
  failuresMax: 3,
  unreachedMax: 1,
  trialsMin: 2,
  probeMilliseconds: 300,
  probeMillisecondsInUse: 300,
  probeMillisecondsMin: 100,
  probeMillisecondsMax: 400,
}

let database: OpenDatabase

before(async () => {
  database = await openTestDatabase()
})
after(() => database.close())

const begin = (url: string): Promise<Response> => fetch(`${url}/login/ecps`, { redirect: 'manual' })

/** Long beside what a busy machine takes for an answer that waits for nobody. */
const patient = { discoverySeconds: 3, callSeconds: 3 } as const
const atOnceMilliseconds = 1_500

const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

test('a server that starts while the provider is down says so, and lets people in once it is back', async () => {
  const server = await startLoginServer({
    database: database.pools.login,
    fault: { kind: 'down' },
    dependencies: { pace },
  })
  try {
    assert.equal(await ecpsState(server.url), 'down')
    assert.match(locationOf(await begin(server.url)), /&retry=\d+$/)
    const { doors } = (await (await fetch(`${server.url}/api/doors`)).json()) as DoorsView
    assert.ok((doors[0]?.retryAfterSeconds ?? 0) >= 1, 'and so is the page that asks for the doors')
    server.provider.setFault({ kind: 'none' })
    await until(async () => (await ecpsState(server.url)) === 'up')
    const { session } = await signInOverHttp(server.url, { nationalId })
    assert.equal(session.professional.id, nationalId)
  } finally {
    await server.close()
  }
})

test('a provider that answers too slowly is given up after the time-out, and then at once', async () => {
  const server = await startLoginServer({
    database: database.pools.login,
    fault: { kind: 'slow', milliseconds: 20_000 },
    timeouts: patient,
    dependencies: { pace },
  })
  try {
    const first = await elapsed(async () => {
      // A crowd waits for one look, not for one each.
      const answers = await Promise.all(Array.from({ length: 50 }, () => begin(server.url)))
      for (const answer of answers) assert.match(locationOf(answer), unavailable)
    })
    // Far from fifty time-outs.
    assert.ok(first < 10_000, `first answers after ${first} ms`)
    const second = await elapsed(() => begin(server.url))
    assert.ok(second < atOnceMilliseconds, `second answer after ${second} ms`)
  } finally {
    await server.close()
  }
})

test('a provider that is gone or overloaded between redirect and return is told PROVIDER_UNAVAILABLE', async () => {
  const server = await startLoginServer({
    database: database.pools.login,
    timeouts: { discoverySeconds: 0.3, callSeconds: 0.3 },
    dependencies: { pace },
  })
  try {
    const faults = [
      { kind: 'down' },
      { kind: 'overloaded' },
      { kind: 'slow', milliseconds: 20_000 },
    ] as const
    for (const fault of faults) {
      const browser = makeTestBrowser()
      await until(async () => (await ecpsState(server.url)) === 'up')
      const callback = await browser.walkToCallback(server.url, nationalId)
      server.provider.setFault(fault)
      const response = await browser.request(callback)
      assert.match(locationOf(response), unavailable, fault.kind)
      server.provider.setFault({ kind: 'none' })
    }
  } finally {
    await server.close()
  }
})

for (const fault of [
  { kind: 'down' },
  { kind: 'overloaded' },
  { kind: 'slow', milliseconds: 10_000 },
] as const) {
  test(`a provider that becomes ${fault.kind} shuts its door within seconds though nobody signs in, and opens it when well`, async () => {
    const server = await startLoginServer({
      database: database.pools.login,
      // A door shuts after three looks in vain, each given up soon; a call on a visitor's behalf would show.
      timeouts: { ...patient, discoverySeconds: 0.6 },
      dependencies: { pace },
    })
    try {
      const { cookie } = await signInOverHttp(server.url, { nationalId })
      server.provider.setFault(fault)
      const shut = await elapsed(() => until(async () => (await ecpsState(server.url)) === 'down'))
      assert.ok(shut < 5_000, `shut after ${shut} ms`)
      // One after the other: if each waited for a look, it would show too.
      const answers = await elapsed(async () => {
        for (let count = 0; count < 5; count += 1) {
          assert.match(locationOf(await begin(server.url)), unavailable)
        }
      })
      assert.ok(answers < atOnceMilliseconds, `five answers after ${answers} ms`)
      // Open sessions lose nothing.
      const open = await fetch(`${server.url}/guarded/site`, { headers: { cookie } })
      assert.equal(open.status, 200)
      server.provider.setFault({ kind: 'none' })
      await until(async () => (await ecpsState(server.url)) === 'up')
      const { session } = await signInOverHttp(server.url, { nationalId })
      assert.equal(session.professional.id, nationalId)
    } finally {
      await server.close()
    }
  })
}

/** Probes by themselves notice nothing within a test. */
const seldom: CircuitPace = { ...pace, probeMilliseconds: 60_000, probeMillisecondsInUse: 60_000 }

for (const fault of [{ kind: 'down' }, { kind: 'slow', milliseconds: 20_000 }] as const) {
  test(`the first sign-in that does not reach a provider that became ${fault.kind} shuts its door, long before the next probe`, async () => {
    const server = await startLoginServer({
      database: database.pools.login,
      timeouts: { discoverySeconds: 0.3, callSeconds: 0.9 },
      dependencies: { pace: seldom },
    })
    try {
      const browser = makeTestBrowser()
      const callback = await browser.walkToCallback(server.url, nationalId)
      server.provider.setFault(fault)
      const shut = await elapsed(async () => {
        assert.match(locationOf(await browser.request(callback)), unavailable)
        await until(async () => (await ecpsState(server.url)) === 'down')
      })
      assert.ok(shut < 2_500, `shut after ${shut} ms`)
      // It opens by itself, by probes.
      server.provider.setFault({ kind: 'none' })
      await until(async () => (await ecpsState(server.url)) === 'up')
      await signInOverHttp(server.url, { nationalId })
    } finally {
      await server.close()
    }
  })
}

for (const takesPushedRequests of [true, false]) {
  const way = takesPushedRequests ? 'with' : 'without'
  test(`people sent to a provider ${way} pushed requests that is gone, of whom none comes back, shut its door soon`, async () => {
    const server = await startLoginServer({
      database: database.pools.login,
      takesPushedRequests,
      dependencies: { pace: { ...seldom, probeMillisecondsInUse: 300 } },
    })
    try {
      assert.equal(await ecpsState(server.url), 'up')
      server.provider.setFault({ kind: 'down' })
      const shut = await elapsed(() =>
        until(async () => unavailable.test(locationOf(await begin(server.url)))),
      )
      assert.ok(shut < 3_000, `shut after ${shut} ms`)
      await until(async () => (await ecpsState(server.url)) === 'down')
    } finally {
      await server.close()
    }
  })
}

test('visitors who hang up before their answer, and one whose own connection is cut, do not shut the door for others', async () => {
  const server = await startLoginServer({
    database: database.pools.login,
    timeouts: { discoverySeconds: 4, callSeconds: 4 },
    dependencies: { pace: seldom },
  })
  try {
    const sql = database.pools.login
    const opened = async (): Promise<number> => {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from audit where act = 'session.opened'`
      return row?.count ?? 0
    }
    const callbacks = []
    for (let count = 0; count < 4; count += 1) {
      const browser = makeTestBrowser()
      const callback = await browser.walkToCallback(server.url, nationalId)
      callbacks.push({ browser, callback })
    }
    const before = await opened()
    server.provider.setFault({ kind: 'slow', milliseconds: 1_000 })
    await Promise.all(
      callbacks.map(({ browser, callback }) =>
        assert.rejects(browser.request(callback, { signal: AbortSignal.timeout(500) })),
      ),
    )
    // Their sign-ins end as if they had waited: the calls to the provider go well.
    await until(async () => (await opened()) === before + callbacks.length)
    assert.equal(await ecpsState(server.url), 'up')
    server.provider.setFault({ kind: 'none' })
    const browser = makeTestBrowser()
    const callback = await browser.walkToCallback(server.url, nationalId)
    server.provider.setFault({ kind: 'down', path: '/token' })
    assert.match(locationOf(await browser.request(callback)), unavailable)
    server.provider.setFault({ kind: 'none' })
    const { session } = await signInOverHttp(server.url, { nationalId })
    assert.equal(session.professional.id, nationalId)
    assert.equal(await ecpsState(server.url), 'up')
  } finally {
    await server.close()
  }
})

for (const kind of ['wrong-key', 'wrong-issuer', 'wrong-audience'] as const) {
  test(`a provider that answers with ${kind} again and again shuts its own door`, async () => {
    // It describes itself well: a probe, also one that people in the door hasten, would open it again before it is
    // looked at. The first ends before the first visitor is sent on, the next comes three seconds later at the soonest.
    const milliseconds = 6_000
    const rarely = {
      ...pace,
      probeMilliseconds: milliseconds,
      probeMillisecondsInUse: milliseconds,
      probeMillisecondsMin: milliseconds,
      probeMillisecondsMax: milliseconds,
    }
    const server = await startLoginServer({
      database: database.pools.login,
      dependencies: { pace: rarely },
    })
    try {
      await until(async () => (await ecpsState(server.url)) === 'up')
      const callbacks = []
      for (let count = 0; count < pace.failuresMax; count += 1) {
        const browser = makeTestBrowser()
        callbacks.push({
          browser,
          callback: await browser.walkToCallback(server.url, nationalId),
        })
      }
      server.provider.setFault({ kind })
      for (const { browser, callback } of callbacks) {
        const { headers } = await browser.request(callback)
        assert.equal(headers.get('location'), '/pro/?problem=LOGIN_ANSWER_INVALID')
      }
      assert.equal(await ecpsState(server.url), 'down')
      server.provider.setFault({ kind: 'none' })
      await until(async () => (await ecpsState(server.url)) === 'up')
      await signInOverHttp(server.url, { nationalId })
    } finally {
      await server.close()
    }
  })
}

test('visitors who spoil their own answers do not shut the door for others', async () => {
  const server = await startLoginServer({ database: database.pools.login, dependencies: { pace } })
  try {
    await until(async () => (await ecpsState(server.url)) === 'up')
    const spoil: ((query: URLSearchParams) => void)[] = [
      (query) => query.delete('code'),
      (query) => query.set('iss', 'https://autre.invalid'),
      (query) => query.delete('iss'),
      (query) => query.set('code', 'invented'),
      (query) => query.set('response', 'eyJ.e30.x'),
      (query) => query.set('error', 'access_denied'),
    ]
    for (const change of spoil) {
      const browser = makeTestBrowser()
      const callback = await browser.walkToCallback(server.url, nationalId)
      change(callback.searchParams)
      const response = await browser.request(callback)
      assert.match(response.headers.get('location') ?? '', /problem=LOGIN_/)
      assert.equal(await ecpsState(server.url), 'up')
    }
    // Nor do codes of somebody else's sign-in, whose nonce is another.
    server.provider.setFault({ kind: 'old-nonce' })
    for (let count = 0; count < 5; count += 1) {
      const browser = makeTestBrowser()
      const callback = await browser.walkToCallback(server.url, nationalId)
      const { headers } = await browser.request(callback)
      assert.equal(headers.get('location'), '/pro/?problem=LOGIN_ANSWER_INVALID')
    }
    assert.equal(await ecpsState(server.url), 'up')
  } finally {
    await server.close()
  }
})

test('a process that starts while the provider is away knows its keys from the one before, sealed', async () => {
  const before = await startLoginServer({ database: database.pools.login, dependencies: { pace } })
  try {
    const sql = database.pools.login
    const issuer = before.provider.issuer
    const rows = () => sql<{ sealed: Uint8Array }[]>`
      select sealed from provider_memory where issuer = ${issuer}`
    await until(async () => (await rows()).length === 1)
    assert.ok(!Buffer.from((await rows())[0]?.sealed ?? []).includes('jwks_uri'))
    const token = before.provider.signToken(
      {
        iss: issuer,
        aud: 'portal',
        sub: 'somebody',
        iat: Math.floor(Date.now() / 1000),
        exp: Math.floor(Date.now() / 1000) + 120,
        jti: 'logout-while-away',
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      },
      { typ: 'logout+jwt' },
    )
    before.provider.setFault({ kind: 'down' })
    const next = await startLoginServer({
      database: database.pools.login,
      beside: before,
      dependencies: { pace },
    })
    try {
      assert.equal(await ecpsState(next.url), 'down')
      const logout = await fetch(`${next.url}/login/ecps/backchannel-logout`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: token }),
      })
      assert.equal(logout.status, 200)
    } finally {
      await next.close()
    }
  } finally {
    await before.close()
  }
})

test('an open session works with the provider stopped and the database closed', async () => {
  const own = await openTestDatabase()
  const server = await startLoginServer({ database: own.pools.login })
  try {
    const person = demoPeople.pharmacistWithTwoSites
    const site = person.activities[0].finess
    const { cookie } = await signInOverHttp(server.url, { nationalId: person.nationalId, site })
    await server.provider.close()
    await own.close()
    for (const path of ['/guarded/site', '/api/session']) {
      const answer = await fetch(`${server.url}${path}`, { headers: { cookie } })
      assert.equal(answer.status, 200, path)
    }
    // Signing out cannot be written down now, but the browser is signed out all the same.
    const signOut = await fetch(`${server.url}/api/session`, {
      method: 'DELETE',
      headers: { cookie },
    })
    assert.equal(signOut.status, 503)
    assert.equal(((await signOut.json()) as { code: string }).code, 'UNAVAILABLE')
    assert.match(signOut.headers.getSetCookie()[0] ?? '', /^sidep-session=; Max-Age=0/)
  } finally {
    await server.app.close()
  }
})

test('a sign-in while the database is away is told UNAVAILABLE and opens no session', async () => {
  const own = await openTestDatabase()
  const server = await startLoginServer({ database: own.pools.login })
  try {
    const browser = makeTestBrowser()
    const callback = await browser.walkToCallback(server.url, nationalId)
    await own.close()
    const response = await browser.request(callback)
    assert.match(locationOf(response), /^\/pro\/\?problem=UNAVAILABLE&retry=\d+$/)
    assert.equal(browser.jar.value('sidep-session'), undefined)
  } finally {
    await server.close()
  }
})
