/**
 * What a copied session cookie is worth: with any key but the device's own it grants, withdraws and ends nothing. Every
 * route that changes something stands in the table below; a new one without a decision fails here.
 */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { operatorRoles, operatorRoutes } from '@sidep/contracts'
import { bytesToBase64 } from '@sidep/encoding'
import {
  clusterOfFile,
  type Reply,
  type SendOptions,
  type SignedIn,
  testSites,
} from '../platform/testing.ts'
import { makeTestDevice, type TestDevice } from './test-device.ts'

/** The pharmacist at their counter. */
let mine: SignedIn
/** A key of the thief's own. */
let thief: TestDevice
const cluster = await clusterOfFile()
const portal = await cluster.portal()
before(async () => {
  // So that operations refuse these for the same as everybody: they are in all roles.
  for (const id of ['810003456789', '899700075122'])
    for (const role of operatorRoles)
      await portal.sql`insert into operator (person_id, role, reason, added_by, added_at)
        values (${id}, ${role}, 'essai', 'essai', ${portal.clock.now()})`
  mine = await portal.signInAt(testSites.parvis)
  thief = await makeTestDevice()
})

/**
 * What each route that changes something asks for: `public` no session; `session` the cookie, because it records, brings in or
 * ends one's own; `proof` a statement of its own kind; the others as platform/act.ts says.
 */
const decisions: Readonly<Record<string, string>> = {
  'DELETE /api/session': 'session',
  'POST /api/session/site': 'session',
  'POST /api/session/renewal': 'proof',
  'POST /api/session/revocations': 'fresh-if-possible',
  'POST /api/delegations': 'fresh',
  'DELETE /api/delegations/{id}': 'fresh-if-possible',
  'POST /api/booklets': 'signed',
  'POST /api/booklets/withdrawals': 'fresh-if-possible',
  'POST /api/counter/heartbeats': 'session',
  'POST /api/slips': 'signed',
  'POST /api/slips/cancellations': 'fresh-if-possible',
  'POST /api/site/notices/{id}/undoing': 'fresh',
  'POST /api/screenings': 'session',
  'POST /api/screenings/batch': 'session',
  'POST /api/screenings/search': 'session',
  'POST /api/screenings/{id}/result': 'session',
  'POST /api/screenings/{id}/confirmation': 'signed',
  'POST /api/screenings/{id}/corrections': 'signed',
  'POST /api/screenings/{id}/withdrawal': 'signed',
  'POST /api/screenings/{id}/notifications': 'session',
  'POST /api/reconciliations': 'session',
  'POST /api/reconciliations/duplicates': 'session',
  // It only counts.
  'POST /api/operations/previews': 'session',
  'POST /api/operations/doors': 'fresh-if-possible',
  'POST /api/operations/feeds': 'fresh-if-possible',
  'POST /api/operations/incidents': 'signed',
  'POST /api/operations/withdrawals': 'fresh-if-possible',
  'POST /api/operations/suspensions': 'fresh-if-possible',
  'POST /api/operations/revocations': 'fresh-if-possible',
  'POST /api/operations/notices': 'signed',
  'POST /api/operations/notices/signatures': 'fresh-if-possible',
  'POST /api/operations/notices/withdrawals': 'fresh-if-possible',
  'POST /api/operations/fraud/closures': 'signed',
  // It only shows who asks; wrong codes are counted.
  'POST /api/vendor-requests': 'session',
  'POST /api/vendor-requests/decision': 'fresh',
  'DELETE /api/vendor-delegations/{id}': 'fresh-if-possible',
  // On the vendors' port, where no cookie is read.
  'POST /api/vendors/token': 'public',
  'POST /api/vendors/pairings': 'public',
  'POST /api/vendors/revocation': 'public',
  'POST /api/vendors/webhook': 'public',
  'DELETE /api/vendors/webhook': 'public',
  'POST /api/vendors/webhook/replays': 'public',
  'POST /login/card': 'public',
  'POST /login/ecps/backchannel': 'public',
  'POST /login/ecps/backchannel/poll': 'public',
  'POST /login/ecps/backchannel/cancellation': 'public',
  'POST /login/ecps/backchannel-logout': 'public',
  'POST /api/waiting-room': 'public',
  'POST /attente/': 'public',
  // The gateway's own token, which no cookie stands for.
  'POST /api/messages/receipts': 'public',
  // Browsers send it without cookies, and it changes nothing but a count.
  'POST /csp-reports': 'public',
  'POST /api/retrieval': 'public',
  'POST /api/retrieval/recovery': 'public',
  'POST /api/retrieval/unlock': 'public',
  'POST /api/retrieval/renewal': 'public',
}

const makeKey = async () => {
  const { publicKey } = await crypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['sign', 'verify'],
  )
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))
  return { x: bytesToBase64(raw.slice(1, 33)), y: bytesToBase64(raw.slice(33)) }
}
const counterKey = await makeKey()
const id = '017b3f50-0000-7000-8000-000000000001'

