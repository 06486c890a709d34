/** Software of vendors against its port on a real database, and the professional at the counter who lets it work. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  deviceCodeGrant,
  routes,
  type VendorDelegationList,
  type VendorDelegationView,
  type VendorPairingAnswer,
  type VendorRequestView,
  type VendorTokenAnswer,
} from '@sidep/contracts'
import { base64url, CompactSign, generateKeyPair, SignJWT } from 'jose'
import { checkChain } from '../audit/check.ts'
import { temporaryFolder } from '../fault-testing.ts'
import { type RunningLaboratoryRole, startLaboratory } from '../index.ts'
import { suspendProfessional } from '../login/suspension.ts'
import { until } from '../login/testing.ts'
import { clusterOfFile, type SignedIn, sampleScreening, testSites } from '../platform/testing.ts'
import { reinstateVendor, suspendVendor, withdrawCertificate } from './register.ts'
import { makeTestVendor, type TestVendor, testVendorPort } from './testing.ts'

const folder = temporaryFolder('vendors')
const cluster = await clusterOfFile()
const portal = await cluster.portal()
let role: RunningLaboratoryRole
let url: string
let vendor: TestVendor
let other: TestVendor
let lost: TestVendor
let counter: SignedIn

before(async () => {
  const { vendors } = await testVendorPort(`${folder}/port`, portal.clock.now(), {
    webhooksAnywhere: true,
  })
  const { configuration } = portal.server.platform
  role = await startLaboratory(
    {
      ...configuration,
      laboratory: null,
      vendors,
    },
    { clock: portal.clock, database: await cluster.database(0) },
  )
  url = role.vendors?.issuer ?? ''
  vendor = await makeTestVendor({ portal, folder, id: 'officine', url })
  other = await makeTestVendor({ portal, folder, id: 'autre', url, byAuthority: true })
  lost = await makeTestVendor({ portal, folder, id: 'volee', url, byAuthority: true })
  counter = await portal.signInAt(testSites.parvis)
})
after(async () => {
  await vendor?.close()
  await other?.close()
  await lost?.close()
  await role?.close()
})

const pair = async (
  fields: Record<string, string> = {},
  by: TestVendor = vendor,
): Promise<VendorPairingAnswer> => {
  const answer = await by.form(routes.vendorPairings, { site: testSites.parvis.id, ...fields })
  assert.equal(answer.status, 200, answer.text)
  return answer.json<VendorPairingAnswer>()
}
const decide = (userCode: string, decision = 'accept', as: SignedIn = counter) =>
  portal.send('POST', routes.vendorDecision, { userCode, decision }, as)
const poll = (device_code: string, fields: Record<string, string> = {}, by: TestVendor = vendor) =>
  by.form(routes.vendorToken, { grant_type: deviceCodeGrant, device_code, ...fields })
const letIn = async (
  fields: Record<string, string> = {},
  by: TestVendor = vendor,
  as: SignedIn = counter,
): Promise<VendorTokenAnswer & { delegation: VendorDelegationView; refresh_token: string }> => {
  const { user_code, device_code } = await pair(fields, by)
  const decided = await decide(user_code, 'accept', as)
  assert.equal(decided.status, 201, decided.text)
  const answer = await poll(device_code, {}, by)
  assert.equal(answer.status, 200, answer.text)
  return answer.json()
}
const refresh = (refresh_token: string, by: TestVendor = vendor) =>
  by.form(routes.vendorToken, { grant_type: 'refresh_token', refresh_token })

test('a professional lets software work, it records in their name at their site, and the chain names all three', async () => {
  const { user_code, device_code, verification_uri_complete } = await pair()
  assert.match(user_code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
  assert.ok(verification_uri_complete.endsWith(`/pro/?logiciel=${user_code}#sessions`))
  const pending = await poll(device_code)
  assert.deepEqual([pending.status, pending.code], [400, 'VENDOR_REQUEST_PENDING'])
  assert.equal(pending.json<{ error: string }>().error, 'authorization_pending')
  const soon = await poll(device_code)
  assert.equal(soon.json<{ error: string }>().error, 'slow_down')

  const typed = ` ${user_code.toLowerCase().replace('-', ' ')}`
  const shown = await portal.send('POST', routes.vendorRequests, { userCode: typed }, counter)
  const view = shown.json<VendorRequestView>()
  assert.deepEqual(view.vendor, { id: 'officine', name: 'Logiciel officine' })
  // The end of the day where the pharmacy is.
  assert.equal(view.endsAt, '2021-08-13T21:59:00.000Z')
  const granted = await decide(user_code)
  assert.equal(granted.status, 201, granted.text)
  assert.equal((await decide(user_code)).code, 'VENDOR_CODE_UNKNOWN')

  const token = (await poll(device_code)).json<VendorTokenAnswer>()
  assert.equal(token.expires_in, 600)
  const own = await vendor.send('GET', routes.vendorOwnDelegation, token.access_token)
  assert.equal(own.json<VendorDelegationView>().professional.id, '810003456789')

  const screening = sampleScreening(portal)
  const first = await vendor.send('POST', routes.screenings, token.access_token, screening)
  assert.equal(first.status, 201, first.text)
  const again = await vendor.send('POST', routes.screenings, token.access_token, screening)
  assert.deepEqual([again.status, again.json()], [200, first.json()])
  const rows = await portal.sql`
    select act, professional_id, operator_id, door from audit
    where site_id = ${testSites.parvis.id} and subject = ${screening.id} and act = 'screening.recorded'`
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      {
        act: 'screening.recorded',
        professional_id: '810003456789',
        operator_id: 'vendor:officine',
        door: 'vendor',
      },
    ],
  )
  assert.equal((await checkChain(portal.sql, testSites.parvis.id)).ok, true)
  // The counter sees it among its own, and software may correct it.
  const seen = await portal.send('GET', `/api/screenings/${screening.id}`, undefined, counter)
  assert.equal(seen.status, 200)
  const { person, device, sampledAt, result } = screening
  const correction = {
    id: sampleScreening(portal).id,
    replaces: 1,
    reason: 'name',
    screening: { person: { ...person, firstNames: 'Maël' }, device, sampledAt, result },
  }
  const path = routes.screeningCorrections.replace(':id', screening.id)
  const corrected = await vendor.send('POST', path, token.access_token, correction)
  assert.equal(corrected.status, 201, corrected.text)
})

test('software that works offline gets a booklet for its own key, and its delegation’s end ends that too', async () => {
  const device = 'b3Lq0mVb9oGZ0m2m4sKxw5xj3GQm1yZzv3K4b0n9c1E'
  const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
  ])
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', key.publicKey)
  const standard = (text: string) => Buffer.from(text, 'base64url').toString('base64')
  const body = { counterKey: { x: standard(x), y: standard(y) } }
  const without = await letIn()
  assert.equal(
    (await vendor.send('POST', routes.booklets, without.access_token, body)).code,
    'DEVICE_KEY_REQUIRED',
  )
  // A booklet names a professional whose number is sound.
  const sound = await portal.signInAt(testSites.parvis, { professionalId: '899700098314' })
  const { access_token, refresh_token } = await letIn({ device }, vendor, sound)
  const given = await vendor.send('POST', routes.booklets, access_token, body)
  assert.equal(given.status, 201, given.text)
  const { id, siteId } = given.json<{ id: string; siteId: string }>()
  assert.equal(siteId, testSites.parvis.id)
  const nothing = await vendor.send('POST', routes.reconciliations, access_token, {
    items: [],
    wasted: [{ bookletId: id, number: 1 }],
  })
  assert.equal(nothing.status, 200, nothing.text)
  await vendor.form(routes.vendorRevocation, { token: refresh_token })
  const [holder] = await portal.sql<{ ended_at: Date | null }[]>`
    select ended_at from booklet_holder where booklet_id = ${id}`
  assert.notEqual(holder?.ended_at, null)
})

test('an assertion counts once, for minutes, for this server and its own client alone', async () => {
  const grant = { grant_type: 'client_credentials' }
  const once = { ...grant, client_assertion: await vendor.assertion() }
  assert.equal((await vendor.form(routes.vendorToken, once)).status, 200)
  assert.equal((await vendor.form(routes.vendorToken, once)).code, 'VENDOR_ASSERTION_REPLAYED')
  // Most clients name the token endpoint, whichever they ask.
  await pair({ client_assertion: await vendor.assertion({ aud: `${url}${routes.vendorToken}` }) })
  const seconds = Math.floor(portal.clock.now().getTime() / 1_000)
  const cases: readonly (readonly [string, string])[] = [
    [await vendor.assertion({ exp: seconds + 3_600 }), 'VENDOR_ASSERTION_STALE'],
    [await vendor.assertion({ iat: seconds - 900, exp: seconds - 600 }), 'VENDOR_ASSERTION_STALE'],
    [await vendor.assertion({ aud: 'https://elsewhere.example' }), 'VENDOR_ASSERTION_INVALID'],
    [await vendor.assertion({ sub: 'autre' }), 'VENDOR_ASSERTION_INVALID'],
    [await vendor.assertion({ jti: 'x' }), 'VENDOR_ASSERTION_INVALID'],
    // Another vendor's, however good, on this one's certificate.
    [await other.assertion(), 'VENDOR_ASSERTION_INVALID'],
    ['', 'VENDOR_REQUEST_INVALID'],
  ]
  for (const [client_assertion, code] of cases) {
    const answer = await vendor.form(routes.vendorToken, { ...grant, client_assertion })
    assert.equal(answer.code, code)
  }
})

test('a clock may be half a minute off; beyond it the refusal has the time by which the next is taken', async () => {
  const grant = { grant_type: 'client_credentials' }
  const askBy = async (offSeconds: number) => {
    const iat = Math.floor(portal.clock.now().getTime() / 1_000) + offSeconds
    const client_assertion = await vendor.assertion({ iat, exp: iat + 60 })
    return vendor.form(routes.vendorToken, { ...grant, client_assertion })
  }
  for (const seconds of [25, -25, -85]) assert.equal((await askBy(seconds)).status, 200)
  for (const seconds of [240, 35, -95, -240]) {
    const refused = await askBy(seconds)
    assert.deepEqual([refused.status, refused.code], [401, 'VENDOR_ASSERTION_STALE'])
    const told = Date.parse(refused.headers.get('date') ?? '')
    const off = Math.round((told - Date.now()) / 1_000)
    assert.ok(Math.abs(off) <= 2, `the portal told ${off} s beside its own clock`)
  }
})

test('an assertion without a signature, or by a public key taken for a secret, is refused', async () => {
  const seconds = Math.floor(portal.clock.now().getTime() / 1_000)
  const claims = {
    iss: 'officine',
    sub: 'officine',
    aud: url,
    iat: seconds,
    exp: seconds + 60,
    jti: 'forged-0123456789',
  }
  const unsigned = `${base64url.encode('{"alg":"none"}')}.${base64url.encode(JSON.stringify(claims))}.`
  const [row] = await portal.sql<{ keys: { keys: object[] } }[]>`
    select keys from vendor where id = 'officine'`
  const secrets = [JSON.stringify(row?.keys.keys[0]), JSON.stringify(row?.keys)]
  const byPublicKey = await Promise.all(
    secrets.map((secret) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'HS256', kid: 'one' })
        .sign(new TextEncoder().encode(secret.padEnd(32, ' '))),
    ),
  )
  const { privateKey } = await generateKeyPair('ES256')
  const byAnother = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .sign(privateKey)
  for (const client_assertion of [unsigned, ...byPublicKey, byAnother]) {
    const answer = await vendor.form(routes.vendorToken, {
      grant_type: 'client_credentials',
      client_assertion,
    })
    assert.deepEqual([answer.status, answer.code], [401, 'VENDOR_ASSERTION_INVALID'])
  }
})

test('a token works with its certificate alone: not without one, not with another vendor’s', async () => {
  const { access_token } = await letIn()
  const body = sampleScreening(portal)
  const stolen = await other.send('POST', routes.screenings, access_token, body)
  assert.deepEqual([stolen.status, stolen.code], [401, 'VENDOR_TOKEN_INVALID'])
  assert.match(stolen.headers.get('www-authenticate') ?? '', /^Bearer error="invalid_token"/)
  const { Agent, fetch } = await import('undici')
  const bare = new Agent({ connect: { rejectUnauthorized: false } })
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' }
  const without = await fetch(`${url}${routes.screenings}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    dispatcher: bare,
  })
  assert.equal(((await without.json()) as { code: string }).code, 'VENDOR_CERTIFICATE_UNKNOWN')
  await bare.close()
  // Nor is it anything to the portal, whose sessions are cookies.
  const atPortal = await portal.send('POST', routes.screenings, body, { cookie: null, headers })
  assert.equal(atPortal.code, 'SESSION_MISSING')
})

test('a cookie is nothing at the vendors’ port, and what is not offered is not there', async () => {
  const { Agent, fetch } = await import('undici')
  const { access_token } = await letIn()
  assert.equal((await vendor.send('GET', routes.delegations, access_token)).code, 'ROUTE_UNKNOWN')
  assert.equal(
    (await vendor.send('POST', routes.screeningSearch, access_token, { text: 'a' })).code,
    'ROUTE_UNKNOWN',
  )
  assert.equal((await vendor.send('GET', routes.screenings, null)).code, 'VENDOR_TOKEN_MISSING')
  const bare = new Agent({ connect: { rejectUnauthorized: false } })
  const byCookie = await fetch(`${url}${routes.screenings}`, {
    headers: { cookie: counter.cookie },
    dispatcher: bare,
  })
  assert.equal(byCookie.status, 401)
  await bare.close()
})

test('a delegation gives what was asked for and permitted, and no more', async () => {
  const refusedAtPairing = await other.form(routes.vendorPairings, {
    site: testSites.parvis.id,
    scope: 'screenings.record everything',
  })
  assert.equal(refusedAtPairing.code, 'VENDOR_SCOPE_REFUSED')
  const { access_token, refresh_token, scope } = await letIn({ scope: 'screenings.record' })
  assert.equal(scope, 'screenings.record')
  const read = await vendor.send('GET', routes.screenings, access_token)
  assert.deepEqual([read.status, read.code], [403, 'VENDOR_SCOPE_MISSING'])
  const more = await vendor.form(routes.vendorToken, {
    grant_type: 'refresh_token',
    refresh_token,
    scope: 'screenings.record screenings.read',
  })
  assert.equal(more.code, 'VENDOR_SCOPE_REFUSED')
  const alone = await vendor.form(routes.vendorToken, {
    grant_type: 'client_credentials',
    scope: 'screenings.record',
  })
  assert.equal(alone.code, 'VENDOR_SCOPE_REFUSED')
  const own = (
    await vendor.form(routes.vendorToken, { grant_type: 'client_credentials' })
  ).json<VendorTokenAnswer>()
  assert.equal(own.scope, 'webhooks')
  const nobody = await vendor.send('POST', routes.screenings, own.access_token, {})
  assert.equal(nobody.code, 'VENDOR_SCOPE_MISSING')
})

test('a request of another site, or code of nobody, is not for the professional to accept, and guesses are counted', async () => {
  const elsewhere = await pair({ site: testSites.ajaccio.id })
  assert.equal((await decide(elsewhere.user_code)).code, 'VENDOR_REQUEST_ELSEWHERE')
  const guesser = await portal.signInAt(testSites.parvis, { professionalId: '899700075122' })
  const codes: string[] = []
  for (let index = 0; index < 12; index += 1)
    codes.push(
      (await portal.send('POST', routes.vendorRequests, { userCode: 'BCDF-GHJK' }, guesser)).code,
    )
  assert.deepEqual([...new Set(codes)], ['VENDOR_CODE_UNKNOWN', 'TOO_MANY_REQUESTS'])
  // Also of a code that is right.
  const { user_code } = await pair()
  assert.equal((await decide(user_code, 'accept', guesser)).code, 'TOO_MANY_REQUESTS')
  assert.equal((await decide(user_code, 'refuse')).status, 204)
})

test('what is refused, too old or another vendor’s gives no token', async () => {
  const refused = await pair()
  await decide(refused.user_code, 'refuse')
  assert.equal((await poll(refused.device_code)).code, 'VENDOR_REQUEST_REFUSED')
  const theirs = await pair()
  await decide(theirs.user_code)
  assert.equal((await poll(theirs.device_code, {}, other)).code, 'VENDOR_GRANT_INVALID')
  // The answer may have been lost.
  const taken = (await poll(theirs.device_code)).json<VendorTokenAnswer>()
  assert.equal((await poll(theirs.device_code)).status, 200)
  assert.equal((await refresh(taken.refresh_token ?? '')).code, 'VENDOR_GRANT_INVALID')
  const old = await pair()
  portal.clock.advance(601_000)
  assert.equal((await poll(old.device_code)).code, 'VENDOR_REQUEST_EXPIRED')
  counter = await portal.signInAt(testSites.parvis)
})

test('taken back at the counter, it ends at the port within seconds, and so does its refresh token', async () => {
  const { access_token, refresh_token, delegation } = await letIn()
  assert.equal((await vendor.send('GET', routes.screenings, access_token)).status, 200)
  const listed = async () =>
    (
      await portal.send('GET', routes.vendorDelegations, undefined, counter)
    ).json<VendorDelegationList>().delegations
  assert.ok((await listed()).some(({ id }) => id === delegation.id))
  const path = routes.vendorDelegation.replace(':id', delegation.id)
  const stranger = await portal.signInAt(testSites.parvis, { professionalId: '899700098314' })
  assert.equal(
    (await portal.send('DELETE', path, undefined, stranger)).code,
    'VENDOR_DELEGATION_UNKNOWN',
  )
  assert.equal((await portal.send('DELETE', path, undefined, counter)).status, 204)
  assert.ok(!(await listed()).some(({ id }) => id === delegation.id))
  assert.equal((await refresh(refresh_token)).code, 'VENDOR_GRANT_INVALID')
  await until(
    async () =>
      (await vendor.send('GET', routes.screenings, access_token)).code === 'DELEGATION_ENDED',
  )
})

test('given back by the software, it is over too', async () => {
  const { access_token, refresh_token } = await letIn()
  const answer = await vendor.form(routes.vendorRevocation, { token: refresh_token })
  assert.equal(answer.status, 200)
  assert.equal((await vendor.send('GET', routes.screenings, access_token)).code, 'DELEGATION_ENDED')
  assert.equal((await vendor.form(routes.vendorRevocation, { token: refresh_token })).status, 200)
})

test('a professional who is suspended has no software working for them any more', async () => {
  const suspended = await portal.signInAt(testSites.parvis, { professionalId: '899700075130' })
  const { access_token, refresh_token } = await letIn({}, vendor, suspended)
  assert.equal((await vendor.send('GET', routes.screenings, access_token)).status, 200)
  const order = { professionalId: '899700075130', reason: 'essai', by: 'essai' }
  await suspendProfessional(portal.sql, order, portal.clock.now())
  assert.equal((await refresh(refresh_token)).code, 'VENDOR_GRANT_INVALID')
  await until(
    async () =>
      (await vendor.send('GET', routes.screenings, access_token)).code === 'DELEGATION_ENDED',
  )
})

test('a vendor that is suspended is refused with its tokens, and goes on when it is let in again', async () => {
  const { access_token } = await letIn({}, other)
  const deciding = { reason: 'clé volée', by: 'essai' }
  assert.equal(await suspendVendor(portal.sql, 'autre', deciding, portal.clock.now()), true)
  await until(
    async () =>
      (await other.send('GET', routes.screenings, access_token)).code === 'VENDOR_SUSPENDED',
  )
  const form = await other.form(routes.vendorToken, { grant_type: 'client_credentials' })
  assert.equal(form.code, 'VENDOR_SUSPENDED')
  assert.equal(await reinstateVendor(portal.sql, 'autre', deciding, portal.clock.now()), true)
  await until(async () => (await other.send('GET', routes.screenings, access_token)).status === 200)
})

test('a certificate that is withdrawn is nobody’s with its token, also of a known authority, and stays so', async () => {
  const { access_token } = await letIn({}, lost)
  const deciding = { reason: 'poste volé', by: 'essai' }
  const withdraw = () =>
    withdrawCertificate(portal.sql, 'volee', lost.thumbprint, deciding, portal.clock.now())
  assert.equal(await withdraw(), true)
  assert.equal(await withdraw(), false)
  await until(
    async () =>
      (await lost.send('GET', routes.screenings, access_token)).code ===
      'VENDOR_CERTIFICATE_UNKNOWN',
  )
  const form = await lost.form(routes.vendorToken, { grant_type: 'client_credentials' })
  assert.equal(form.code, 'VENDOR_CERTIFICATE_UNKNOWN')
  // The vendor itself, and others, go on.
  assert.equal(
    (await other.form(routes.vendorToken, { grant_type: 'client_credentials' })).status,
    200,
  )
})

test('a token that is over is followed by the next one until the end of the day, and then by none', async () => {
  const { access_token, refresh_token } = await letIn()
  portal.clock.advance(601_000)
  const old = await vendor.send('GET', routes.screenings, access_token)
  assert.deepEqual([old.status, old.code], [401, 'VENDOR_TOKEN_EXPIRED'])
  const next = (await refresh(refresh_token)).json<VendorTokenAnswer>()
  assert.equal((await vendor.send('GET', routes.screenings, next.access_token)).status, 200)
  portal.clock.set('2021-08-13T22:00:00.000Z')
  assert.equal((await refresh(refresh_token)).code, 'VENDOR_GRANT_INVALID')
})
