/** Sessions that end at the provider (OpenID Connect Back-Channel Logout 1.0), and sign-out that ends them there. */

import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { after, before, test } from 'node:test'
import { demoPeople, subjectOf } from '@sidep/dev'
import type { OpenDatabase } from '../platform/database.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import { type LoginServer, makeTestBrowser, startLoginServer, until } from './testing.ts'
import { logoutHintCookie } from './transaction.ts'

let database: OpenDatabase
let server: LoginServer
let other: LoginServer

before(async () => {
  database = await openTestDatabase()
  server = await startLoginServer({ database: database.pools.login })
  other = await startLoginServer({ database: database.pools.login, beside: server })
})
after(async () => {
  await other.close()
  await server.close()
  await database.close()
})

const { pharmacist, nurse } = demoPeople
type Browser = ReturnType<typeof makeTestBrowser>

const codeOf = async (response: Response): Promise<string> =>
  response.status < 400
    ? String(response.status)
    : ((await response.json()) as { code: string }).code

const signIn = async (nationalId: string): Promise<Browser> => {
  const browser = makeTestBrowser()
  await browser.request(await browser.walkToCallback(server.url, nationalId))
  return browser
}

const guarded = (browser: Browser, at: LoginServer = server): Promise<string> =>
  fetch(`${at.url}/guarded/site`, {
    headers: { cookie: `sidep-session=${browser.jar.value('sidep-session')}` },
  }).then(codeOf)

const event = 'http://schemas.openid.net/event/backchannel-logout'
const nowSeconds = (): number => Math.floor(Date.now() / 1000)
const claims = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: server.provider.issuer,
  aud: 'portal',
  iat: nowSeconds(),
  exp: nowSeconds() + 120,
  jti: `logout-${Math.random()}`,
  events: { [event]: {} },
  ...changes,
})

/** Signed by the provider, of the type that logout tokens have. */
const signed = (content: Record<string, unknown>, header: Record<string, unknown> = {}): string =>
  server.provider.signToken(content, { typ: 'logout+jwt', ...header })

