/** Staff who work under a professional's responsibility. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DelegationList, DelegationView, SessionView } from '@sidep/contracts'
import { demoPeople, signInOverHttp } from '@sidep/dev'
import { checkChain } from '../../audit/check.ts'
import type { OpenDatabase } from '../../platform/database.ts'
import { openTestDatabase } from '../../platform/test-databases.ts'
import { makeSessionTokens, sessionMacOf } from '../session-token.ts'
import { openStaffSession } from '../sign-in.ts'
import {
  actHeaders,
  type LoginServer,
  makeTestDevice,
  startLoginServer,
  type TestDevice,
  until,
} from '../testing.ts'

let database: OpenDatabase
let server: LoginServer
let other: LoginServer
/** The one that everybody signs in on here. */
let device: TestDevice

before(async () => {
  device = await makeTestDevice()
  database = await openTestDatabase()
  server = await startLoginServer({ database: database.pools.login })
  other = await startLoginServer({ database: database.pools.login, beside: server })
})
after(async () => {
  await other.close()
  await server.close()
  await database.close()
})

const { pharmacist, student, nurse } = demoPeople
const site = pharmacist.activities[0].finess

const send = async (method: string, path: string, cookie: string, input?: unknown, at = server) => {
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
const codeOf = async (response: Response): Promise<string> =>
  response.status < 400
    ? String(response.status)
    : ((await response.json()) as { code: string }).code

const cookieFrom = (response: Response): string =>
  response.headers
    .getSetCookie()
    .find((line) => line.startsWith('sidep-session='))
    ?.split(';')[0] ?? ''

const inHours = (hours: number): string =>
  new Date(server.clock.now().getTime() + hours * 3_600_000).toISOString()

const professional = async (): Promise<string> =>
  (
    await signInOverHttp(server.url, {
      nationalId: pharmacist.nationalId,
      device: device.thumbprint,
    })
  ).cookie

const grant = async (cookie: string, staffId: string, hours = 4): Promise<DelegationView> => {
  const answer = await send('POST', '/api/delegations', cookie, {
    staffId,
    staffName: 'Noé, étudiant',
    endsAt: inHours(hours),
  })
  assert.equal(answer.status, 201, await answer.clone().text())
  return (await answer.json()) as DelegationView
}

const takeUp = async (cookie: string, delegation: DelegationView): Promise<Response> =>
  send('POST', '/api/session/site', cookie, { site, delegation: delegation.id })

test('a student works for the pharmacist who lets them, and the chain names both', async () => {
  const cookie = await professional()
  const delegation = await grant(cookie, student.nationalId)
  assert.equal(delegation.responsible.id, pharmacist.nationalId)

  const { cookie: studentCookie, session } = await signInOverHttp(server.url, {
    nationalId: student.nationalId,
    device: device.thumbprint,
  })
  assert.deepEqual([session.site, session.sites], [null, []])
  const early = await send('GET', '/guarded/site', studentCookie)
  assert.equal(await codeOf(early), 'SITE_NOT_CHOSEN')
  const offered = (await (
    await send('GET', '/api/delegations/for-me', studentCookie)
  ).json()) as DelegationList
  assert.deepEqual(
    offered.delegations.map(({ id }) => id),
    [delegation.id],
  )
  const taken = await takeUp(studentCookie, delegation)
  const view = (await taken.json()) as SessionView
  assert.equal(view.professional.id, pharmacist.nationalId)
  assert.equal(view.operator?.id, student.nationalId)
  assert.equal(view.site?.id, site)
  assert.equal(view.delegation?.id, delegation.id)
  const guarded = await send('GET', '/guarded', cookieFrom(taken))
  assert.deepEqual(await guarded.json(), { professional: pharmacist.nationalId })

  const sql = database.pools.login
  const rows = await sql`select act, professional_id, operator_id from audit
    where site_id = ${site} and subject = ${delegation.id} order by sequence`
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      { act: 'delegation.granted', professional_id: pharmacist.nationalId, operator_id: null },
      {
        act: 'delegation.taken-up',
        professional_id: pharmacist.nationalId,
        operator_id: student.nationalId,
      },
    ],
  )
  assert.equal((await checkChain(sql, site)).ok, true)
  const [stored] = await sql<
    { sealed: Uint8Array }[]
  >`select sealed from delegation where id = ${delegation.id}`
  assert.ok(!Buffer.from(stored?.sealed ?? []).includes('Noé'))
})

