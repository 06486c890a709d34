import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { DoorsView, ProblemCode, SessionView } from '@sidep/contracts'
import { demoPeople, type ProviderFault, SignInRefused, signInOverHttp } from '@sidep/dev'
import { checkChain } from '../audit/check.ts'
import type { OpenDatabase } from '../platform/database.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import { type LoginServer, makeTestBrowser, startLoginServer } from './testing.ts'

let database: OpenDatabase
let server: LoginServer

before(async () => {
  database = await openTestDatabase()
  server = await startLoginServer({ database: database.pools.login })
})
after(async () => {
  await server.close()
  await database.close()
})
afterEach(() => server.provider.setFault({ kind: 'none' }))

const { pharmacist, pharmacistWithTwoSites, nurse } = demoPeople
const idOf = (person: { readonly nationalId: string }): string => person.nationalId

const problemOf = async (response: Response): Promise<{ status: number; code: unknown }> => {
  const document = (await response.json()) as { code?: unknown }
  return { status: response.status, code: document.code }
}

/** Where a callback leads when it fails. */
const refusal = (response: Response): { status: number; location: string | null } => ({
  status: response.status,
  location: response.headers.get('location'),
})
const refusedWith = (code: ProblemCode) => ({ status: 303, location: `/pro/?problem=${code}` })

const post = (path: string, cookie: string, headers: Record<string, string> = {}, body = '{}') =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', ...headers },
    body,
  })

test('a pharmacist with one site is at work at once', async () => {
  const { cookie, session } = await signInOverHttp(server.url, { nationalId: idOf(pharmacist) })
  assert.deepEqual(session.professional, {
    id: pharmacist.nationalId,
    familyName: 'ESSAI-LEMAIRE',
    firstNames: 'Camille',
    profession: '21',
  })
  assert.equal(session.door, 'ecps')
  assert.deepEqual(session.site, {
    id: pharmacist.activities[0].finess,
    name: 'PHARMACIE DU PARVIS (ESSAI)',
    postalCode: '75011',
  })
  assert.equal(Date.parse(session.expiresAt) - Date.parse(session.signedInAt), 12 * 3_600_000)
  const guarded = await fetch(`${server.url}/guarded/site`, { headers: { cookie } })
  assert.deepEqual(await guarded.json(), { site: pharmacist.activities[0].finess })
})

test('the session cookie is HttpOnly, SameSite=Lax, for the whole host and no longer than the session', async () => {
  const browser = makeTestBrowser()
  const callback = await browser.walkToCallback(server.url, idOf(pharmacist))
  const response = await browser.request(callback)
  const line = response.headers.getSetCookie().find((text) => text.startsWith('sidep-session='))
  assert.match(line ?? '', /; Path=\/; HttpOnly; SameSite=Lax$/)
  const maxAge = Number(/Max-Age=(\d+)/.exec(line ?? '')?.[1])
  assert.ok(maxAge > 12 * 3600 - 60 && maxAge <= 12 * 3600)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
})

test('with several sites none is taken until one is chosen, and only an own one can be', async () => {
  const { cookie, session } = await signInOverHttp(server.url, {
    nationalId: idOf(pharmacistWithTwoSites),
  })
  assert.equal(session.site, null)
  assert.equal(session.sites.length, 2)
  const early = await fetch(`${server.url}/guarded/site`, { headers: { cookie } })
  assert.deepEqual(await problemOf(early), { status: 409, code: 'SITE_NOT_CHOSEN' })

  const foreign = JSON.stringify({ site: pharmacist.activities[0].finess })
  const refused = await post('/api/session/site', cookie, {}, foreign)
  assert.deepEqual(await problemOf(refused), { status: 403, code: 'SITE_NOT_PERMITTED' })

  const own = pharmacistWithTwoSites.activities[1].finess
  const chosen = await post('/api/session/site', cookie, {}, JSON.stringify({ site: own }))
  assert.equal(((await chosen.json()) as SessionView).site?.id, own)
  const moved = chosen.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const guarded = await fetch(`${server.url}/guarded/site`, { headers: { cookie: moved } })
  assert.deepEqual(await guarded.json(), { site: own })
})

test('choosing a site does not lengthen the session', async () => {
  const { cookie, session } = await signInOverHttp(server.url, {
    nationalId: idOf(pharmacistWithTwoSites),
  })
  server.clock.moveSeconds(60)
  const site = pharmacistWithTwoSites.activities[0].finess
  const answer = await post('/api/session/site', cookie, {}, JSON.stringify({ site }))
  const moved = (await answer.json()) as SessionView
  assert.equal(moved.expiresAt, session.expiresAt)
  assert.equal(moved.signedInAt, session.signedInAt)
})

