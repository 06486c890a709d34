/** Invariants 4 and 11: the provider and the database may be away in any order. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DoorsView } from '@sidep/contracts'
import { demoPeople, signInOverHttp } from '@sidep/dev'
import type { OpenDatabase } from '../platform/database.ts'
import { createTestBrowser, openTestDatabase, startLoginServer } from './testing.ts'

const nationalId = demoPeople.pharmacist.nationalId
const unavailable = '/pro/?problem=PROVIDER_UNAVAILABLE'

let database: OpenDatabase

before(async () => {
  database = await openTestDatabase()
})
after(() => database.close())

const begin = (url: string): Promise<Response> => fetch(`${url}/login/ecps`, { redirect: 'manual' })

const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

test('a server that starts while the provider is down says so, and lets people in once it is back', async () => {
  const server = await startLoginServer({
    database: database.pools.login,
    fault: { kind: 'down' },
  })
  try {
    const doors = (await (await fetch(`${server.url}/api/doors`)).json()) as DoorsView
    assert.equal(doors.doors[0]?.state, 'down')
    assert.equal((await begin(server.url)).headers.get('location'), unavailable)
    server.provider.setFault({ kind: 'none' })
    server.clock.moveSeconds(3)
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
    timeouts: { discoverySeconds: 0.3, callSeconds: 0.3 },
  })
  try {
    const first = await elapsed(async () => {
      // A crowd waits for one look, not for one each.
      const answers = await Promise.all(Array.from({ length: 50 }, () => begin(server.url)))
      for (const answer of answers) assert.equal(answer.headers.get('location'), unavailable)
    })
    assert.ok(first < 2_000, `first answers after ${first} ms`)
    const second = await elapsed(() => begin(server.url))
    assert.ok(second < 150, `second answer after ${second} ms`)
  } finally {
    await server.close()
  }
})

test('a provider that is gone or overloaded between redirect and return is told PROVIDER_UNAVAILABLE', async () => {
  const server = await startLoginServer({
    database: database.pools.login,
    timeouts: { discoverySeconds: 0.3, callSeconds: 0.3 },
  })
  try {
    const faults = [
      { kind: 'down' },
      { kind: 'overloaded' },
      { kind: 'slow', milliseconds: 20_000 },
    ] as const
    for (const fault of faults) {
      const browser = createTestBrowser()
      const callback = await browser.walkToCallback(server.url, nationalId)
      server.provider.setFault(fault)
      const response = await browser.request(callback)
      assert.equal(response.headers.get('location'), unavailable, fault.kind)
      server.provider.setFault({ kind: 'none' })
      server.clock.moveSeconds(11)
    }
  } finally {
    await server.close()
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
    const browser = createTestBrowser()
    const callback = await browser.walkToCallback(server.url, nationalId)
    await own.close()
    const response = await browser.request(callback)
    assert.equal(response.headers.get('location'), '/pro/?problem=UNAVAILABLE')
    assert.equal(browser.jar.value('sidep-session'), undefined)
  } finally {
    await server.close()
  }
})
