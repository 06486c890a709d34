/** Standing: whoever may not answer for anything any more, and all that hangs on them. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { BookletsInForce, DelegationView, SiteView } from '@sidep/contracts'
import { demoPeople } from '@sidep/dev'
import { checkChain } from '../audit/check.ts'
import { makeCounter } from '../continuity/testing.ts'
import { clusterOfFile, type SignedIn, type TestPortal, testSites } from '../platform/testing.ts'
import { endDeactivated, liftSuspension, suspendProfessional } from './suspension.ts'
import { until } from './testing.ts'

const { pharmacist, student } = demoPeople
const site: SiteView = testSites.parvis

let portal: TestPortal
const cluster = await clusterOfFile()
afterEach(() => portal.server.close())

const order = { professionalId: pharmacist.nationalId, reason: 'contrôle', by: 'c.martin' }
const codeOf = async (one: Pick<SignedIn, 'cookie'>): Promise<string> => {
  const reply = await portal.send('GET', '/api/slips', undefined, { cookie: one.cookie })
  return reply.status === 200 ? '200' : reply.code
}

interface Team {
  readonly responsible: Awaited<ReturnType<typeof makeCounter>>
  readonly delegation: DelegationView
  /** The student's session before they chose whom to work for. */
  readonly here: SignedIn
  /** At work for the responsible. */
  readonly atWork: SignedIn
}

/** A professional, and a student who works for them: each at a counter with a booklet. */
const team = async (): Promise<Team> => {
  portal = await cluster.portal()
  const responsible = await makeCounter(portal, site, { professionalId: pharmacist.nationalId })
  const granted = await responsible.send('POST', '/api/delegations', {
    staffId: student.nationalId,
    staffName: 'Noé',
    endsAt: new Date(portal.clock.now().getTime() + 4 * 3_600_000).toISOString(),
  })
  assert.equal(granted.status, 201, granted.text)
  const delegation = granted.json<DelegationView>()
  const here = await portal.signInAt(null, { professionalId: student.nationalId, sites: [] })
  const reply = await takeUp(here, delegation)
  assert.equal(reply.status, 200, reply.text)
  const [cookie = ''] = reply.headers.getSetCookie()[0]?.split(';') ?? []
  const atWork = { cookie, signer: here.signer }
  await responsible.takeBooklet()
  const { counterKey } = await makeCounter(portal, site)
  const booklet = await portal.send('POST', '/api/booklets', { counterKey }, atWork)
  assert.equal(booklet.status, 201, booklet.text)
  return { responsible, delegation, here, atWork }
}

const takeUp = (one: SignedIn, delegation: DelegationView) =>
  portal.send('POST', '/api/session/site', { site: site.id, delegation: delegation.id }, one)

const inForce = async (): Promise<number> => {
  const [row] = await portal.sql<{ count: number }[]>`
    select count(*)::int from booklet_holder where ended_at is null`
  return row?.count ?? -1
}

test('suspended in one act: own and staff’s sessions and booklets end, nobody takes up work for them, and the chain says who and why', async () => {
  const { responsible, delegation, here, atWork } = await team()
  const bystander = await makeCounter(portal, site, { professionalId: demoPeople.nurse.nationalId })
  await bystander.takeBooklet()
  assert.equal(await inForce(), 3)
  const effect = await suspendProfessional(portal.sql, order, portal.clock.now())
  assert.deepEqual([effect.isNew, effect.booklets.length], [true, 2])
  assert.equal(await inForce(), 1)
  await until(async () => (await codeOf(responsible)) === 'SESSION_REVOKED')
  assert.equal(await codeOf(atWork), 'DELEGATION_ENDED')
  assert.equal(await codeOf(bystander), '200')
  assert.equal((await takeUp(here, delegation)).code, 'DELEGATION_UNKNOWN')
  const offered = await portal.send('GET', '/api/delegations/for-me', undefined, here)
  assert.deepEqual(offered.json(), { delegations: [] })
  assert.deepEqual(
    (await bystander.send('GET', '/api/booklets')).json<BookletsInForce>().booklets.length,
    1,
  )
  const [row] = await portal.sql`select subject from audit where act = 'professional.suspended'`
  assert.equal(row?.subject, `${pharmacist.nationalId} by c.martin: contrôle`)
  for (const chain of ['portal', site.id]) assert.ok((await checkChain(portal.sql, chain)).ok)
})

test('lifted, they and theirs work again, by signing in and by the same delegation', async () => {
  const { delegation, here } = await team()
  await suspendProfessional(portal.sql, order, portal.clock.now())
  assert.equal((await takeUp(here, delegation)).code, 'DELEGATION_UNKNOWN')
  assert.equal(await liftSuspension(portal.sql, order, portal.clock.now()), true)
  assert.equal(await liftSuspension(portal.sql, order, portal.clock.now()), false)
  portal.clock.advance(60_000)
  assert.equal((await takeUp(here, delegation)).status, 200)
  const again = await makeCounter(portal, site, { professionalId: pharmacist.nationalId })
  assert.equal(await codeOf(again), '200')
})

test('gone from the directory at the site, renewal is refused there, and the staff’s too', async () => {
  const { responsible, atWork } = await team()
  const renew = async ({ cookie, signer }: SignedIn) => {
    const at = portal.clock.now()
    const aud = portal.server.url
    const proof = await signer.device.prove({ aud, sid: signer.sessionId, at })
    return portal.send('POST', '/api/session/renewal', { proof }, { cookie })
  }
  assert.equal((await renew(responsible)).status, 200)
  portal.clock.advance(60_000)
  await portal.sql`
    insert into professional_site (professional_id, site_id, profession, source, updated_at, deactivated_at)
    values (${pharmacist.nationalId}, ${site.id}, '21', 'directory', ${portal.clock.now()}, ${portal.clock.now()})`
  assert.equal((await renew(responsible)).code, 'SESSION_REVOKED')
  assert.equal((await renew(atWork)).code, 'DELEGATION_ENDED')
})

test('what an import of the directory ends, ends with all below it; who is still there goes on', async () => {
  const { responsible, atWork } = await team()
  const bystander = await makeCounter(portal, site, { professionalId: demoPeople.nurse.nationalId })
  await bystander.takeBooklet()
  const now = portal.clock.now()
  await portal.sql`
    insert into professional_site (professional_id, site_id, profession, source, updated_at, deactivated_at)
    values (${pharmacist.nationalId}, ${site.id}, '21', 'directory', ${now}, ${now})`
  assert.equal(await endDeactivated(portal.sql, now), 1)
  assert.equal(await inForce(), 1)
  await until(async () => (await codeOf(responsible)) === 'SESSION_REVOKED')
  assert.equal(await codeOf(atWork), 'DELEGATION_ENDED')
  assert.equal(await codeOf(bystander), '200')
})