test('an activity without FINESS is left out and said so', async () => {
  const { session } = await signInOverHttp(server.url, { nationalId: idOf(nurse) })
  assert.equal(session.site?.id, nurse.activities[0].finess)
  assert.deepEqual(session.sitesLeftOut, [
    { name: 'CABINET INDIVIDUEL (ESSAI)', reason: 'FINESS_MISSING' },
  ])
})

const notLetIn: readonly [string, { readonly nationalId: string }, ProblemCode][] = [
  [
    'a profession that is not permitted',
    demoPeople.professionNotPermitted,
    'PROFESSION_NOT_PERMITTED',
  ],
  ['a student of a permitted profession', demoPeople.student, 'PROFESSION_NOT_PERMITTED'],
  ['somebody without activity', demoPeople.withoutActivity, 'ACTIVITY_MISSING'],
  [
    'somebody with no activity that has a FINESS',
    demoPeople.onlyWithoutFiness,
    'SITE_WITHOUT_FINESS',
  ],
  ['an invalid national id', demoPeople.invalidNationalId, 'PROFESSIONAL_UNKNOWN'],
]
for (const [who, person, code] of notLetIn) {
  test(`${who} is told ${code}, without a session and without data in the address`, async () => {
    const browser = makeTestBrowser()
    const response = await browser.request(
      await browser.walkToCallback(server.url, person.nationalId),
    )
    assert.deepEqual(refusal(response), refusedWith(code))
    assert.equal(browser.jar.value('sidep-session'), undefined)
  })
}

test('who has places but no FINESS is told which, where no link can put words; the phone says the same', async () => {
  const browser = makeTestBrowser()
  const { nationalId, activities } = demoPeople.onlyWithoutFiness
  const response = await browser.request(await browser.walkToCallback(server.url, nationalId))
  const [cookie = ''] = response.headers
    .getSetCookie()
    .filter((line) => line.startsWith('sidep-refused-places='))
  const places = decodeURIComponent(cookie.split(';')[0]?.split('=')[1] ?? '')
  assert.deepEqual(JSON.parse(places), [activities[0].companyName])
  assert.match(cookie, /; Path=\/pro\/; /)
  assert.doesNotMatch(cookie, /HttpOnly/)
  const begun = await post('/login/ecps/backchannel', '', {}, JSON.stringify({ nationalId }))
  const { ticket, bindingMessage } = (await begun.json()) as Record<string, string>
  const [request] = server.provider.telephone.waiting(nationalId)
  await server.provider.telephone.answer(nationalId, request?.id ?? '', bindingMessage ?? '')
  server.clock.moveSeconds(6)
  const [phone = ''] = begun.headers.getSetCookie()
  const polled = await post(
    '/login/ecps/backchannel/poll',
    phone.split(';')[0] ?? '',
    {},
    JSON.stringify({ ticket }),
  )
  const document = (await polled.json()) as { code: string; places: string[] }
  assert.equal(document.code, 'SITE_WITHOUT_FINESS')
  assert.deepEqual(document.places, [activities[0].companyName])
})

test('a sign-in that fails is logged with door, code and network, and nobody in it', async () => {
  const before = server.logLines.length
  const { nationalId, familyName } = demoPeople.withoutActivity
  const browser = makeTestBrowser()
  await browser.request(await browser.walkToCallback(server.url, nationalId))
  await post('/login/ecps/backchannel/poll', '', {}, JSON.stringify({ ticket: 'A'.repeat(32) }))
  const written = server.logLines.slice(before)
  const lines = written
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'sign-in refused')
  assert.deepEqual(
    lines.map(({ door, code, network }) => [door, code, network]),
    [
      ['ecps', 'ACTIVITY_MISSING', '127.0.0.0/24'],
      ['ecps', 'LOGIN_STATE_INVALID', '127.0.0.0/24'],
    ],
  )
  const text = written.join('')
  for (const secret of [nationalId, familyName, '127.0.0.1']) assert.ok(!text.includes(secret))
})

test('a refusal on the phone is told LOGIN_REFUSED', async () => {
  const browser = makeTestBrowser()
  const callback = await browser.walkToCallback(server.url, idOf(pharmacist), 'refuse')
  assert.deepEqual(refusal(await browser.request(callback)), refusedWith('LOGIN_REFUSED'))
})

