/** Walks over the authorization matrix: each endpoint has a row, and keeps it for each role. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { isInSession, operatorRoles, routes } from '@sidep/contracts'
import { type AuthorizationRule, authorizationMatrix } from '@sidep/contracts/openapi'
import {
  clusterOfFile,
  type Reply,
  type SendOptions,
  type TestPortal,
  testSites,
} from './platform/testing.ts'

/** One without a door: where every door is known to be down, some acts do not wait for a fresh sign-in. */
let doorless: TestPortal
const cluster = await clusterOfFile()
const portal = await cluster.portal({
  environment: {
    ECPS_ISSUER: 'http://127.0.0.1:9',
    ECPS_CLIENT_ID: 'portal',
    ECPS_CLIENT_SECRET: 'secret',
  },
})
/** Of the ordinary session of these tests, so that it is refused for nothing but what each of them is about. */
const everyRole = async ({ sql, clock }: TestPortal): Promise<void> => {
  for (const role of operatorRoles)
    await sql`insert into operator (person_id, role, reason, added_by, added_at)
      values ('810003456789', ${role}, 'essai', 'essai', ${clock.now()})`
}
before(async () => {
  doorless = await cluster.portal()
  await everyRole(portal)
  await everyRole(doorless)
  for (const [index, role] of operatorRoles.entries())
    await portal.sql`insert into operator (person_id, role, reason, added_by, added_at)
      values (${personWith(index)}, ${role}, 'essai', 'essai', ${portal.clock.now()})`
})
const personWith = (index: number): string => `89970007500${index}`

const knownId = '0192a5b0-0000-7000-8000-000000000001'
const rows = Object.entries(authorizationMatrix).map(([endpoint, row]) => {
  const [method = '', path = ''] = endpoint.split(' ')
  return {
    endpoint,
    method,
    path: path.replace(':id', knownId),
    row,
  }
})

const ofPortal = rows.filter(({ row }) => row.at === undefined)
/** Without a card authority there is no card door in this portal. */
const isOfCardDoor = (path: string): boolean => path.startsWith(routes.loginCard)

const reason = 'stolen'
/** What each takes, so that it is refused for who asks and not for what is asked. */
const bodies: Readonly<Record<string, unknown>> = {
  [routes.sessionSite]: { site: testSites.parvis.id },
  [routes.sessionRenewal]: { proof: 'x'.repeat(100) },
  [routes.sessionRevocations]: { scope: 'elsewhere' },
  [routes.delegations]: {
    staffId: '899790000015',
    staffName: 'Personne de test',
    endsAt: '2021-08-14T20:00:00Z',
  },
  [routes.booklets]: { counterKey: { x: `${'A'.repeat(43)}=`, y: `${'A'.repeat(43)}=` } },
  [routes.bookletWithdrawals]: { reason },
  [routes.heartbeats]: { offline: null, numbersUsed: 0, waiting: 0, lostSignIns: [] },
  [routes.slips]: { count: 1 },
  [routes.slipCancellations]: { reason },
  [routes.screeningSearch]: { text: 'a' },
  [routes.likelyDuplicates]: { screenings: [] },
  [routes.screeningCorrections.replace(':id', knownId)]: {
    id: knownId,
    replaces: 1,
    reason: 'time',
    screening: {
      person: { familyName: 'ESSAI', firstNames: 'Ada', birthDate: '1980-01-01', sex: 'F' },
      device: '1232',
      sampledAt: '2021-08-13T15:20:00+02:00',
    },
  },
  [routes.vendorRequests]: { userCode: 'BCDF-GHJK' },
  [routes.vendorDecision]: { userCode: 'BCDF-GHJK', decision: 'accept' },
  [routes.operationsPreviews]: { of: 'door', door: 'ecps' },
  [routes.operationsDoors]: { door: 'ecps', to: 'down', hours: 1, reason: 'essai' },
  [routes.operationsFeeds]: { feed: 'tracing', to: 'running', reason: 'essai' },
  [routes.operationsIncidents]: { kind: 'take', incident: '2021-08-13/1', reason: 'essai' },
  [routes.operationsWithdrawals]: {
    papers: 'slips',
    site: testSites.ajaccio.id,
    why: 'lost',
    reason: 'essai',
  },
  [routes.operationsSuspensions]: { professional: '899700075130', to: 'lifted', reason: 'essai' },
  [routes.operationsRevocations]: {
    professional: '899700075130',
    since: '2021-08-13T12:00:00+02:00',
    certificates: 0,
    reason: 'essai',
  },
  [routes.operationsNotices]: {
    accepts: ['slip'],
    sites: [],
    from: '2021-08-13T15:30:00+02:00',
    until: '2021-08-14T15:30:00+02:00',
    fr: 'Essai',
    en: 'Test',
    reason: 'essai',
  },
  [routes.operationsNoticeSignatures]: { notice: 'AT-2021-08-13-9', reason: 'essai' },
  [routes.operationsNoticeWithdrawals]: { notice: 'AT-2021-08-13-9', reason: 'essai' },
  [routes.operationsFraudClosures]: { professional: '899700075130', reason: 'essai' },
  [routes.screeningWithdrawal.replace(':id', knownId)]: {
    id: knownId,
    replaces: 1,
    reason: 'other',
  },
}
const send = (
  method: string,
  path: string,
  options: SendOptions,
  to: TestPortal = portal,
): Promise<Reply> =>
  to.send(method, path, method === 'POST' ? (bodies[path] ?? {}) : undefined, options)

