/** Where somebody is signed in, and ending it there: as two processes of one portal see it. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { OpenSession, OpenSessionList } from '@sidep/contracts'
import { demoPeople, signInOverHttp } from '@sidep/dev'
import { checkChain } from '../audit/check.ts'
import type { OpenDatabase } from '../platform/database.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import { asOwner } from '../platform/testing.ts'
import { switchDoor } from './door-switch.ts'
import { sweepListedSessions } from './listed-sessions.ts'
import {
  actHeaders,
  type LoginServer,
  makeTestBrowser,
  makeTestDevice,
  startLoginServer,
  type TestDevice,
} from './testing.ts'

let database: OpenDatabase
let server: LoginServer
/** Another process of the same portal, which reads what this one writes only when it is asked. */
let other: LoginServer
let device: TestDevice

before(async () => {
  database = await openTestDatabase()
  server = await startLoginServer({ database: database.pools.login })
  other = await startLoginServer({
    database: database.pools.login,
    beside: server,
    dependencies: { watchMilliseconds: 3_600_000 },
  })
  device = await makeTestDevice()
})
after(async () => {
  await other.close()
  await server.close()
  await database.close()
})

const { pharmacist, pharmacistWithTwoSites, nurse, doctor } = demoPeople
const hours = 3_600
const firefoxOnWindows = 'Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0'

const codeOf = async (response: Response): Promise<string> => {
  if (response.status < 400) return String(response.status)
  return ((await response.json()) as { code: string }).code
}

/** Signs in by the redirect; the cookie of the session. */
const signIn = async (
  nationalId: string,
  { userAgent = 'curl/8', bound = false } = {},
): Promise<string> => {
  const browser = makeTestBrowser()
  const query = bound ? `?return=/pro/&device=${device.thumbprint}` : '?return=/pro/'
  const callback = await browser.walkToCallback(server.url, nationalId, 'confirm', query)
  await browser.request(callback, { headers: { 'user-agent': userAgent } })
  return `sidep-session=${browser.jar.value('sidep-session')}`
}

const ask = (cookie: string, at: LoginServer = server): Promise<Response> =>
  fetch(`${at.url}/api/session/open`, { headers: { cookie } })
const listOf = async (cookie: string, at: LoginServer = server): Promise<OpenSession[]> => {
  const answer = await ask(cookie, at)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  return ((await answer.json()) as OpenSessionList).sessions
}
const idOf = (sessions: readonly OpenSession[]): string =>
  sessions.find(({ isThis }) => isThis)?.sessionId ?? ''

const revoke = async (
  cookie: string,
  input: unknown,
  at: LoginServer = server,
  headers: Record<string, string> = {},
): Promise<Response> => {
  const request = {
    method: 'POST',
    path: '/api/session/revocations',
    body: JSON.stringify(input),
  }
  const now = server.clock.now()
  return fetch(`${at.url}${request.path}`, {
    method: request.method,
    headers: {
      cookie,
      'content-type': 'application/json',
      ...(await actHeaders(device, { portal: server.url, cookie, at: now, ...request })),
      ...headers,
    },
    body: request.body,
  })
}
const guarded = (cookie: string, at: LoginServer = server): Promise<string> =>
  fetch(`${at.url}/guarded`, { headers: { cookie } }).then(codeOf)

/** Each test's sessions are of another second than what the one before ended. */
const tick = (): void => server.clock.moveSeconds(2)

test('whoever signs in sees where: place, door, browser, since and until when, this one marked, nobody else’s', async () => {
  tick()
  await signIn(nurse.nationalId)
  const first = await signIn(pharmacist.nationalId, { userAgent: firefoxOnWindows, bound: true })
  tick()
  const second = await signIn(pharmacist.nationalId)
  const sessions = await listOf(second)
  const site = pharmacist.activities[0]
  assert.deepEqual(
    sessions.map(({ isThis, isDormant, door, browser, system, site: at }) => [
      isThis,
      isDormant,
      door,
      browser,
      system,
      at?.id,
      at?.name,
    ]),
    [
      [true, false, 'ecps', 'other', 'other', site.finess, site.companyName],
      [false, false, 'ecps', 'firefox', 'windows', site.finess, site.companyName],
    ],
  )
  for (const { signedInAt, endsAt } of sessions) {
    assert.equal(Date.parse(endsAt) - Date.parse(signedInAt), 12 * hours * 1000)
  }
  assert.deepEqual(
    (await listOf(first)).map(({ isThis }) => isThis),
    [false, true],
  )
})