const untrustworthy: readonly ProviderFault[] = [
  { kind: 'wrong-key' },
  { kind: 'wrong-issuer' },
  { kind: 'wrong-audience' },
  { kind: 'old-nonce' },
  { kind: 'wrong-userinfo-subject' },
]
for (const fault of untrustworthy) {
  test(`an answer with ${fault.kind} is told LOGIN_ANSWER_INVALID`, async () => {
    const browser = makeTestBrowser()
    const callback = await browser.walkToCallback(server.url, idOf(pharmacist))
    server.provider.setFault(fault)
    const response = await browser.request(callback)
    assert.deepEqual(refusal(response), refusedWith('LOGIN_ANSWER_INVALID'))
    assert.equal(browser.jar.value('sidep-session'), undefined)
  })
}

test('a sign-in that began at /pilotage/ and failed comes back there', async () => {
  const browser = makeTestBrowser()
  const begun = '?return=/pilotage/'
  const callback = await browser.walkToCallback(server.url, idOf(pharmacist), 'refuse', begun)
  assert.deepEqual(refusal(await browser.request(callback)), {
    status: 303,
    location: '/pilotage/?problem=LOGIN_REFUSED',
  })
})

test('another issuer in the redirect (mix-up) is told LOGIN_ANSWER_INVALID', async () => {
  server.provider.setFault({ kind: 'wrong-issuer-parameter' })
  const browser = makeTestBrowser()
  const callback = await browser.walkToCallback(server.url, idOf(pharmacist))
  assert.equal(callback.searchParams.get('iss'), 'https://autre-fournisseur.invalid')
  assert.deepEqual(refusal(await browser.request(callback)), refusedWith('LOGIN_ANSWER_INVALID'))
})

test('a missing issuer in the redirect is told LOGIN_ANSWER_INVALID', async () => {
  const browser = makeTestBrowser()
  const callback = await browser.walkToCallback(server.url, idOf(pharmacist))
  callback.searchParams.delete('iss')
  assert.deepEqual(refusal(await browser.request(callback)), refusedWith('LOGIN_ANSWER_INVALID'))
})

test('a wrong, missing or doubled state is told LOGIN_STATE_INVALID', async () => {
  const changes: ((query: URLSearchParams) => void)[] = [
    (query) => query.set('state', `${query.get('state')?.slice(0, -1)}x`),
    (query) => query.set('state', 'x'.repeat(43)),
    (query) => query.delete('state'),
    (query) => query.append('state', 'x'),
  ]
  for (const change of changes) {
    const browser = makeTestBrowser()
    const callback = await browser.walkToCallback(server.url, idOf(pharmacist))
    change(callback.searchParams)
    assert.deepEqual(refusal(await browser.request(callback)), refusedWith('LOGIN_STATE_INVALID'))
  }
})

test('a callback in another browser than the one that began (login CSRF) is told LOGIN_STATE_INVALID', async () => {
  const attacker = makeTestBrowser()
  const callback = await attacker.walkToCallback(server.url, idOf(pharmacist))
  const victim = makeTestBrowser()
  assert.deepEqual(refusal(await victim.request(callback)), refusedWith('LOGIN_STATE_INVALID'))
  assert.equal(victim.jar.value('sidep-session'), undefined)
})

test('a callback used twice is told LOGIN_STATE_INVALID, with the cookie gone and with it kept', async () => {
  const browser = makeTestBrowser()
  const callback = await browser.walkToCallback(server.url, idOf(pharmacist))
  const kept = browser.jar.header(callback)
  assert.equal((await browser.request(callback)).headers.get('location'), '/pro/')
  const again = await makeTestBrowser().request(callback)
  assert.deepEqual(refusal(again), refusedWith('LOGIN_STATE_INVALID'))
  // Whoever kept the sealed cookie is stopped by the provider: the code is used.
  const replay = await fetch(callback, { headers: { cookie: kept }, redirect: 'manual' })
  assert.deepEqual(refusal(replay), refusedWith('LOGIN_STATE_INVALID'))
})

test('a changed, foreign or old transaction cookie is told LOGIN_STATE_INVALID', async () => {
  const browser = makeTestBrowser()
  const callback = await browser.walkToCallback(server.url, idOf(pharmacist))
  const header = browser.jar
    .header(callback)
    .split('; ')
    .find((pair) => pair.startsWith('sidep-login-'))
  assert.ok(header !== undefined)
  const middle = Math.floor(header.length / 2)
  const changed = `${header.slice(0, middle)}${header[middle] === 'A' ? 'B' : 'A'}${header.slice(middle + 1)}`
  const [name] = header.split('=')
  for (const cookie of [changed, `${name}=`, `${name}=AAAA`, `${name}=${'A'.repeat(3000)}`]) {
    const response = await fetch(callback, { headers: { cookie }, redirect: 'manual' })
    assert.deepEqual(refusal(response), refusedWith('LOGIN_STATE_INVALID'))
  }
  server.clock.moveSeconds(601)
  assert.deepEqual(refusal(await browser.request(callback)), refusedWith('LOGIN_STATE_INVALID'))
})

