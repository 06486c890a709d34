/** Sessions bound to a device, their renewal, their end everywhere: as two processes of one portal see them. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RenewalStart, SessionView } from '@sidep/contracts'
import { demoPeople, signInOverHttp } from '@sidep/dev'
import { checkChain } from '../audit/check.ts'
import type { OpenDatabase } from '../platform/database.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import { switchDoor } from './door-switch.ts'
import {
  actHeaders,
  type LoginServer,
  makeTestBrowser,
  makeTestDevice,
  startLoginServer,
  type TestDevice,
  until,
} from './testing.ts'

let database: OpenDatabase
let server: LoginServer
/** Another process of the same portal. */
let other: LoginServer
let device: TestDevice

before(async () => {
  database = await openTestDatabase()
  server = await startLoginServer({ database: database.pools.login })
  other = await startLoginServer({ database: database.pools.login, beside: server })
  device = await makeTestDevice()
})
after(async () => {
  await other.close()
  await server.close()
  await database.close()
})

const { pharmacist, nurse, doctor } = demoPeople
const hours = 3_600

const codeOf = async (response: Response): Promise<string> => {
  if (response.status < 400) return String(response.status)
  return ((await response.json()) as { code: string }).code
}

const cookieOf = (response: Response): string => {
  const line = response.headers.getSetCookie().find((text) => text.startsWith('sidep-session='))
  return line?.split(';')[0] ?? ''
}

/** Signs in through the redirect for a device. */
const signIn = async (
  nationalId: string,
  thumbprint: string = device.thumbprint,
): Promise<{ cookie: string; session: SessionView }> => {
  const browser = makeTestBrowser()
  const query = `?return=/pro/&device=${thumbprint}`
  const callback = await browser.walkToCallback(server.url, nationalId, 'confirm', query)
  await browser.request(callback)
  const cookie = `sidep-session=${browser.jar.value('sidep-session')}`
  const view = await fetch(`${server.url}/api/session`, { headers: { cookie } })
  return { cookie, session: (await view.json()) as SessionView }
}

const guarded = (cookie: string, at: LoginServer = server): Promise<string> =>
  fetch(`${at.url}/guarded/site`, { headers: { cookie } }).then(codeOf)

const send = async (
  method: string,
  path: string,
  cookie: string,
  input?: unknown,
  at: LoginServer = server,
): Promise<Response> => {
  const body = input === undefined ? undefined : JSON.stringify(input)
  const now = server.clock.now()
  const request = { method, path, ...(body === undefined ? {} : { body }) }
  return fetch(`${at.url}${path}`, {
    method,
    headers: {
      cookie,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(await actHeaders(device, { portal: server.url, cookie, at: now, ...request })),
    },
    ...(body === undefined ? {} : { body }),
  })
}

const renew = (cookie: string, proof: string, at: LoginServer = server): Promise<Response> =>
  send('POST', '/api/session/renewal', cookie, { proof }, at)

const statement = (
  session: SessionView,
  changes: Partial<{ aud: string; sid: string; at: Date; jti: string }> = {},
) => ({
  aud: server.url,
  sid: session.sessionId ?? '',
  at: server.clock.now(),
  ...changes,
})

/** Moves the clock for one piece of work, and back. */
const later = async (seconds: number, work: () => Promise<void>): Promise<void> => {
  server.clock.moveSeconds(seconds)
  try {
    await work()
  } finally {
    server.clock.moveSeconds(-seconds)
  }
}

test('a session asked for by a device is bound to it, and its acts name the counter', async () => {
  const { session } = await signIn(pharmacist.nationalId)
  assert.equal(session.device, device.thumbprint)
  const life = Date.parse(session.renewBy ?? '') - Date.parse(session.signedInAt)
  assert.equal(life, 20 * 60_000)
  assert.equal(Date.parse(session.expiresAt) - Date.parse(session.signedInAt), 12 * hours * 1000)
  const [row] = await database.pools.login`
    select counter_id from audit where act = 'session.opened' and subject = ${session.sessionId ?? ''}`
  assert.equal(row?.counter_id, device.thumbprint)
})

