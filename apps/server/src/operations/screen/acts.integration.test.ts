/** What operations do from their screen: said beforehand, done by who may, and in the audit chain. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ActDone, FraudAlertsView, OperationsView, Preview } from '@sidep/contracts'
import { routes } from '@sidep/contracts'
import { openNotice } from '@sidep/trust'
import { addRole } from '../../login/operators.ts'
import { clusterOfFile, type SignedIn, sampleScreening, testSites } from '../../platform/testing.ts'
import { parseEvent } from '../incidents/events.ts'
import { pollNotices } from '../probes/index-notices.ts'
import { logName, writeWhole } from '../store.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-acts-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const { parvis } = testSites
const cluster = await clusterOfFile()
const portal = await cluster.portal({
  environment: { WATCH_DIR: folder, STATUS_DIR: join(folder, 'etat') },
})
const { sql, clock } = portal
const who = { duty: '899700075122', authority: '899700075130', second: '899700075148' } as const
const pharmacist = '899790000015'
let duty: SignedIn
let authority: SignedIn

before(async () => {
  for (const role of ['duty', 'authority'] as const) {
    const order = { personId: who[role], role, reason: 'essai', by: 'essai' }
    await addRole(sql, order, clock.now())
  }
  const order = { personId: who.second, role: 'authority', reason: 'essai', by: 'essai' } as const
  await addRole(sql, order, clock.now())
  duty = await portal.signInAt(null, { professionalId: who.duty })
  authority = await portal.signInAt(null, { professionalId: who.authority })
})

const preview = async (body: object, as: SignedIn = authority): Promise<Preview> =>
  (await portal.send('POST', routes.operationsPreviews, body, as)).json()
const act = (path: string, body: object, as: SignedIn = authority) =>
  portal.send('POST', path, body, as)
const lastAct = async () => {
  const [row] = await sql<{ professional_id: string; door: string; subject: string }[]>`
    select professional_id, door, subject from audit
    where site_id = 'portal' and act = 'operations.acted' order by sequence desc limit 1`
  return row
}

test('an account is suspended with what it has open, and what it issued since a time is revoked, as said before', async () => {
  const counter = await portal.signInAt(parvis, { professionalId: pharmacist })
  for (const familyName of ['ESSAI-UN', 'ESSAI-DEUX']) {
    const { person } = sampleScreening(portal)
    const screening = sampleScreening(portal, { person: { ...person, familyName } })
    assert.equal((await portal.send('POST', routes.screenings, screening, counter)).status, 201)
  }
  const since = new Date(clock.now().getTime() - 3_600_000).toISOString()
  const of = { of: 'revocation', professional: pharmacist, since }
  assert.deepEqual(await preview(of), { certificates: 2, people: 2, sites: 1, isUndoable: false })
  assert.deepEqual(
    await preview({ of: 'revocation', professional: pharmacist, since: clock.now().toISOString() }),
    { certificates: 2, people: 2, sites: 1, isUndoable: false },
  )
  const order = { professional: pharmacist, since, certificates: 1, reason: 'carte volée' }
  const outdated = await act(routes.operationsRevocations, order)
  assert.deepEqual([outdated.status, outdated.code], [409, 'PREVIEW_OUTDATED'])
  assert.equal((await sql`select 1 from certificate_revocation`).length, 0)

  const suspension = { professional: pharmacist, to: 'suspended', reason: 'carte volée' }
  assert.equal((await act(routes.operationsSuspensions, suspension, duty)).code, 'ROLE_REQUIRED')
  const suspended = await act(routes.operationsSuspensions, suspension)
  assert.deepEqual(suspended.json<ActDone>(), { isChanged: true, booklets: 0 })
  assert.deepEqual(
    { ...(await lastAct()) },
    {
      professional_id: who.authority,
      door: 'ecps',
      subject: `${pharmacist} suspended: carte volée`,
    },
  )
  const done = await act(routes.operationsRevocations, { ...order, certificates: 2 })
  assert.deepEqual(done.json<ActDone>(), { isChanged: true, certificates: 2 })
  assert.deepEqual(await preview(of), { certificates: 0, people: 0, sites: 0, isUndoable: false })
  const lifted = await act(routes.operationsSuspensions, { ...suspension, to: 'lifted' })
  assert.deepEqual(lifted.json<ActDone>(), { isChanged: true })
  const again = await act(routes.operationsSuspensions, { ...suspension, to: 'lifted' })
  assert.deepEqual(again.json<ActDone>(), { isChanged: false })
})

test('a time in the future, or without its offset, is refused', async () => {
  for (const since of [
    '2021-08-13T15:30:00.000',
    '2031-08-13T15:30:00+02:00',
    '20210813T153000+02:00',
  ]) {
    const body = { of: 'revocation', professional: pharmacist, since }
    assert.equal((await act(routes.operationsPreviews, body)).code, 'REQUEST_INVALID', since)
  }
})

test('a door is said down by who is on duty, until it is taken back', async () => {
  const order = { door: 'card', to: 'down', hours: 8, reason: 'liste de révocation périmée' }
  assert.equal((await preview({ of: 'door', door: 'card' }, duty)).isUndoable, true)
  assert.equal((await act(routes.operationsDoors, order, duty)).status, 200)
  const [row] = await sql`select state, set_by, reason from door_switch where door = 'card'`
  assert.deepEqual({ ...row }, { state: 'down', set_by: who.duty, reason: order.reason })
  const back = await act(routes.operationsDoors, { ...order, to: 'probes' }, duty)
  assert.deepEqual(back.json<ActDone>(), { isChanged: true })
  assert.equal((await sql`select 1 from door_switch`).length, 0)
})

test('the papers of a site are withdrawn: as many as were said to be out', async () => {
  const { id } = parvis
  const counter = await portal.signInAt(parvis)
  assert.equal((await portal.send('POST', routes.slips, { count: 4 }, counter)).status, 201)
  assert.deepEqual(await preview({ of: 'withdrawal', papers: 'slips', site: id }, duty), {
    sites: 1,
    slips: 4,
    isUndoable: false,
  })
  const order = { papers: 'slips', site: id, why: 'stolen', reason: 'cambriolage' }
  const done = await act(routes.operationsWithdrawals, order, duty)
  assert.deepEqual(done.json<ActDone>(), { isChanged: true, slips: 4 })
  const booklets = await act(routes.operationsWithdrawals, { ...order, papers: 'booklets' }, duty)
  assert.deepEqual(booklets.json<ActDone>(), { isChanged: false, booklets: 0 })
  const rows =
    await sql`select kind, subject, withdrawn_by from continuity_withdrawal order by kind`
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      { kind: 'site', subject: id, withdrawn_by: who.duty },
      { kind: 'slip-site', subject: id, withdrawn_by: who.duty },
    ],
  )
})

test('what is said of an incident is left for the watcher, who owns it', async () => {
  const take = { kind: 'take', incident: '2021-08-13/1', reason: 'je prends' }
  assert.equal((await act(routes.operationsIncidents, take, duty)).code, 'WATCHER_AWAY')
  const at = clock.now().toISOString()
  await writeWhole(
    join(folder, 'etat/summary.json'),
    JSON.stringify({ page: { updated_at: at }, components: [] }),
  )
  assert.equal((await act(routes.operationsIncidents, take, duty)).code, 'INCIDENT_UNKNOWN')
  const opened = {
    type: 'opened',
    at,
    incident: '2021-08-13/1',
    component: 'ecps',
    rule: 'probe',
    code: null,
    since: at,
    departments: [],
    sites: null,
  }
  await writeWhole(join(folder, logName), `${JSON.stringify(opened)}\n`)
  assert.equal((await act(routes.operationsIncidents, take, duty)).status, 202)
  const [name = ''] = readdirSync(join(folder, 'orders'))
  assert.deepEqual(parseEvent(readFileSync(join(folder, 'orders', name), 'utf8')), {
    type: 'taken',
    at,
    incident: '2021-08-13/1',
    by: who.duty,
  })
})

test('an incident is opened by a person, and closed by one where no probe still finds it', async () => {
  const close = { kind: 'close', incident: '2021-08-13/1', reason: 'tout va bien' }
  assert.equal((await act(routes.operationsIncidents, close, duty)).code, 'INCIDENT_UNKNOWN')
  clock.advance(1_000)
  const open = { kind: 'open', component: 'retrieval', reason: 'appels de personnes' }
  assert.equal((await act(routes.operationsIncidents, open, duty)).status, 202)
  const orders = readdirSync(join(folder, 'orders')).sort()
  const left = parseEvent(readFileSync(join(folder, 'orders', orders.at(-1) ?? ''), 'utf8'))
  assert.ok(left?.type === 'opened')
  assert.deepEqual([left.component, left.rule], ['retrieval', 'person'])
  await writeWhole(
    join(folder, logName),
    `${JSON.stringify({ ...left, incident: '2021-08-13/2' })}\n`,
  )
  const own = { ...close, incident: '2021-08-13/2' }
  assert.equal((await act(routes.operationsIncidents, own, duty)).status, 202)
})

test('a feed rests, and goes on', async () => {
  assert.deepEqual(await preview({ of: 'feed', feed: 'tracing' }, duty), {
    messages: 0,
    isUndoable: true,
  })
  const order = { feed: 'tracing', to: 'paused', reason: 'destinataire en panne' }
  const paused = await act(routes.operationsFeeds, order, duty)
  assert.deepEqual(paused.json<ActDone>(), { isChanged: true })
  const [row] = await sql`select paused_by, pause_reason from feed where name = 'tracing'`
  assert.deepEqual({ ...row }, { paused_by: who.duty, pause_reason: order.reason })
  const { figures } = (
    await portal.send('GET', routes.operationsOverview, undefined, duty)
  ).json<OperationsView>()
  assert.equal(figures?.feeds.find(({ name }) => name === 'tracing')?.isPaused, true)
  const running = await act(routes.operationsFeeds, { ...order, to: 'running' }, duty)
  assert.deepEqual(running.json<ActDone>(), { isChanged: true })
})

const noticesInIndex = async (): Promise<readonly string[]> => {
  const { spki } = (await portal.send('GET', routes.trustAnchor)).json<{ spki: string }>()
  const anchor = new Uint8Array(Buffer.from(spki, 'base64'))
  const browser = {
    bytes: async (url: URL) =>
      new Uint8Array(await (await fetch(url, { headers: { accept: '*/*' } })).arrayBuffer()),
  }
  const { notices } = await pollNotices(browser, portal.server.url, anchor, null)
  const opened = await Promise.all(notices.map((bytes) => openNotice(bytes, anchor)))
  return opened.map((notice) => (notice.ok ? notice.value.id : notice.code))
}