test('two tabs can sign in at once', async () => {
  const browser = makeTestBrowser()
  const first = await browser.begin(server.url)
  const second = await browser.begin(server.url, '?return=/pilotage/')
  for (const [authorization, path] of [
    [first, '/pro/'],
    [second, '/pilotage/'],
  ] as const) {
    const callback = await browser.answerProvider(authorization, idOf(pharmacist))
    assert.equal((await browser.request(callback)).headers.get('location'), path)
  }
})

test('a browser that begins again and again without finishing does not gather cookies for ever', async () => {
  const browser = makeTestBrowser()
  for (let count = 0; count < 12; count += 1) await browser.begin(server.url)
  const names = browser.jar.header(new URL(server.url)).split('; ')
  assert.ok(names.length <= 4, `${names.length} cookies`)
  const callback = await browser.walkToCallback(server.url, idOf(pharmacist))
  assert.equal((await browser.request(callback)).headers.get('location'), '/pro/')
})

test('a sign-in leads back only to our own pages, whatever is asked', async () => {
  const asked: readonly [string, string][] = [
    ['/pro/', '/pro/'],
    ['/pro/attente', '/pro/attente'],
    ['/pilotage/', '/pilotage/'],
    ['https://mechant.invalid/', '/pro/'],
    ['//mechant.invalid/', '/pro/'],
    ['/\\mechant.invalid/', '/pro/'],
    ['/pro/../../mechant', '/pro/'],
    ['/pro//mechant.invalid', '/pro/'],
    ['/pro/%2e%2e/login/ecps', '/pro/'],
    ['/pro/\t//mechant.invalid', '/pro/'],
    ['javascript:alert(1)', '/pro/'],
    ['/resultat/', '/pro/'],
    [`/pro/${'a'.repeat(60)}!`, '/pro/'],
    ['', '/pro/'],
  ]
  for (const [wanted, path] of asked) {
    const browser = makeTestBrowser()
    const query = `?return=${encodeURIComponent(wanted)}`
    const callback = await browser.walkToCallback(server.url, idOf(pharmacist), 'confirm', query)
    const response = await browser.request(callback)
    assert.deepEqual(refusal(response), { status: 303, location: path }, wanted)
  }
})

test('a return asked for twice or as an object leads to /pro/', async () => {
  const browser = makeTestBrowser()
  const query = '?return=/pilotage/&return=//mechant.invalid'
  const callback = await browser.walkToCallback(server.url, idOf(pharmacist), 'confirm', query)
  assert.equal((await browser.request(callback)).headers.get('location'), '/pro/')
})

test('each sign-in makes a new session: a cookie planted beforehand is worth nothing', async () => {
  const planted = await signInOverHttp(server.url, { nationalId: idOf(pharmacistWithTwoSites) })
  const browser = makeTestBrowser()
  const callback = await browser.walkToCallback(server.url, idOf(pharmacist))
  const response = await browser.request(callback, {
    headers: { cookie: `${browser.jar.header(callback)}; ${planted.cookie}` },
  })
  assert.equal(response.headers.get('location'), '/pro/')
  const view = await browser.request(`${server.url}/api/session`)
  const { professional } = (await view.json()) as SessionView
  assert.equal(professional.id, pharmacist.nationalId)
  const sessionIdOf = (token: string): unknown =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')).sid
  const fresh = browser.jar.value('sidep-session') ?? ''
  assert.notEqual(sessionIdOf(fresh), sessionIdOf(planted.cookie.split('=')[1] ?? ''))
})

test('without a session, with a forged one and with an old one: each its code', async () => {
  const read = (headers: Record<string, string>) => fetch(`${server.url}/guarded`, { headers })
  assert.deepEqual(await problemOf(await read({})), { status: 401, code: 'SESSION_MISSING' })
  const forged = await read({ cookie: 'sidep-session=eyJhbGciOiJub25lIn0.e30.' })
  assert.deepEqual(await problemOf(forged), { status: 401, code: 'SESSION_INVALID' })
  const { cookie } = await signInOverHttp(server.url, { nationalId: idOf(pharmacist) })
  server.clock.moveSeconds(12 * 3600)
  try {
    const old = await read({ cookie })
    assert.deepEqual(await problemOf(old), { status: 401, code: 'SESSION_EXPIRED' })
  } finally {
    server.clock.moveSeconds(-12 * 3600)
  }
})