test('a delegation called back ends the work under it in every process within a reading of the list', async () => {
  const cookie = await professional()
  const delegation = await grant(cookie, student.nationalId)
  const { cookie: studentCookie } = await signInOverHttp(server.url, {
    nationalId: student.nationalId,
    device: device.thumbprint,
  })
  const working = cookieFrom(await takeUp(studentCookie, delegation))
  assert.equal(await codeOf(await send('GET', '/guarded/site', working, undefined, other)), '200')
  const path = `/api/delegations/${delegation.id}`
  assert.equal(await codeOf(await send('DELETE', path, cookie)), '204')
  assert.equal(await codeOf(await send('GET', '/guarded/site', working)), 'DELEGATION_ENDED')
  await until(
    async () =>
      (await codeOf(await send('GET', '/guarded/site', working, undefined, other))) ===
      'DELEGATION_ENDED',
  )
  assert.equal(await codeOf(await takeUp(studentCookie, delegation)), 'DELEGATION_UNKNOWN')
  // Called back again, and shown as over.
  assert.equal(await codeOf(await send('DELETE', path, cookie)), '204')
  const list = (await (await send('GET', '/api/delegations', cookie)).json()) as DelegationList
  const shown = list.delegations.find(({ id }) => id === delegation.id)
  assert.notEqual(shown?.revokedAt, null)
  assert.equal(shown?.staff.name, 'Noé, étudiant')
})

test('a delegation that is over lets nobody work, and opens no session', async () => {
  const delegation = await grant(await professional(), student.nationalId, 1)
  const { cookie } = await signInOverHttp(server.url, { nationalId: student.nationalId })
  const working = cookieFrom(await takeUp(cookie, delegation))
  server.clock.moveSeconds(3_601)
  try {
    assert.match(
      await codeOf(await send('GET', '/guarded/site', working)),
      /^(DELEGATION_ENDED|SESSION_EXPIRED)$/,
    )
    assert.equal(await codeOf(await takeUp(cookie, delegation)), 'DELEGATION_UNKNOWN')
  } finally {
    server.clock.moveSeconds(-3_601)
  }
})

/** What a cookie gives without its device, `seconds` from now. */
const codesLater = async (cookie: string, seconds: number): Promise<string[]> => {
  server.clock.moveSeconds(seconds)
  try {
    const asked = ['/api/session/open', '/api/delegations/for-me'].map((path) =>
      fetch(`${server.url}${path}`, { headers: { cookie } }).then(codeOf),
    )
    return await Promise.all(asked)
  } finally {
    server.clock.moveSeconds(-seconds)
  }
}

test('a copied cookie of delegated work is good for no longer than another', async () => {
  const open = await grant(await professional(), student.nationalId)
  const ends = await grant(await professional(), student.nationalId, 0.25)
  const signedIn = await signInOverHttp(server.url, {
    nationalId: student.nationalId,
    device: device.thumbprint,
  })
  const due = ['SESSION_RENEWAL_DUE', 'SESSION_RENEWAL_DUE']
  assert.deepEqual(await codesLater(signedIn.cookie, 21 * 60), due)
  const working = cookieFrom(await takeUp(signedIn.cookie, open))
  assert.deepEqual(await codesLater(working, 21 * 60), due)
  // Whose work has just ended may be at the screen, and choose other work.
  const ended = cookieFrom(await takeUp(signedIn.cookie, ends))
  assert.deepEqual(await codesLater(ended, 21 * 60), ['200', '200'])
  assert.deepEqual(await codesLater(ended, 36 * 60), due)
})

