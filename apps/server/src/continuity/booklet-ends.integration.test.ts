/** Booklets are of a session on a device: what is in force, and how it ends. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { BookletsInForce, SiteNoticeList } from '@sidep/contracts'
import { demoPeople } from '@sidep/dev'
import { base64ToBytes } from '@sidep/encoding'
import { loadTrust, openBundle } from '@sidep/trust'
import { verify } from '@sidep/verdict'
import { clusterOfFile, type TestPortal, testSites } from '../platform/testing.ts'
import {
  certified,
  makeCounter,
  professionalId,
  type TestCounter,
  type TestItem,
} from './testing.ts'

let portal: TestPortal
const cluster = await clusterOfFile()
const open: TestPortal[] = []
const fresh = async (): Promise<TestCounter> => {
  portal = await cluster.portal()
  open.push(portal)
  return makeCounter(portal)
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ server }) => server.close()))
})

/** As a verifier with the newest bundle says it. */
const codeOf = async ({ provisional }: TestItem): Promise<string> => {
  const base = `http://127.0.0.1:${portal.server.port}`
  const anchor: { spki: string } = JSON.parse(await (await fetch(`${base}/trust/anchor`)).text())
  const spki = base64ToBytes(anchor.spki)
  assert.ok(spki.ok)
  const bytes = new Uint8Array(await (await fetch(`${base}/trust/bundle`)).arrayBuffer())
  const now = portal.clock.now()
  const opened = await openBundle(bytes, spki.value, now)
  assert.ok(opened.ok)
  return (await verify(provisional ?? '', await loadTrust(opened.value), now, { kind: 'none' }))
    .code
}

const inForce = async (counter: TestCounter): Promise<readonly string[]> =>
  (await counter.send('GET', '/api/booklets')).json<BookletsInForce>().booklets

const statusOf = async (counter: TestCounter, item: TestItem): Promise<string> => {
  const [line] = await counter.reconcile([item])
  assert.ok(line)
  return line.status === 'refused' ? line.code : line.status
}

test('signing out ends the booklet: what was signed before stays good, for verifiers and at reconciling', async () => {
  const counter = await fresh()
  const { booklet } = await counter.takeBooklet()
  portal.clock.advance(60_000)
  const before = await certified(portal, counter, booklet, 1)
  portal.clock.advance(60_000)
  assert.equal((await counter.send('DELETE', '/api/session')).status, 204)
  portal.clock.advance(60_000)
  const afterwards = await certified(portal, counter, booklet, 2)
  assert.equal(await codeOf(before), 'ACCEPTED')
  assert.equal(await codeOf(afterwards), 'BOOKLET_WITHDRAWN')

  const again = await makeCounter(portal)
  assert.equal(await statusOf(again, before), 'definitive')
  assert.equal(await statusOf(again, afterwards), 'BOOKLET_WITHDRAWN')
  // An ordinary end is nothing for operations to look into.
  const flags = await portal.sql`select code from continuity_flag where code <> 'NUMBER_GAP'`
  assert.equal(flags.length, 0)
  const acts = await portal.sql<{ subject: string }[]>`
    select subject from audit where act = 'booklet.ended'`
  assert.deepEqual(
    acts.map(({ subject }) => subject),
    [`${booklet.id} signed-out by ${professionalId}`],
  )
})

test('a copied cookie alone signs nobody out: the booklet goes on', async () => {
  const counter = await fresh()
  const { booklet } = await counter.takeBooklet()
  const { cookie } = counter
  const signOut = await portal.send('DELETE', '/api/session', undefined, { cookie, signer: null })
  assert.equal(signOut.status, 204)
  assert.equal((await counter.send('GET', '/api/booklets')).code, 'SESSION_RENEWAL_DUE')
  portal.clock.advance(60_000)
  assert.equal(await codeOf(await certified(portal, counter, booklet, 1)), 'ACCEPTED')
  const [row] = await portal.sql`
    select ended_at from booklet_holder where session_id = ${counter.signer.sessionId}`
  assert.deepEqual({ ...row }, { ended_at: null })
})

test('a booklet taken in the next session of the same counter and key is good', async () => {
  const counter = await fresh()
  await counter.takeBooklet()
  await counter.send('DELETE', '/api/session')
  // In the same second.
  const { signer, counterKey } = counter
  const next = await portal.signInAt(testSites.parvis, { professionalId }, signer.device)
  const reply = await portal.send('POST', '/api/booklets', { counterKey }, next)
  assert.equal(reply.status, 201)
  const { id } = reply.json<{ id: string }>()
  assert.deepEqual(
    (await portal.send('GET', '/api/booklets', undefined, next)).json<BookletsInForce>().booklets,
    [id],
  )
})