test('a bound session is renewed by its device, and works for twenty minutes more each time', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  await later(15 * 60, async () => {
    const answer = await renew(cookie, await device.prove(statement(session)))
    assert.equal(answer.status, 200)
    const renewed = (await answer.json()) as SessionView
    assert.equal(renewed.sessionId, session.sessionId)
    assert.equal(renewed.signedInAt, session.signedInAt)
    assert.equal(renewed.extended, false)
    await later(19 * 60, async () => {
      assert.equal(await guarded(cookieOf(answer)), '200')
      assert.equal(await guarded(cookie), 'SESSION_RENEWAL_DUE')
    })
  })
})

test('after a night the device brings its session back, if it is not twelve hours old', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  await later(11 * hours, async () => {
    assert.equal(await guarded(cookie), 'SESSION_RENEWAL_DUE')
    // A page that has forgotten what to sign asks.
    const start = await fetch(`${server.url}/api/session/renewal`, { headers: { cookie } })
    const { sessionId, serverTime } = (await start.json()) as RenewalStart
    assert.equal(sessionId, session.sessionId)
    const at = new Date(serverTime)
    const answer = await renew(cookie, await device.prove(statement(session, { at })))
    assert.equal(answer.status, 200)
    assert.equal(await guarded(cookieOf(answer)), '200')
  })
  await later(12 * hours, async () => {
    const answer = await renew(cookie, await device.prove(statement(session)))
    assert.equal(await codeOf(answer), 'SESSION_EXPIRED')
  })
})

test('a cookie copied to another device works until it is due, and that device cannot renew it', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  const thief = await makeTestDevice()
  assert.equal(
    await codeOf(await renew(cookie, await thief.prove(statement(session)))),
    'SESSION_PROOF_INVALID',
  )
  await later(20 * 60, async () => {
    assert.equal(await guarded(cookie), 'SESSION_RENEWAL_DUE')
    assert.equal(
      await codeOf(await renew(cookie, await thief.prove(statement(session)))),
      'SESSION_PROOF_INVALID',
    )
  })
})

test('a statement of another session, portal, time, kind or key renews nothing', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  const another = await signIn(nurse.nationalId)
  const minutesOff = (minutes: number) => new Date(server.clock.now().getTime() + minutes * 60_000)
  const thief = await makeTestDevice()
  const cases: readonly [string, string][] = [
    [await device.prove(statement(another.session)), 'SESSION_PROOF_INVALID'],
    [
      await device.prove(statement(session, { aud: 'https://autre.invalid' })),
      'SESSION_PROOF_INVALID',
    ],
    [await device.prove(statement(session, { at: minutesOff(-2) })), 'SESSION_PROOF_STALE'],
    [await device.prove(statement(session, { at: minutesOff(2) })), 'SESSION_PROOF_STALE'],
    [await device.prove(statement(session, { jti: 'short' })), 'SESSION_PROOF_INVALID'],
    [await device.prove(statement(session), { typ: 'dpop+jwt' }), 'SESSION_PROOF_INVALID'],
    [await device.prove(statement(session), { jwk: undefined }), 'SESSION_PROOF_INVALID'],
    [
      await thief.prove(statement(session), {
        jwk: JSON.parse(
          Buffer.from(
            (await device.prove(statement(session))).split('.')[0] ?? '',
            'base64url',
          ).toString(),
        ).jwk,
      }),
      'SESSION_PROOF_INVALID',
    ],
    [`${'x'.repeat(120)}`, 'SESSION_PROOF_INVALID'],
  ]
  for (const [proof, code] of cases) assert.equal(await codeOf(await renew(cookie, proof)), code)
})