/** Sound requests of every act that needs more than a session. */
const acts: readonly { readonly route: string; readonly path: string; readonly body?: unknown }[] =
  [
    { route: 'POST /api/booklets', path: '/api/booklets', body: { counterKey } },
    {
      route: 'POST /api/booklets/withdrawals',
      path: '/api/booklets/withdrawals',
      body: { reason: 'lost' },
    },
    {
      route: 'POST /api/screenings/{id}/confirmation',
      path: `/api/screenings/${id}/confirmation`,
      body: {},
    },
    {
      route: 'POST /api/screenings/{id}/corrections',
      path: `/api/screenings/${id}/corrections`,
      body: {
        id,
        replaces: 1,
        reason: 'time',
        screening: {
          person: { familyName: 'ESSAI', firstNames: 'Ada', birthDate: '1980-01-01', sex: 'F' },
          device: '1232',
          sampledAt: '2021-08-13T15:20:00+02:00',
        },
      },
    },
    {
      route: 'POST /api/screenings/{id}/withdrawal',
      path: `/api/screenings/${id}/withdrawal`,
      body: { id, replaces: 1, reason: 'other' },
    },
    { route: 'POST /api/slips', path: '/api/slips', body: { count: 4 } },
    {
      route: 'POST /api/slips/cancellations',
      path: '/api/slips/cancellations',
      body: { reason: 'lost' },
    },
    {
      route: 'POST /api/site/notices/{id}/undoing',
      path: `/api/site/notices/${id}/undoing`,
      body: {},
    },
    {
      route: 'POST /api/delegations',
      path: '/api/delegations',
      body: {
        staffId: '899700075122',
        staffName: 'Noé',
        endsAt: '2021-08-14T15:30:00+02:00',
      },
    },
    { route: 'DELETE /api/delegations/{id}', path: `/api/delegations/${id}` },
    {
      route: 'POST /api/operations/doors',
      path: '/api/operations/doors',
      body: { door: 'ecps', to: 'down', hours: 1, reason: 'essai' },
    },
    {
      route: 'POST /api/operations/feeds',
      path: '/api/operations/feeds',
      body: { feed: 'tracing', to: 'paused', reason: 'essai' },
    },
    {
      route: 'POST /api/operations/incidents',
      path: '/api/operations/incidents',
      body: { kind: 'take', incident: '2021-08-13/1', reason: 'essai' },
    },
    {
      route: 'POST /api/operations/withdrawals',
      path: '/api/operations/withdrawals',
      body: { papers: 'slips', site: testSites.ajaccio.id, why: 'lost', reason: 'essai' },
    },
    {
      route: 'POST /api/operations/suspensions',
      path: '/api/operations/suspensions',
      body: { professional: '899700075130', to: 'lifted', reason: 'essai' },
    },
    {
      route: 'POST /api/operations/revocations',
      path: '/api/operations/revocations',
      body: {
        professional: '899700075130',
        since: '2021-08-13T12:00:00+02:00',
        certificates: 0,
        reason: 'essai',
      },
    },
    {
      route: 'POST /api/operations/notices',
      path: '/api/operations/notices',
      body: {
        accepts: ['slip'],
        sites: [],
        from: '2021-08-13T15:30:00+02:00',
        until: '2021-08-14T15:30:00+02:00',
        fr: 'Essai',
        en: 'Test',
        reason: 'essai',
      },
    },
    {
      route: 'POST /api/operations/notices/signatures',
      path: '/api/operations/notices/signatures',
      body: { notice: 'AT-2021-08-13-9', reason: 'essai' },
    },
    {
      route: 'POST /api/operations/notices/withdrawals',
      path: '/api/operations/notices/withdrawals',
      body: { notice: 'AT-2021-08-13-9', reason: 'essai' },
    },
    {
      route: 'POST /api/operations/fraud/closures',
      path: '/api/operations/fraud/closures',
      body: { professional: '899700075130', reason: 'essai' },
    },
    {
      route: 'POST /api/vendor-requests/decision',
      path: '/api/vendor-requests/decision',
      body: { userCode: 'BCDF-GHJK', decision: 'accept' },
    },
    { route: 'DELETE /api/vendor-delegations/{id}', path: `/api/vendor-delegations/${id}` },
    {
      route: 'POST /api/session/revocations',
      path: '/api/session/revocations',
      body: { scope: 'elsewhere' },
    },
  ]

const request = (
  { route, path, body }: (typeof acts)[number],
  options: SendOptions,
): Promise<Reply> => portal.send(route.split(' ', 1)[0] ?? '', path, body, options)

