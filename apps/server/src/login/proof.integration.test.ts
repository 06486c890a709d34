/** Whoever signs in proved who they are for this very sign-in: nobody takes over the sign-in of a colleague. */

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { demoPeople, type ProviderFault } from '@sidep/dev'
import type { OpenDatabase } from '../platform/database.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import { type LoginServer, makeTestBrowser, startLoginServer, until } from './testing.ts'

let database: OpenDatabase
/** At a provider that takes pushed requests, and at one that does not. */
let server: LoginServer
let plain: LoginServer

before(async () => {
  database = await openTestDatabase()
  server = await startLoginServer({ database: database.pools.login })
  plain = await startLoginServer({ database: database.pools.login, takesPushedRequests: false })
})
after(async () => {
  await plain.close()
  await server.close()
  await database.close()
})
afterEach(() => {
  server.provider.setFault({ kind: 'none' })
})

const { pharmacist, nurse } = demoPeople
type Browser = ReturnType<typeof makeTestBrowser>

const notProved = '/pro/?problem=LOGIN_NOT_PROVED'
const landing = (response: Response): string | null => response.headers.get('location')

/** A counter at which a colleague signed in and out: the provider's own session is still there. */
const counterOfColleague = async (portal: LoginServer): Promise<Browser> => {
  const browser = makeTestBrowser()
  const callback = await browser.walkToCallback(portal.url, pharmacist.nationalId)
  assert.equal(landing(await browser.request(callback)), '/pro/')
  const signedOut = await browser.request(`${portal.url}/api/session`, {
    method: 'DELETE',
    headers: { origin: portal.url },
  })
  assert.equal(signedOut.status, 204)
  assert.equal((await browser.request(`${portal.url}/api/session`)).status, 401)
  return browser
}

/** What the provider answers to an address: the way back to the portal, or a page of its own. */
const visit = async (browser: Browser, address: URL): Promise<URL> =>
  new URL(landing(await browser.request(address)) ?? '', address)

test('what is asked of the provider is pushed: the redirect has nothing that could be taken out', async () => {
  const browser = await counterOfColleague(server)
  const asked = await browser.begin(server.url)
  assert.deepEqual([...asked.searchParams.keys()].sort(), ['client_id', 'request_uri'])
  // Nor does it help to add something.
  for (const [name, value] of [
    ['prompt', 'none'],
    ['max_age', '99999'],
    ['acr_values', ''],
  ] as const) {
    const changed = await browser.begin(server.url)
    changed.searchParams.set(name, value)
    assert.match((await visit(browser, changed)).pathname, /^\/interaction\//)
  }
})

test('a provider without pushed requests is asked in the redirect for a proof of now', async () => {
  const { searchParams } = await makeTestBrowser().begin(plain.url)
  assert.equal(searchParams.get('scope'), 'openid scope_all')
  assert.equal(searchParams.get('acr_values'), 'eidas1')
  assert.equal(searchParams.get('prompt'), 'login')
  assert.equal(searchParams.get('max_age'), '0')
  assert.equal(searchParams.get('code_challenge_method'), 'S256')
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.equal(searchParams.get(name)?.length, 43, name)
  }
})

test('with prompt=login taken out of the redirect, the colleague’s sign-in gives no session', async () => {
  const browser = await counterOfColleague(plain)
  // The colleague signed in a while ago, by the provider's clock.
  const startedAt = Date.now()
  await until(() => Date.now() - startedAt > 4_000)
  const asked = await browser.begin(plain.url)
  asked.searchParams.delete('prompt')
  asked.searchParams.delete('max_age')
  const callback = await visit(browser, asked)
  // The provider asked nobody anything.
  assert.equal(callback.pathname, '/login/ecps/callback')
  assert.equal(landing(await browser.request(callback)), notProved)
  assert.equal((await browser.request(`${plain.url}/api/session`)).status, 401)
})

for (const kind of ['no-level', 'low-level', 'no-proof-time', 'old-proof'] as const) {
  const fault: ProviderFault = { kind }
  test(`an answer with ${kind} is told LOGIN_NOT_PROVED, and shuts the door for nobody`, async () => {
    const browser = makeTestBrowser()
    const callback = await browser.walkToCallback(server.url, nurse.nationalId)
    server.provider.setFault(fault)
    assert.equal(landing(await browser.request(callback)), notProved)
    assert.equal(browser.jar.value('sidep-session'), undefined)
    const doors = await (await browser.request(`${server.url}/api/doors`)).json()
    assert.equal((doors as { doors: { state: string }[] }).doors[0]?.state, 'up')
  })
}

for (const kind of ['no-level', 'low-level', 'old-proof'] as const) {
  test(`a phone’s answer with ${kind} is told LOGIN_NOT_PROVED`, async () => {
    const browser = makeTestBrowser()
    const post = (path: string, body: unknown): Promise<Response> =>
      browser.request(`${server.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const { nationalId } = pharmacist
    const begun = await post('/login/ecps/backchannel', { nationalId })
    const { ticket, bindingMessage } = (await begun.json()) as Record<string, string>
    const [request] = server.provider.telephone.waiting(nationalId)
    assert.ok(request && bindingMessage !== undefined)
    await server.provider.telephone.answer(nationalId, request.id, bindingMessage)
    server.provider.setFault({ kind })
    server.clock.moveSeconds(6)
    const polled = await post('/login/ecps/backchannel/poll', { ticket })
    assert.equal(((await polled.json()) as { code: string }).code, 'LOGIN_NOT_PROVED')
    assert.equal(browser.jar.value('sidep-session'), undefined)
  })
}

test('a clock of the portal that is an hour off shuts nobody out who proves who they are', async () => {
  const away = await startLoginServer({ database: database.pools.login })
  away.clock.moveSeconds(3_600)
  const browser = makeTestBrowser()
  const callback = await browser.walkToCallback(away.url, nurse.nationalId)
  assert.equal(landing(await browser.request(callback)), '/pro/')
  await away.close()
})