test('ended from another counter it ends too, and nobody else’s does', async () => {
  const stolen = await fresh()
  const mine = await makeCounter(portal)
  const neighbour = await makeCounter(portal, testSites.parvis, {
    professionalId: demoPeople.nurse.nationalId,
  })
  for (const one of [stolen, mine, neighbour]) await one.takeBooklet()
  const reply = await mine.send('POST', '/api/session/revocations', { scope: 'elsewhere' })
  assert.equal(reply.status, 204)
  const rows = await portal.sql<{ session_id: string }[]>`
    select session_id from booklet_holder where ended_at is not null`
  assert.deepEqual(
    rows.map((row) => row.session_id),
    [stolen.signer.sessionId],
  )
  assert.equal((await inForce(mine)).length, 1)
  assert.equal((await inForce(neighbour)).length, 1)
})

test('a counter has one, and while another is handed over the one that it holds; others give way', async () => {
  const counter = await fresh()
  const first = await counter.takeBooklet()
  const second = await counter.takeBooklet(first.answer.id)
  assert.deepEqual([...(await inForce(counter))].sort(), [first.answer.id, second.answer.id].sort())
  // The answer was lost: the counter says again what it holds.
  const third = await counter.takeBooklet(first.answer.id)
  assert.deepEqual([...(await inForce(counter))].sort(), [first.answer.id, third.answer.id].sort())
  const fourth = await counter.takeBooklet(third.answer.id)
  assert.deepEqual([...(await inForce(counter))].sort(), [third.answer.id, fourth.answer.id].sort())
  // One key: under another, nothing of the first is held.
  const { counterKey } = await makeCounter(portal)
  const reply = await counter.send('POST', '/api/booklets', { counterKey, held: fourth.answer.id })
  assert.deepEqual(await inForce(counter), [reply.json<{ id: string }>().id])
})

test('a person has them at eight counters at most; those of sessions that ended do not count', async () => {
  const first = await fresh()
  await first.takeBooklet()
  for (let counters = 1; counters < 8; counters += 1)
    await (await makeCounter(portal)).takeBooklet()
  const ninth = await makeCounter(portal)
  const { counterKey } = ninth
  const refused = await ninth.send('POST', '/api/booklets', { counterKey })
  assert.deepEqual([refused.status, refused.code], [409, 'BOOKLETS_TOO_MANY'])
  assert.equal((await first.send('DELETE', '/api/session')).status, 204)
  await ninth.takeBooklet()
})

test('acts on a whole site are for who answers there in person, are told to them, and can be taken back', async () => {
  const counter = await fresh()
  const { booklet } = await counter.takeBooklet()
  const { slips } = await counter.printSlips(4)
  portal.clock.advance(60_000)
  const item = await certified(portal, counter, booklet, 1)
  const staff = await makeCounter(portal, testSites.parvis, {
    delegation: {
      id: '017b3f50-0000-7000-8000-000000000001',
      endsAt: new Date(portal.clock.now().getTime() + 3_600_000),
      responsible: {
        id: professionalId,
        familyName: 'MARTIN',
        firstNames: 'Camille',
        profession: '21',
      },
      site: testSites.parvis,
    },
    professionalId: '810003456789',
  })
  for (const path of ['/api/booklets/withdrawals', '/api/slips/cancellations']) {
    const refused = await staff.send('POST', path, { reason: 'lost' })
    assert.deepEqual([refused.status, refused.code], [403, 'RESPONSIBLE_REQUIRED'])
  }
  assert.equal(await codeOf(item), 'ACCEPTED')

  const withdrawn = await counter.send('POST', '/api/booklets/withdrawals', { reason: 'stolen' })
  assert.equal(withdrawn.status, 204)
  assert.equal(await codeOf(item), 'SITE_WITHDRAWN')
  portal.clock.advance(1_000)
  await counter.send('POST', '/api/slips/cancellations', { reason: 'lost' })
  // A colleague who works there sees both, and who did it.
  const colleague = await makeCounter(portal, testSites.parvis, {
    professionalId: demoPeople.nurse.nationalId,
  })
  const notices = async () =>
    (await colleague.send('GET', '/api/site/notices')).json<SiteNoticeList>().notices
  assert.deepEqual(
    (await notices()).map(({ kind, reason, by }) => [kind, reason, by.id]),
    [
      ['slips-cancelled', 'lost', professionalId],
      ['booklets-withdrawn', 'stolen', professionalId],
    ],
  )
  for (const { id } of await notices()) {
    const path = `/api/site/notices/${id}/undoing`
    assert.equal((await colleague.send('POST', path, {})).status, 204)
    assert.equal((await colleague.send('POST', path, {})).code, 'NOTICE_UNKNOWN')
  }
  assert.ok((await notices()).every(({ undoneAt }) => undoneAt !== null))
  assert.equal(await codeOf(item), 'ACCEPTED')
  const out = (await counter.send('GET', '/api/slips')).json<{ slips: unknown[] }>().slips
  assert.equal(out.length, slips.length)
  // What operations withdraw, no site takes back; nor does a stranger.
  const elsewhere = await makeCounter(portal, testSites.ajaccio)
  const [notice] = await notices()
  const path = `/api/site/notices/${notice?.id}/undoing`
  assert.equal((await elsewhere.send('POST', path, {})).code, 'NOTICE_UNKNOWN')
})