test('a notice is drafted by one person, signed by another one, goes out to verifiers, and is withdrawn', async () => {
  const { id } = parvis
  const counter = await portal.signInAt(parvis)
  assert.equal((await portal.send('POST', routes.slips, { count: 2 }, counter)).status, 201)
  const extent = { accepts: ['slip', 'provisional'], sites: [id.slice(0, 2)] }
  const touched = await preview({ of: 'notice', ...extent }, duty)
  assert.deepEqual(touched, { sites: 1, slips: 2, booklets: 0, isUndoable: true })
  const elsewhere = await preview({ of: 'notice', accepts: ['slip'], sites: ['974'] }, duty)
  assert.deepEqual(elsewhere, { sites: 0, slips: 0, isUndoable: true })
  const now = clock.now().getTime()
  const draft = {
    ...extent,
    from: new Date(now).toISOString(),
    until: new Date(now + 3 * 86_400_000).toISOString(),
    fr: 'Les fiches de Paris comptent encore.',
    en: 'Slips of Paris still count.',
    reason: 'aucune porte depuis 15:30',
  }
  const long = { ...draft, until: new Date(now + 15 * 86_400_000).toISOString() }
  assert.equal((await act(routes.operationsNotices, long, authority)).code, 'REQUEST_INVALID')
  const drafted = await act(routes.operationsNotices, draft, authority)
  assert.equal(drafted.status, 201, drafted.text)
  const { notice } = drafted.json<{ notice: string }>()
  assert.match(notice, /^AT-2021-08-1\d-1$/)
  assert.deepEqual(await noticesInIndex(), [])

  const order = { notice, reason: 'convenu avec le cabinet' }
  const sign = (as: SignedIn) => act(routes.operationsNoticeSignatures, order, as)
  assert.equal((await sign(authority)).code, 'SECOND_PERSON_REQUIRED')
  assert.equal((await sign(duty)).code, 'ROLE_REQUIRED')
  const second = await portal.signInAt(null, { professionalId: who.second })
  assert.deepEqual((await sign(second)).json<ActDone>(), { isChanged: true })
  assert.deepEqual((await sign(second)).json<ActDone>(), { isChanged: false })
  clock.advance(5_000)
  const { figures } = (
    await portal.send('GET', routes.operationsOverview, undefined, duty)
  ).json<OperationsView>()
  assert.deepEqual(
    figures?.notices.map((one) => [one.id, one.draftedBy, one.signedBy]),
    [[notice, who.authority, who.second]],
  )
  assert.deepEqual(await noticesInIndex(), [notice])

  assert.deepEqual((await act(routes.operationsNoticeWithdrawals, order)).json<ActDone>(), {
    isChanged: true,
  })
  assert.deepEqual(await noticesInIndex(), [])
  assert.equal((await act(routes.operationsNoticeWithdrawals, order)).code, 'NOTICE_UNKNOWN')
  const chain = await sql<{ act: string; subject: string }[]>`
    select act, subject from audit where site_id = 'portal' and act like 'notice.%' order by sequence`
  assert.deepEqual(
    chain.map(({ act: name }) => name),
    ['notice.drafted', 'notice.signed', 'notice.withdrawn'],
  )
  assert.match(chain[1]?.subject ?? '', /sha256 [0-9a-f]{64} by 899700075148: convenu/)
  await assert.rejects(
    sql`update tolerance_notice set signed_by = drafted_by where id = ${notice}`,
    /check constraint/,
  )
})