const deliver = async (token: string, at: LoginServer = server): Promise<string> =>
  codeOf(
    await fetch(`${at.url}/login/ecps/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    }),
  )

test('a sign-out leads on to the provider, which ends that session there and here, and no other', async () => {
  const browser = await signIn(pharmacist.nationalId)
  const elsewhere = await signIn(pharmacist.nationalId)
  const end = await browser.request(`${server.url}/login/ecps/logout`)
  assert.equal(end.status, 303)
  const url = new URL(end.headers.get('location') ?? '')
  assert.equal(url.origin, server.provider.issuer)
  assert.equal(url.searchParams.get('post_logout_redirect_uri'), `${server.url}/pro/`)
  const page = await (await browser.request(url)).text()
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? ''
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const confirmed = await browser.request(new URL(action, url), {
    method: 'POST',
    body: new URLSearchParams({ xsrf, logout: 'yes' }),
  })
  assert.equal(confirmed.headers.get('location'), `${server.url}/pro/`)
  // Nobody deleted our session: the provider's own logout token did.
  await until(async () => (await guarded(browser)) === 'SESSION_REVOKED')
  await until(async () => (await guarded(browser, other)) === 'SESSION_REVOKED')
  assert.equal(await guarded(elsewhere), '200')
})

test('a logout token of a subject ends all sessions opened before it, and none after', async () => {
  const first = await signIn(nurse.nationalId)
  const second = await signIn(nurse.nationalId)
  const somebody = await signIn(pharmacist.nationalId)
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const subject = subjectOf(nurse.nationalId)
  assert.equal(await deliver(signed(claims({ sub: subject }))), '200')
  assert.equal(await guarded(first), 'SESSION_REVOKED')
  assert.equal(await guarded(second), 'SESSION_REVOKED')
  await until(async () => (await guarded(second, other)) === 'SESSION_REVOKED')
  assert.equal(await guarded(somebody), '200')
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  assert.equal(await guarded(await signIn(nurse.nationalId)), '200')
})

test('a forged, foreign, old or repeated logout token is refused with LOGOUT_TOKEN_INVALID', async () => {
  const browser = await signIn(pharmacist.nationalId)
  const subject = subjectOf(pharmacist.nationalId)
  const sub = { sub: subject }
  const strangersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const encode = (value: unknown): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url')
  const signedBy = (header: unknown): string => {
    const text = `${encode(header)}.${encode(claims(sub))}`
    return `${text}.${sign('sha256', Buffer.from(text), strangersKey).toString('base64url')}`
  }
  const cases: readonly [string, string][] = [
    ['signed by a stranger', signedBy({ alg: 'RS256', typ: 'logout+jwt' })],
    ['unsigned', `${encode({ alg: 'none' })}.${encode(claims(sub))}.`],
    ['a shared secret', signed(claims(sub), { alg: 'HS256' })],
    ['another issuer', signed(claims({ ...sub, iss: 'https://autre.invalid' }))],
    ['another client', signed(claims({ ...sub, aud: 'another' }))],
    ['old', signed(claims({ ...sub, iat: nowSeconds() - 900, exp: nowSeconds() + 60 }))],
    ['expired', signed(claims({ ...sub, iat: nowSeconds() - 200, exp: nowSeconds() - 60 }))],
    [
      'from the future',
      signed(claims({ ...sub, iat: nowSeconds() + 600, exp: nowSeconds() + 700 })),
    ],
    ['without expiry', signed(claims({ ...sub, exp: undefined }))],
    ['without event', signed(claims({ ...sub, events: {} }))],
    ['without id', signed(claims({ ...sub, jti: undefined }))],
    ['with a nonce, as an ID token', signed(claims({ ...sub, nonce: 'n' }))],
    ['an access token', signed(claims(sub), { typ: 'at+jwt' })],
    ['without its type', signed(claims(sub), { typ: undefined })],
    ['of nobody', signed(claims())],
    ['no token', 'x'],
    ['nothing', ''],
    ['far too long', 'x'.repeat(9_000)],
  ]
  for (const [name, token] of cases) {
    assert.equal(await deliver(token), 'LOGOUT_TOKEN_INVALID', name)
  }
  const twice = signed(claims({ sub: 'somebody-else' }))
  assert.equal(await deliver(twice), '200')
  assert.equal(await deliver(twice), 'LOGOUT_TOKEN_INVALID')
  const doubled = await fetch(`${server.url}/login/ecps/backchannel-logout`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `logout_token=${signed(claims(sub))}&logout_token=${signed(claims(sub))}`,
  })
  assert.equal(await codeOf(doubled), 'LOGOUT_TOKEN_INVALID')
  assert.equal(await guarded(browser), '200')
})

test('without the ID token at hand, the provider is asked to end the session that this browser has', async () => {
  const browser = await signIn(pharmacist.nationalId)
  const { vault } = server.platform
  const startedAtSeconds = Math.floor(server.clock.now().getTime() / 1000)
  const hint = logoutHintCookie(3_600).seal(vault, { idToken: null, startedAtSeconds })
  const end = await browser.request(`${server.url}/login/ecps/logout`, {
    headers: { cookie: `sidep-logout-hint=${hint}` },
  })
  const url = new URL(end.headers.get('location') ?? '')
  assert.equal(url.searchParams.get('client_id'), 'portal')
  assert.equal(url.searchParams.get('id_token_hint'), null)
  assert.equal((await browser.request(url)).status, 200)
})

test('a link from elsewhere signs nobody out at the provider; without the provider one is back at once', async () => {
  const browser = await signIn(pharmacist.nationalId)
  const foreign = await browser.request(`${server.url}/login/ecps/logout`, {
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  assert.equal(foreign.headers.get('location'), '/pro/')
  const nobody = await fetch(`${server.url}/login/ecps/logout`, { redirect: 'manual' })
  assert.equal(nobody.headers.get('location'), '/pro/')
  const header = browser.jar.header(new URL(`${server.url}/login/ecps/logout`))
  assert.match(header, /sidep-logout-hint=/)
  assert.doesNotMatch(browser.jar.header(new URL(`${server.url}/api/session`)), /sidep-logout-hint/)
})
