/** What operations do from their screen: said beforehand, done by who may, and in the audit chain. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ActDone, OperationsView, Preview } from '@sidep/contracts'
import { routes } from '@sidep/contracts'
import { addRole } from '../../login/operators.ts'
import { clusterOfFile, type SignedIn, sampleScreening, testSites } from '../../platform/testing.ts'
import { parseEvent } from '../incidents/events.ts'
import { logName, writeWhole } from '../store.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-acts-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const { parvis } = testSites
const cluster = await clusterOfFile()
const portal = await cluster.portal({
  environment: { WATCH_DIR: folder, STATUS_DIR: join(folder, 'etat') },
})
const { sql, clock } = portal
const who = { duty: '899700075122', authority: '899700075130' } as const
const pharmacist = '899790000015'
let duty: SignedIn
let authority: SignedIn

before(async () => {
  for (const role of ['duty', 'authority'] as const) {
    const order = { personId: who[role], role, reason: 'essai', by: 'essai' }
    await addRole(sql, order, clock.now())
  }
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