test('an alert is read with its evidence, and closed with a reason', async () => {
  await sql`
    insert into fraud_alert (professional_id, opened_at, last_at, entries, points, evidence, sites)
    values (${pharmacist}, ${clock.now()}, ${clock.now()}, 31, 128, ${sql.json([
      { code: 'NIGHT', value: 20, points: 60 },
    ])}, ${[parvis.id]})`
  const listed = await portal.send('GET', routes.operationsFraud, undefined, authority)
  const [alert, ...others] = listed.json<FraudAlertsView>().alerts
  assert.deepEqual(others, [])
  assert.deepEqual(
    [alert?.professional, alert?.points, alert?.evidence[0]?.code, alert?.isSuspended],
    [pharmacist, 128, 'NIGHT', false],
  )
  const order = { professional: pharmacist, reason: 'appelé : stand au marché' }
  const closed = await act(routes.operationsFraudClosures, order)
  assert.deepEqual(closed.json<ActDone>(), { isChanged: true })
  const [row] = await sql`select closed_by, closed_reason from fraud_alert`
  assert.deepEqual({ ...row }, { closed_by: who.authority, closed_reason: order.reason })
  const again = await act(routes.operationsFraudClosures, order)
  assert.deepEqual(again.json<ActDone>(), { isChanged: false })
})