test('the place shown is the one that was chosen last, and none before a choice', async () => {
  tick()
  const cookie = await signIn(pharmacistWithTwoSites.nationalId)
  assert.equal((await listOf(cookie))[0]?.site, null)
  const { cookie: chosen } = await signInOverHttp(server.url, {
    nationalId: pharmacistWithTwoSites.nationalId,
    site: pharmacistWithTwoSites.activities[1].finess,
  })
  const mine = (await listOf(chosen)).find(({ isThis }) => isThis)
  assert.equal(mine?.site?.id, pharmacistWithTwoSites.activities[1].finess)
})

test('one of them is ended, in the other process too, and the rest go on; the audit chain says which', async () => {
  tick()
  const lost = await signIn(doctor.nationalId, { bound: true })
  const kept = await signIn(doctor.nationalId)
  const mine = await signIn(doctor.nationalId, { bound: true })
  const sessionId = idOf(await listOf(lost))
  assert.equal((await listOf(mine, other)).length, 3)
  assert.equal((await revoke(mine, { scope: 'one', sessionId })).status, 204)
  assert.equal(await guarded(lost), 'SESSION_REVOKED')
  assert.equal(await guarded(kept), '200')
  assert.equal(await guarded(mine), '200')
  // This process reads the list of revoked sessions for the answer: it shows none that was just ended.
  const left = await listOf(mine, other)
  assert.deepEqual([left.length, left.some((one) => one.sessionId === sessionId)], [2, false])
  assert.equal(await guarded(lost, other), 'SESSION_REVOKED')
  // Pressed twice, it is as before.
  assert.equal((await revoke(mine, { scope: 'one', sessionId })).status, 204)
  const site = doctor.activities[0].finess
  const rows = await database.pools.login`
    select professional_id, door from audit
    where site_id = ${site} and act = 'session.revoked' and subject = ${sessionId}`
  assert.deepEqual(
    rows.map((row) => [row.professional_id, row.door]),
    [
      [doctor.nationalId, 'ecps'],
      [doctor.nationalId, 'ecps'],
    ],
  )
  assert.equal((await checkChain(database.pools.login, site)).ok, true)
})

test('all others at once: only this one is left, and signing in again afterwards is possible', async () => {
  tick()
  const elsewhere = await signIn(doctor.nationalId)
  const mine = await signIn(doctor.nationalId, { bound: true })
  assert.equal((await revoke(mine, { scope: 'elsewhere' })).status, 204)
  assert.equal(await guarded(elsewhere), 'SESSION_REVOKED')
  assert.deepEqual(
    (await listOf(mine)).map(({ isThis }) => isThis),
    [true],
  )
  tick()
  const again = await signIn(doctor.nationalId)
  assert.equal((await listOf(again)).length, 2)
})

test('somebody else’s session, or none, is told SESSION_NOT_LISTED and nothing ends', async () => {
  tick()
  const theirs = await signIn(nurse.nationalId)
  const mine = await signIn(pharmacist.nationalId, { bound: true })
  const sessionId = idOf(await listOf(theirs))
  for (const wrong of [sessionId, 'AAAAAAAAAAAAAAAAAAAAAA', "' or true --"]) {
    const answer = await revoke(mine, { scope: 'one', sessionId: wrong })
    assert.equal(await codeOf(answer), 'SESSION_NOT_LISTED')
  }
  assert.equal(await guarded(theirs), '200')
  for (const body of [{ scope: 'one' }, { scope: 'elsewhere', sessionId }, { scope: 'some' }]) {
    assert.equal(await codeOf(await revoke(mine, body)), 'REQUEST_INVALID')
  }
})

test('ending asks for our own page, listing and ending for a session', async () => {
  tick()
  const mine = await signIn(pharmacist.nationalId, { bound: true })
  const sessionId = idOf(await listOf(mine))
  const foreign = { origin: 'https://mechant.invalid' }
  const answer = await revoke(mine, { scope: 'one', sessionId }, server, foreign)
  assert.equal(await codeOf(answer), 'ORIGIN_REFUSED')
  assert.equal(await codeOf(await ask('')), 'SESSION_MISSING')
  assert.equal(await codeOf(await revoke('', { scope: 'one', sessionId })), 'SESSION_MISSING')
  assert.equal(await guarded(mine), '200')
})