test('a request that changes something from another page is refused with ORIGIN_REFUSED', async () => {
  const { cookie } = await signInOverHttp(server.url, { nationalId: idOf(pharmacist) })
  const foreign: Record<string, string>[] = [
    { origin: 'https://mechant.invalid' },
    { origin: 'null' },
    { origin: `${server.url}.mechant.invalid` },
    { 'sec-fetch-site': 'cross-site', origin: server.url },
    { 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of foreign) {
    const answer = await post('/guarded', cookie, headers)
    assert.deepEqual(await problemOf(answer), { status: 403, code: 'ORIGIN_REFUSED' })
  }
  for (const headers of [{ origin: server.url }, { 'sec-fetch-site': 'same-origin' }, {}]) {
    assert.equal((await post('/guarded', cookie, headers)).status, 200)
  }
  // Reading is harmless, and a link from elsewhere must work.
  const link = await fetch(`${server.url}/guarded`, {
    headers: { cookie, 'sec-fetch-site': 'cross-site' },
  })
  assert.equal(link.status, 200)
})

test('signing out by another page is refused; by ours it ends the session in this browser', async () => {
  const { cookie } = await signInOverHttp(server.url, { nationalId: idOf(pharmacist) })
  const signOut = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/session`, { method: 'DELETE', headers: { cookie, ...headers } })
  const foreign = await signOut({ origin: 'https://mechant.invalid' })
  assert.deepEqual(await problemOf(foreign), { status: 403, code: 'ORIGIN_REFUSED' })
  const own = await signOut({ origin: server.url })
  assert.equal(own.status, 204)
  assert.match(own.headers.getSetCookie()[0] ?? '', /^sidep-session=; Max-Age=0; Path=\//)
})

test('sign-in, choice of site and sign-out are in the audit chain of their site', async () => {
  const person = pharmacistWithTwoSites
  const site = person.activities[1].finess
  const { cookie } = await signInOverHttp(server.url, { nationalId: idOf(person), site })
  await fetch(`${server.url}/api/session`, { method: 'DELETE', headers: { cookie } })
  const acts = (chain: string) => database.pools.login<{ act: string; professional_id: string }[]>`
    select act, professional_id from audit where site_id = ${chain} order by sequence`
  const ofSite = (await acts(site)).slice(-2)
  assert.deepEqual(
    ofSite.map(({ act, professional_id }) => [act, professional_id]),
    [
      ['session.site-chosen', person.nationalId],
      ['session.closed', person.nationalId],
    ],
  )
  const ofPerson = await acts(`professional/${person.nationalId}`)
  assert.equal(ofPerson.at(-1)?.act, 'session.opened')
  assert.equal((await checkChain(database.pools.login, site)).ok, true)
})

test('the directory names a site before the identity provider does', async () => {
  const { finess } = demoPeople.doctor.activities[0]
  const sql = database.pools.login
  await signInOverHttp(server.url, { nationalId: idOf(demoPeople.doctor) })
  const [asSent] = await sql`select name, source from site where id = ${finess}`
  assert.deepEqual(
    { ...asSent },
    { name: demoPeople.doctor.activities[0].companyName, source: 'ecps' },
  )
  await sql`update site set name = 'Maison de santé', postal_code = '69001', source = 'directory'
    where id = ${finess}`
  const { session } = await signInOverHttp(server.url, { nationalId: idOf(demoPeople.doctor) })
  assert.deepEqual(session.site, { id: finess, name: 'Maison de santé', postalCode: '69001' })
})

test('the door is told up, and where a sign-in by telephone begins', async () => {
  const { doors } = (await (await fetch(`${server.url}/api/doors`)).json()) as DoorsView
  assert.deepEqual(doors, [
    {
      door: 'ecps',
      url: '/login/ecps',
      state: 'up',
      backchannelUrl: '/login/ecps/backchannel',
    },
  ])
})

test('the log knows codes, and nobody’s name, number, token or address', () => {
  const log = server.logLines.join('')
  assert.ok(log.includes('PROFESSION_NOT_PERMITTED'))
  for (const person of Object.values(demoPeople)) {
    assert.ok(!log.includes(person.nationalId), 'national id in the log')
    assert.ok(!log.includes(person.familyName), 'name in the log')
  }
  assert.doesNotMatch(log, /code=|state=|eyJ/)
})

test('SignInRefused carries the portal’s code', async () => {
  await assert.rejects(
    signInOverHttp(server.url, { nationalId: demoPeople.student.nationalId }),
    (error) => error instanceof SignInRefused && error.code === 'PROFESSION_NOT_PERMITTED',
  )
})