test('a statement said again is refused, and in another process gives no minute more', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  const proof = await device.prove(statement(session))
  const first = (await (await renew(cookie, proof)).json()) as SessionView
  assert.equal(await codeOf(await renew(cookie, proof)), 'SESSION_PROOF_INVALID')
  await later(50, async () => {
    const elsewhere = (await (await renew(cookie, proof, other)).json()) as SessionView
    assert.equal(elsewhere.renewBy, first.renewBy)
  })
})

test('a session without a device lives its twelve hours and is not renewed', async () => {
  const { cookie, session } = await signInOverHttp(server.url, {
    nationalId: pharmacist.nationalId,
  })
  assert.equal(session.device, null)
  const answer = await renew(cookie, await device.prove(statement(session)))
  assert.equal(await codeOf(answer), 'SESSION_NOT_BOUND')
  await later(12 * hours - 30, async () => assert.equal(await guarded(cookie), '200'))
  await later(12 * hours, async () => assert.equal(await guarded(cookie), 'SESSION_EXPIRED'))
})

test('a link from elsewhere cannot bind a session to a stranger’s device', async () => {
  const browser = makeTestBrowser()
  const start = await browser.request(`${server.url}/login/ecps?device=${device.thumbprint}`, {
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  const authorization = new URL(start.headers.get('location') ?? '')
  await browser.request(await browser.answerProvider(authorization, pharmacist.nationalId))
  const view = await browser.request(`${server.url}/api/session`)
  assert.equal(((await view.json()) as SessionView).device, null)
})

test('a cookie stolen before the sign-out is worth nothing after it, in any process, nor is its renewal', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  assert.equal(await guarded(cookie, other), '200')
  assert.equal((await send('DELETE', '/api/session', cookie)).status, 204)
  assert.equal(await guarded(cookie), 'SESSION_REVOKED')
  const proof = await device.prove(statement(session))
  assert.equal(await codeOf(await renew(cookie, proof, other)), 'SESSION_REVOKED')
  await until(async () => (await guarded(cookie, other)) === 'SESSION_REVOKED')
})

test('the cookie alone ends its copies and not the session: the device goes on, and its booklet with it', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  const withCookieAlone = (at: LoginServer = server): Promise<Response> =>
    fetch(`${at.url}/api/session`, { method: 'DELETE', headers: { cookie, origin: server.url } })
  const signOut = await withCookieAlone()
  assert.equal(signOut.status, 204)
  assert.match(signOut.headers.getSetCookie().join(), /sidep-session=;/)
  assert.equal(await guarded(cookie), 'SESSION_RENEWAL_DUE')
  await until(async () => (await guarded(cookie, other)) === 'SESSION_RENEWAL_DUE')
  assert.equal(await codeOf(await send('GET', '/api/session/open', cookie)), 'SESSION_RENEWAL_DUE')

  server.clock.moveSeconds(1)
  const renewed = cookieOf(await renew(cookie, await device.prove(statement(session)), other))
  assert.equal(await guarded(renewed), '200')
  // Said again with the copy it ends nothing more: whoever has it cannot keep the counter busy renewing.
  server.clock.moveSeconds(1)
  assert.equal((await withCookieAlone()).status, 204)
  assert.equal((await withCookieAlone(other)).status, 204)
  assert.equal(await guarded(renewed), '200')
  const acts = await database.pools.login`
    select act from audit where subject = ${session.sessionId ?? ''} and act like 'session.%' order by at, sequence`
  assert.deepEqual(
    acts.map(({ act }) => act),
    ['session.opened', 'session.token-ended'],
  )
})

test('a sign-out that another key signed is refused, and ends nothing', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  const act = { ...statement(session), method: 'DELETE', path: '/api/session' }
  const stolen = await (await makeTestDevice()).signAct(act)
  const yesterday = await device.signAct({ ...act, at: new Date(act.at.getTime() - 86_400_000) })
  for (const [headers, code] of [
    [stolen, 'SESSION_PROOF_INVALID'],
    [yesterday, 'SESSION_PROOF_STALE'],
  ] as const) {
    const answer = await fetch(`${server.url}/api/session`, {
      method: 'DELETE',
      headers: { cookie, origin: server.url, ...headers },
    })
    assert.equal(await codeOf(answer), code)
  }
  assert.equal(await guarded(cookie), '200')
})