test('an employee’s card works at its own pharmacy alone', async () => {
  const cookie = await professional()
  const staffId = `3${site}/0000000017`
  const elsewhere = `3${nurse.activities[0].finess}/0000000017`
  const refused = await send('POST', '/api/delegations', cookie, {
    staffId: elsewhere,
    staffName: 'Sam',
    endsAt: inHours(4),
  })
  assert.equal(await codeOf(refused), 'REQUEST_INVALID')
  const person = { id: staffId, familyName: 'ESSAI-PETIT', firstNames: 'Sam', profession: '' }
  await assert.rejects(openStaffSession(server.platform, person, 'card', undefined, site), {
    code: 'DELEGATION_MISSING',
  })
  const delegation = await grant(cookie, staffId)
  const session = await openStaffSession(server.platform, person, 'card', undefined, site)
  const tokens = makeSessionTokens({
    signer: server.platform.sessionSigner,
    mac: sessionMacOf(server.platform.vault),
    now: () => server.clock.now(),
    life: server.platform.configuration,
  })
  const working = await takeUp(`sidep-session=${await tokens.issue(session)}`, delegation)
  const view = (await working.json()) as SessionView
  assert.deepEqual([view.door, view.operator?.id], ['card', staffId])
  await assert.rejects(
    openStaffSession(server.platform, person, 'card', undefined, nurse.activities[0].finess),
    { code: 'DELEGATION_MISSING' },
  )
})

test('who works for somebody cannot delegate further, nor can others call a delegation back', async () => {
  const cookie = await professional()
  const delegation = await grant(cookie, student.nationalId)
  const { cookie: studentCookie } = await signInOverHttp(server.url, {
    nationalId: student.nationalId,
    device: device.thumbprint,
  })
  const working = cookieFrom(await takeUp(studentCookie, delegation))
  const further = { staffId: nurse.nationalId, staffName: 'X', endsAt: inHours(2) }
  const path = `/api/delegations/${delegation.id}`
  const answers = [
    await send('POST', '/api/delegations', working, further),
    await send('DELETE', path, working),
    await send('POST', '/api/delegations', studentCookie, further),
  ]
  assert.deepEqual(await Promise.all(answers.map(codeOf)), [
    'DELEGATION_NOT_PERMITTED',
    'DELEGATION_NOT_PERMITTED',
    'SITE_NOT_CHOSEN',
  ])
  const nurseCookie = (
    await signInOverHttp(server.url, { nationalId: nurse.nationalId, device: device.thumbprint })
  ).cookie
  assert.equal(await codeOf(await send('DELETE', path, nurseCookie)), 'DELEGATION_UNKNOWN')
  // Somebody else's delegation is nobody's to take up.
  assert.equal(await codeOf(await takeUp(nurseCookie, delegation)), 'DELEGATION_UNKNOWN')
})

test('however many are granted at once, a site has a hundred open ones', async () => {
  const cookie = (
    await signInOverHttp(server.url, { nationalId: nurse.nationalId, device: device.thumbprint })
  ).cookie
  const input = { staffId: student.nationalId, staffName: 'Noé', endsAt: inHours(1) }
  const answers = await Promise.all(
    Array.from({ length: 110 }, () => send('POST', '/api/delegations', cookie, input)),
  )
  const codes = Map.groupBy(await Promise.all(answers.map(codeOf)), (code) => code)
  assert.deepEqual([codes.get('201')?.length, codes.get('DELEGATIONS_TOO_MANY')?.length], [100, 10])
})

test('a delegation names somebody else, has a name and an end within three months', async () => {
  const cookie = await professional()
  const sound = { staffId: student.nationalId, staffName: 'Noé', endsAt: inHours(4) }
  for (const wrong of [
    { staffId: pharmacist.nationalId },
    { staffId: '899790000015' },
    { staffName: '  ' },
    { endsAt: inHours(-1) },
    { endsAt: inHours(93 * 24) },
    { endsAt: '2026-12-01T10:00:00' },
    { endsAt: 'demain' },
  ]) {
    const answer = await send('POST', '/api/delegations', cookie, { ...sound, ...wrong })
    assert.equal(await codeOf(answer), 'REQUEST_INVALID', JSON.stringify(wrong))
  }
})