test('who ends the session that asks is signed out in this browser', async () => {
  tick()
  const mine = await signIn(pharmacist.nationalId, { bound: true })
  const answer = await revoke(mine, { scope: 'one', sessionId: idOf(await listOf(mine)) })
  assert.equal(answer.status, 204)
  assert.match(answer.headers.getSetCookie()[0] ?? '', /^sidep-session=; Max-Age=0/)
  assert.equal(await codeOf(await ask(mine)), 'SESSION_REVOKED')
})

test('one that was signed out, and one that was signed over in its browser, are not shown', async () => {
  tick()
  const browser = makeTestBrowser()
  await browser.request(await browser.walkToCallback(server.url, doctor.nationalId))
  const before = `sidep-session=${browser.jar.value('sidep-session')}`
  await browser.request(await browser.walkToCallback(server.url, doctor.nationalId))
  const mine = `sidep-session=${browser.jar.value('sidep-session')}`
  assert.equal(await guarded(before), 'SESSION_REVOKED')
  const leaving = await signIn(doctor.nationalId)
  const left = idOf(await listOf(leaving))
  await fetch(`${server.url}/api/session`, { method: 'DELETE', headers: { cookie: leaving } })
  const ids = (await listOf(mine)).map(({ sessionId }) => sessionId)
  assert.equal(ids.includes(left), false)
  assert.equal(ids.length, new Set(ids).size)
})

test('past its normal life a bound session sleeps, wakes while no door is open, and is gone after three days', async () => {
  tick()
  const sql = database.pools.login
  const slept = await signIn(pharmacist.nationalId, { bound: true })
  const sessionId = idOf(await listOf(slept))
  const unbound = idOf(await listOf(await signIn(pharmacist.nationalId)))
  const move = (seconds: number): void => server.clock.moveSeconds(seconds)
  const shown = async (id: string): Promise<OpenSession | undefined> =>
    (await listOf(await signIn(pharmacist.nationalId))).find((one) => one.sessionId === id)
  move(13 * hours)
  try {
    assert.equal(await shown(unbound), undefined)
    const dormant = await shown(sessionId)
    assert.equal(dormant?.isDormant, true)
    const down = {
      to: 'down',
      reason: 'panne nationale',
      by: 'astreinte',
      endsAt: new Date(server.clock.now().getTime() + 72 * hours * 1000),
    } as const
    const mine = await signIn(pharmacist.nationalId)
    await switchDoor(sql, 'ecps', down, server.clock.now())
    const awake = (await listOf(mine)).find((one) => one.sessionId === sessionId)
    assert.deepEqual([awake?.isDormant, awake?.endsAt], [false, dormant?.endsAt])
    await switchDoor(sql, 'ecps', { ...down, to: 'probes' }, server.clock.now())
    move(60 * hours)
    assert.equal(await shown(sessionId), undefined)
    await sweepListedSessions(sql, server.clock.now())
    const [row] = await sql`select 1 from listed_session where session_id = ${sessionId}`
    assert.equal(row, undefined)
  } finally {
    move(-73 * hours)
  }
})

test('without a list there is no sign-in that its owner could not see', async () => {
  const own = await openTestDatabase()
  const alone = await startLoginServer({ database: own.pools.login })
  try {
    await asOwner(
      own.pools.login,
      (owner) => owner`alter table listed_session rename to listed_session_away`,
    )
    const browser = makeTestBrowser()
    const callback = await browser.walkToCallback(alone.url, pharmacist.nationalId)
    const answer = await browser.request(callback)
    assert.match(answer.headers.get('location') ?? '', /problem=/)
    assert.equal(browser.jar.value('sidep-session'), undefined)
  } finally {
    await alone.close()
    await own.close()
  }
})

test('a sign-in at a counter leaves its network as a keyed hash, once, and no address', async () => {
  const networks = () => database.pools.login<{ network: Uint8Array; address: boolean }[]>`
    select network, position('127.0.0'::bytea in network) > 0 as address from counter_network
    where counter_id = ${device.thumbprint} and site_id = ${pharmacist.activities[0].finess}`
  await signIn(pharmacist.nationalId, { bound: true })
  await signIn(pharmacist.nationalId, { bound: true })
  const [known, ...others] = await networks()
  assert.equal(others.length, 0)
  assert.equal(known?.network.length, 32)
  assert.equal(known.address, false)
})