test('a session that is bound to no device is ended by its cookie', async () => {
  const browser = makeTestBrowser()
  await browser.request(await browser.walkToCallback(server.url, pharmacist.nationalId))
  const cookie = `sidep-session=${browser.jar.value('sidep-session')}`
  assert.equal((await send('DELETE', '/api/session', cookie)).status, 204)
  assert.equal(await guarded(cookie), 'SESSION_REVOKED')
})

test('who signs in again in a browser ends the session it had before, wherever its cookie went', async () => {
  const { cookie: before } = await signIn(pharmacist.nationalId)
  const browser = makeTestBrowser()
  const callback = await browser.walkToCallback(server.url, nurse.nationalId)
  await browser.request(callback, {
    headers: { cookie: `${browser.jar.header(callback)}; ${before}` },
  })
  assert.equal(await guarded(before), 'SESSION_REVOKED')
  assert.equal(await guarded(`sidep-session=${browser.jar.value('sidep-session')}`), '200')
})

test('a session due for renewal can still be signed out', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  await later(30 * 60, async () => {
    assert.equal((await send('DELETE', '/api/session', cookie)).status, 204)
    const answer = await renew(cookie, await device.prove(statement(session)))
    assert.equal(await codeOf(answer), 'SESSION_REVOKED')
  })
})

test('a professional ends their sessions elsewhere and keeps the one they ask from; or all', async () => {
  const stolen = await signIn(doctor.nationalId)
  const mine = await signIn(doctor.nationalId)
  const somebody = await signIn(pharmacist.nationalId)
  const elsewhere = await send('POST', '/api/session/revocations', mine.cookie, {
    scope: 'elsewhere',
  })
  assert.equal(elsewhere.status, 204)
  assert.equal(await guarded(stolen.cookie), 'SESSION_REVOKED')
  await until(async () => (await guarded(stolen.cookie, other)) === 'SESSION_REVOKED')
  assert.equal(await guarded(mine.cookie), '200')
  assert.equal(await guarded(mine.cookie, other), '200')
  assert.equal(await guarded(somebody.cookie, other), '200')
  server.clock.moveSeconds(2)
  const everywhere = await send('POST', '/api/session/revocations', mine.cookie, {
    scope: 'everywhere',
  })
  assert.equal(everywhere.status, 204)
  assert.equal(await guarded(mine.cookie), 'SESSION_REVOKED')
  // Who signs in again afterwards is in.
  server.clock.moveSeconds(2)
  assert.equal(await guarded((await signIn(doctor.nationalId)).cookie), '200')
})

test('revoking asks for our own page and a session', async () => {
  const { cookie } = await signIn(pharmacist.nationalId)
  const foreign = await fetch(`${server.url}/api/session/revocations`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', origin: 'https://mechant.invalid' },
    body: JSON.stringify({ scope: 'everywhere' }),
  })
  assert.equal(await codeOf(foreign), 'ORIGIN_REFUSED')
  const nobody = await send('POST', '/api/session/revocations', '', { scope: 'everywhere' })
  assert.equal(await codeOf(nobody), 'SESSION_MISSING')
  assert.equal(await guarded(cookie), '200')
})

