import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { clusterOfFile, testSites } from '../platform/testing.ts'
import {
  certified,
  codeAt,
  flagsIn,
  freshCountersOn,
  makeCounter,
  professionalId,
  statuses,
  textOf,
  trustOfBundle,
} from './testing.ts'
import { withdrawEverything } from './withdrawals.ts'

const hour = 3_600_000

const cluster = await clusterOfFile()
const portal = await cluster.portal()
const counter = await makeCounter(portal)
const fresh = freshCountersOn(cluster)

suite('booklets', () => {
  test('a counter gets one for a day, of its site and professional, and verifiers accept what it signs', async () => {
    const { answer, booklet } = await counter.takeBooklet()
    assert.equal(answer.maximum, 50)
    assert.equal(Date.parse(answer.expiresAt) - portal.clock.now().getTime(), 24 * hour)
    assert.equal(Date.parse(answer.expiresAt) - Date.parse(answer.renewAt), 18 * hour)
    assert.deepEqual(answer.testTypes, ['LP217198-3'])
    assert.equal(booklet.siteId, testSites.parvis.id)
    assert.equal(booklet.professionalId, professionalId)
    const item = await certified(portal, counter, booklet, 1)
    assert.equal(await codeAt(portal, textOf(item)), 'ACCEPTED')
  })

  test('the size that was approved for a site is that of its booklets', async () => {
    const { portal: own, counter } = await fresh()
    await own.sql`insert into site (id, name, source, updated_at, booklet_size)
      values (${testSites.parvis.id}, 'Pharmacie du Parvis', 'test', now(), 400)
      on conflict (id) do update set booklet_size = 400`
    assert.equal((await counter.takeBooklet()).answer.maximum, 400)
  })

  test('a counter has six live ones at most; more are refused with BOOKLETS_TOO_MANY until some end', async () => {
    const { portal: own, counter } = await fresh()
    for (let taken = 0; taken < 6; taken++) await counter.takeBooklet()
    const { counterKey } = counter
    const refused = await counter.send('POST', '/api/booklets', { counterKey })
    assert.deepEqual([refused.status, refused.code], [409, 'BOOKLETS_TOO_MANY'])
    const neighbour = await makeCounter(own)
    await neighbour.takeBooklet()
    own.clock.advance(25 * hour)
    await (await makeCounter(own)).takeBooklet()
  })

  test('a key that is none is refused with its place', async () => {
    const { x, y } = counter.counterKey
    const point = { x, y: x }
    for (const counterKey of [point, { x: 'A', y }, { x, y: 3 }, {}, null]) {
      const reply = await counter.send('POST', '/api/booklets', { counterKey })
      assert.deepEqual([reply.status, reply.code], [422, 'REQUEST_INVALID'])
      assert.match(reply.faults?.[0]?.pointer ?? '', /^\/counterKey/)
    }
  })

  test('nobody without an open session at a site gets or brings anything', async () => {
    const expired = await portal.cookieAt(testSites.parvis, {
      professionalId,
      expiresAt: new Date(portal.clock.now().getTime() - hour),
    })
    const nowhere = await portal.cookieAt(null, { professionalId })
    const { counterKey } = counter
    for (const [path, body] of [
      ['/api/booklets', { counterKey }],
      ['/api/booklets/withdrawals', { reason: 'lost' }],
      ['/api/slips', { count: 4 }],
      ['/api/slips/cancellations', { reason: 'lost' }],
      ['/api/reconciliations', { items: [], wasted: [] }],
    ] as const) {
      const codeWith = async (cookie: string | null) =>
        (await portal.send('POST', path, body, { cookie })).code
      assert.equal(await codeWith(null), 'SESSION_MISSING', path)
      assert.match(await codeWith(expired), /^SESSION_(EXPIRED|RENEWAL_DUE)$/, path)
      assert.equal(await codeWith(nowhere), 'SITE_NOT_CHOSEN', path)
    }
  })
})