/** What no session, or one that may not, is told. */
const refusals = new Set([401, 403])
const needsSession = ({ access }: AuthorizationRule): boolean => isInSession(access)

test('every endpoint of the contract is served, and no method besides at its path', async () => {
  const byPath = Map.groupBy(ofPortal, ({ path }) => path)
  for (const [path, all] of byPath) {
    if (isOfCardDoor(path)) continue
    const { status, headers } = await portal.send('PATCH', path)
    assert.equal(status, 405, path)
    const served = (headers.get('allow') ?? '').split(', ').filter((method) => method !== 'HEAD')
    assert.deepEqual(served.sort(), all.map(({ method }) => method).sort(), path)
  }
})

for (const { endpoint, method, path, row } of ofPortal) {
  if (isOfCardDoor(path)) continue
  if (!needsSession(row)) {
    test(`${endpoint} asks nobody for a session`, async () => {
      const { status } = await send(method, path, { cookie: null, signer: null })
      assert.ok(status !== 401, String(status))
    })
    if (row.access === 'gateway')
      test(`${endpoint} is refused without the gateway’s secret, whoever is signed in`, async () => {
        for (const cookie of [null, await portal.cookieAt(testSites.parvis)])
          assert.equal((await send(method, path, { cookie, signer: null })).code, 'GATEWAY_REFUSED')
      })
    continue
  }

  test(`${endpoint} is refused without a session, with a forged one and from another page`, async () => {
    const nobody = await send(method, path, { cookie: null, signer: null })
    assert.deepEqual([nobody.status, nobody.code], [401, 'SESSION_MISSING'])
    const forged = await send(method, path, { cookie: 'sidep-session=forged', signer: null })
    assert.equal(forged.status, 401)
    if (method === 'GET') return
    const elsewhere = await send(method, path, { headers: { origin: 'https://evil.example' } })
    assert.deepEqual([elsewhere.status, elsewhere.code], [403, 'ORIGIN_REFUSED'])
  })

  if (row.access === 'site') {
    test(`${endpoint} is refused to a session that has chosen no site`, async () => {
      const { cookie, signer } = await portal.signInAt(null)
      const { status, code } = await send(method, path, { cookie, signer })
      assert.ok(refusals.has(status) || status === 409, `${status} ${code}`)
    })
  }

  if (row.access === 'operator') {
    test(`${endpoint} is refused to everybody in operations but ${row.roles?.join(', ')}`, async () => {
      const professional = await portal.signInAt(testSites.parvis, {
        professionalId: '899700075122',
      })
      assert.equal((await send(method, path, professional)).code, 'ROLE_REQUIRED')
      for (const [index, role] of operatorRoles.entries()) {
        const { cookie, signer } = await portal.signInAt(null, {
          professionalId: personWith(index),
        })
        if (path === routes.operationsStream && row.roles?.includes(role)) continue
        const { code } = await send(method, path, { cookie, signer })
        assert.equal(code === 'ROLE_REQUIRED', row.roles?.includes(role) !== true, role)
      }
    })
  }

  if (row.weight !== undefined) {
    test(`${endpoint} is refused to a copied cookie: the device signs it`, async () => {
      const { cookie } = await portal.signInAt(testSites.parvis)
      const copied = await send(method, path, { cookie, signer: null })
      assert.ok(refusals.has(copied.status), `${copied.status} ${copied.code}`)
      assert.equal(copied.code, 'SESSION_PROOF_MISSING')
      const unbound = await send(method, path, {
        cookie: await portal.cookieAt(testSites.parvis),
        signer: null,
      })
      assert.equal(unbound.code, 'DEVICE_KEY_REQUIRED')
    })
  }

  if (row.weight !== undefined && row.weight !== 'signed') {
    test(`${endpoint} is refused after a sign-in that is not fresh`, async () => {
      const signedInAt = new Date(doorless.clock.now().getTime() - 2 * 3_600_000)
      const { cookie, signer } = await doorless.signInAt(testSites.parvis, { signedInAt })
      const { code } = await send(method, path, { cookie, signer }, doorless)
      assert.equal(code, 'FRESH_SIGN_IN_REQUIRED')
    })
  }

  if (row.responsibleOnly === true) {
    test(`${endpoint} is refused to staff`, async () => {
      const { parvis } = testSites
      const responsible = {
        id: '899700075122',
        familyName: 'DURAND',
        firstNames: 'Dominique',
        profession: '21',
      }
      const endsAt = new Date(portal.clock.now().getTime() + 3_600_000)
      const delegation = {
        id: '017b3f50-0000-7000-8000-000000000001',
        endsAt,
        site: parvis,
        responsible,
      }
      const { cookie, signer } = await portal.signInAt(parvis, { delegation })
      const { status, code } = await send(method, path, { cookie, signer })
      assert.ok(refusals.has(status), `${status} ${code}`)
    })
  }
}