test('past twelve hours a session goes on only while every door is down, to seventy-two at most, and its acts say so', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  const sql = database.pools.login
  const siteId = session.site?.id ?? ''
  const attempt = async () => renew(cookie, await device.prove(statement(session)))
  await later(13 * hours, async () => {
    assert.equal(await codeOf(await attempt()), 'SESSION_EXPIRED')
    await switchDoor(
      sql,
      'ecps',
      {
        to: 'down',
        reason: 'panne nationale',
        by: 'astreinte',
        endsAt: new Date(server.clock.now().getTime() + 100 * hours * 1000),
      },
      server.clock.now(),
    )
    const answer = await attempt()
    assert.equal(answer.status, 200)
    const extended = (await answer.json()) as SessionView
    assert.equal(extended.extended, true)
    assert.equal(await guarded(cookieOf(answer)), '200')
    const site = extended.site?.id ?? ''
    const chosen = await send('POST', '/api/session/site', cookieOf(answer), { site })
    assert.equal(chosen.status, 200)
  })
  const rows = await sql`select act, extended from audit
    where site_id = ${siteId} and extended order by sequence`
  assert.deepEqual(
    rows.map(({ act }) => act),
    ['session.extended', 'session.site-chosen'],
  )
  assert.equal((await checkChain(sql, siteId)).ok, true)
  await later(72 * hours - 120, async () => assert.equal((await attempt()).status, 200))
  await later(72 * hours, async () =>
    assert.equal(await codeOf(await attempt()), 'SESSION_EXPIRED'),
  )
  const back = { to: 'probes', reason: 'rétabli', by: 'astreinte', endsAt: new Date(0) } as const
  await switchDoor(sql, 'ecps', back, server.clock.now())
  await later(14 * hours, async () => {
    assert.equal(await codeOf(await attempt()), 'SESSION_EXPIRED')
  })
})

test('while one process still finds a door up, no session is extended', async () => {
  const { cookie, session } = await signIn(pharmacist.nationalId)
  const attempt = async () => renew(cookie, await device.prove(statement(session)))
  const own = await startLoginServer({
    database: database.pools.login,
    beside: server,
    dependencies: {
      pace: {
        failuresMax: 2,
        unreachedMax: 1,
        trialsMin: 1,
        probeMilliseconds: 100,
        probeMillisecondsInUse: 100,
        probeMillisecondsMin: 50,
        probeMillisecondsMax: 100,
      },
    },
  })
  try {
    server.clock.moveSeconds(13 * hours)
    // The two patient processes go on saying that it is up: then it is not down for everybody.
    server.provider.setFault({ kind: 'down' })
    await until(async () => {
      const doors = await fetch(`${own.url}/api/doors`)
      return (await doors.text()).includes('"down"')
    })
    assert.equal(await codeOf(await attempt()), 'SESSION_EXPIRED')
  } finally {
    server.clock.moveSeconds(-13 * hours)
    server.provider.setFault({ kind: 'none' })
    await own.close()
  }
})

test('when all probes find every door down a session is extended, and no longer once one is back', async () => {
  const own = await openTestDatabase()
  const quick = {
    failuresMax: 2,
    unreachedMax: 1,
    trialsMin: 1,
    probeMilliseconds: 100,
    probeMillisecondsInUse: 100,
    probeMillisecondsMin: 50,
    probeMillisecondsMax: 100,
  }
  const alone = await startLoginServer({ database: own.pools.login, dependencies: { pace: quick } })
  try {
    const browser = makeTestBrowser()
    const query = `?return=/pro/&device=${device.thumbprint}`
    await browser.request(
      await browser.walkToCallback(alone.url, pharmacist.nationalId, 'confirm', query),
    )
    const cookie = `sidep-session=${browser.jar.value('sidep-session')}`
    const view = await fetch(`${alone.url}/api/session`, { headers: { cookie } })
    const { sessionId = '' } = (await view.json()) as SessionView
    alone.clock.moveSeconds(13 * hours)
    const attempt = async (): Promise<string> => {
      const proof = await device.prove({ aud: alone.url, sid: sessionId, at: alone.clock.now() })
      return codeOf(await renew(cookie, proof, alone))
    }
    assert.equal(await attempt(), 'SESSION_EXPIRED')
    alone.provider.setFault({ kind: 'down' })
    await until(async () => (await attempt()) === '200')
    alone.provider.setFault({ kind: 'none' })
    await until(async () => (await attempt()) === 'SESSION_EXPIRED')
  } finally {
    await alone.close()
    await own.close()
  }
})