suite('withdrawing', () => {
  test('one booklet, in one act, is refused by verifiers with their next bundle', async () => {
    const { portal: own, counter } = await fresh()
    const { answer, booklet } = await counter.takeBooklet()
    const item = await certified(own, counter, booklet, 1)
    assert.equal(await codeAt(own, textOf(item)), 'ACCEPTED')
    const withdrawal = { booklet: answer.id, reason: 'stolen' }
    const withdraw = (body: unknown) => counter.send('POST', '/api/booklets/withdrawals', body)
    assert.equal((await withdraw(withdrawal)).status, 204)
    assert.equal((await withdraw(withdrawal)).status, 204)
    assert.equal(await codeAt(own, textOf(item)), 'BOOKLET_WITHDRAWN')
    const unknown = await withdraw({ booklet: '0123456789abcdef', reason: 'stolen' })
    assert.deepEqual([unknown.status, unknown.code], [404, 'BOOKLET_UNKNOWN'])
    const elsewhere = await makeCounter(own, testSites.ajaccio)
    const foreign = await elsewhere.send('POST', '/api/booklets/withdrawals', withdrawal)
    assert.equal(foreign.code, 'BOOKLET_UNKNOWN')

    // Signed before, by its own account: the person has a certificate, operations hear of it.
    const before = new Date(own.clock.now().getTime() - 60_000)
    const earlier = await certified(own, counter, booklet, 2, { issuedAt: before })
    own.clock.advance(60_000)
    const later = await certified(own, counter, booklet, 3)
    assert.deepEqual(statuses(await counter.reconcile([earlier, later])), [
      'definitive',
      'BOOKLET_WITHDRAWN',
    ])
    assert.ok((await flagsIn(own)).includes('BOOKLET_WITHDRAWN_SINCE'))
  })

  test('a whole site, in one act; booklets given later are good', async () => {
    const { portal: own, counter } = await fresh()
    const items = await Promise.all(
      [1, 2].map(async () => certified(own, counter, (await counter.takeBooklet()).booklet, 1)),
    )
    own.clock.advance(2_000)
    const reply = await counter.send('POST', '/api/booklets/withdrawals', { reason: 'misused' })
    assert.equal(reply.status, 204)
    for (const item of items) assert.equal(await codeAt(own, textOf(item)), 'SITE_WITHDRAWN')
    own.clock.advance(2_000)
    const next = await certified(own, counter, (await counter.takeBooklet()).booklet, 1)
    assert.equal(await codeAt(own, textOf(next)), 'ACCEPTED')
  })

  test('everything, by operations, when the continuity key is in doubt', async () => {
    const { portal: own, counter } = await fresh()
    const item = await certified(own, counter, (await counter.takeBooklet()).booklet, 1)
    own.clock.advance(2_000)
    const at = own.clock.now()
    await withdrawEverything(own.sql, { actor: null, reason: 'stolen', at })
    const [row] = await own.sql<{ act: string; subject: string }[]>`
      select act, subject from audit where site_id = 'portal'`
    assert.deepEqual({ ...row }, { act: 'booklets.withdrawn', subject: 'all' })
    assert.equal(await codeAt(own, textOf(item)), 'ALL_WITHDRAWN')
    own.clock.advance(2_000)
    const later = await certified(own, counter, (await counter.takeBooklet()).booklet, 1)
    own.clock.advance(2_000)
    assert.deepEqual(statuses(await counter.reconcile([item, later])), ['definitive', 'definitive'])
  })

  test('the list forgets what nobody would accept any more', async () => {
    const { portal: own, counter } = await fresh()
    await counter.send('POST', '/api/booklets/withdrawals', { reason: 'lost' })
    assert.equal((await trustOfBundle(own)).withdrawn?.sites.length, 1)
    own.clock.advance(97 * hour)
    const later = await makeCounter(own)
    await later.send('POST', '/api/slips/cancellations', { reason: 'lost' })
    const { withdrawn } = await trustOfBundle(own)
    assert.deepEqual([withdrawn?.sites.length, withdrawn?.slipSites.length], [0, 1])
  })
})