test('every route that changes something has a decision, and asks for what it says', async () => {
  const { paths } = (await portal.asOperator(operatorRoutes.description)).json<{
    paths: Record<string, Record<string, unknown>>
  }>()
  const served = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .map((method) => method.toUpperCase())
      .filter((method) => !['GET', 'HEAD', 'OPTIONS'].includes(method))
      .map((method) => `${method} ${path}`),
  )
  const undecided = served.filter((route) => decisions[route] === undefined)
  assert.deepEqual(undecided, [])
  const weighty = Object.keys(decisions).filter((route) =>
    /^(signed|fresh)/.test(decisions[route] ?? ''),
  )
  assert.deepEqual(weighty.sort(), acts.map(({ route }) => route).sort())
})

for (const act of acts) {
  test(`with a copied cookie and any key, ${act.route} does nothing`, async () => {
    const { cookie, signer } = mine
    const before = await portal.sql`select count(*)::int from audit`
    const stolen = { device: thief, sessionId: signer.sessionId }
    assert.equal((await request(act, { cookie, signer: null })).code, 'SESSION_PROOF_MISSING')
    assert.equal((await request(act, { cookie, signer: stolen })).code, 'SESSION_PROOF_INVALID')
    // A statement heard on the way: of another act, of another body, said a second time, of another day.
    const method = act.route.split(' ', 1)[0] ?? ''
    const body = act.body === undefined ? undefined : JSON.stringify(act.body)
    const stated = {
      aud: portal.server.url,
      sid: signer.sessionId,
      at: portal.clock.now(),
      method,
      path: act.path,
      ...(body === undefined ? {} : { body }),
    }
    const with_ = async (changes: Partial<typeof stated>): Promise<string> => {
      const headers = await signer.device.signAct({ ...stated, ...changes })
      return (await request(act, { cookie, signer: null, headers })).code
    }
    assert.equal(await with_({ path: '/api/other' }), 'SESSION_PROOF_INVALID')
    assert.equal(await with_({ method: 'PUT' }), 'SESSION_PROOF_INVALID')
    assert.equal(await with_({ body: '{}  ' }), 'SESSION_PROOF_INVALID')
    assert.equal(await with_({ aud: 'https://mechant.invalid' }), 'SESSION_PROOF_INVALID')
    assert.equal(await with_({ sid: 'another' }), 'SESSION_PROOF_INVALID')
    const yesterday = new Date(portal.clock.now().getTime() - 86_400_000)
    assert.equal(await with_({ at: yesterday }), 'SESSION_PROOF_STALE')
    // What renews the session does no act.
    const renewal = await signer.device.prove(stated)
    const headers = { 'sidep-proof': renewal }
    const renewed = await request(act, { cookie, signer: null, headers })
    assert.equal(renewed.code, 'SESSION_PROOF_INVALID')
    assert.deepEqual(await portal.sql`select count(*)::int from audit`, before)
  })

  test(`a session that is bound to no device is told so: ${act.route}`, async () => {
    const cookie = await portal.cookieAt(testSites.parvis)
    assert.equal((await request(act, { cookie })).code, 'DEVICE_KEY_REQUIRED')
  })
}

test('a signed act said again is not done again, in this process or another', async () => {
  const { cookie, signer } = mine
  const body = { count: 1 }
  const stated = {
    aud: portal.server.url,
    sid: signer.sessionId,
    at: portal.clock.now(),
    method: 'POST',
    path: '/api/slips',
    body: JSON.stringify(body),
  }
  const headers = await signer.device.signAct(stated)
  const options = { cookie, signer: null, headers }
  assert.equal((await portal.send('POST', '/api/slips', body, options)).status, 201)
  const again = await portal.send('POST', '/api/slips', body, options)
  assert.equal(again.code, 'SESSION_PROOF_INVALID')
  // Another process has not heard it, but its row is there.
  const [row] = await portal.sql`select count(*)::int from device_proof
    where session_id = ${signer.sessionId} and nonce = ${nonceOf(headers)}`
  assert.equal(row?.count, 1)
})

const nonceOf = (headers: Record<string, string>): string => {
  const payload = Object.values(headers)[0]?.split('.')[1] ?? ''
  return (JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { jti: string }).jti
}

test('what weighs most asks for a sign-in of minutes ago; a booklet goes on renewing by itself', async () => {
  const signedInAt = new Date(portal.clock.now().getTime() - 11 * 60_000)
  const old = await portal.signInAt(testSites.ajaccio, {
    signedInAt,
    professionalId: '899700075122',
  })
  for (const act of acts) {
    const code = (await request(act, old)).code
    if (decisions[act.route] === 'signed') assert.notEqual(code, 'FRESH_SIGN_IN_REQUIRED')
    else assert.equal(code, 'FRESH_SIGN_IN_REQUIRED', act.route)
  }
  const booklet = await portal.send('POST', '/api/booklets', { counterKey }, old)
  assert.equal(booklet.status, 201)
})
