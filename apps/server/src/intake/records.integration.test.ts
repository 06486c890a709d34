/** The record behind a screening: somebody found beyond what a list shows, and what happened to them. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  routes,
  type ScreeningAnswer,
  type ScreeningHistory,
  type ScreeningInput,
  type ScreeningList,
} from '@sidep/contracts'
import { listReadings } from '../audit/readings.ts'
import {
  newId,
  type SignedIn,
  sampleScreening,
  startTestCluster,
  type TestCluster,
  type TestPortal,
  testSites,
} from '../platform/testing.ts'

const { parvis, saintDenis } = testSites
const zoe = { familyName: 'Le Canari', firstNames: 'Zoé Anne', birthDate: '1931-07-09', sex: 'F' }
const today = '2021-08-13'

let cluster: TestCluster
let portal: TestPortal
before(async () => {
  cluster = await startTestCluster()
  portal = await cluster.portal()
})
after(() => cluster.close())

const recorded = async (input: ScreeningInput, by?: SignedIn): Promise<ScreeningAnswer> => {
  const reply = await portal.send('POST', routes.screenings, input, by)
  assert.ok(reply.status < 300, reply.text)
  return reply.json<ScreeningAnswer>()
}

suite('searching the site', () => {
  let first: ScreeningInput
  const search = async (body: object, by?: SignedIn): Promise<ScreeningList> => {
    const reply = await portal.send('POST', routes.screeningSearch, body, by)
    assert.equal(reply.status, 200, reply.text)
    return reply.json<ScreeningList>()
  }
  const idsOf = async (body: object, by?: SignedIn): Promise<string[]> =>
    (await search(body, by)).screenings.map(({ id }) => id)

  before(async () => {
    first = sampleScreening(portal, { person: zoe as ScreeningInput['person'] })
    await recorded(first)
    // Who comes later fills the page of 500 that a list is.
    for (let batch = 0; batch < 6; batch += 1) {
      portal.clock.advance(1_000)
      const screenings = Array.from({ length: 90 }, () =>
        sampleScreening(portal, { result: 'inconclusive' }),
      )
      const reply = await portal.send('POST', routes.screeningsBatch, { screenings })
      assert.equal(reply.status, 200, reply.text)
    }
  })

  test('finds somebody of a full day whom the list of 500 no longer shows', async () => {
    const list = (await portal.send('GET', routes.screenings)).json<ScreeningList>()
    assert.equal(list.truncated, true)
    assert.ok(!list.screenings.some(({ id }) => id === first.id))
    for (const text of ['canari', 'ZOE', 'le can 0907', '09/07/1931'])
      assert.deepEqual(await idsOf({ text, day: today }), [first.id], text)
    assert.deepEqual(await idsOf({ text: 'canari', day: '2021-08-12' }), [])
    const all = await search({ text: 'kermeur', day: today })
    assert.deepEqual([all.screenings.length, all.truncated], [100, true])
  })

  test('finds whole names and a whole birth date on any day, and nobody by less', async () => {
    portal.clock.advance(9 * 86_400_000)
    const later = await portal.signInAt(parvis)
    for (const text of ['Le Canari Zoé 09/07/1931', 'zoe lecanari 09071931'])
      assert.deepEqual(await idsOf({ text }, later), [first.id], text)
    for (const text of ['canari', 'Le Canari Zoé', 'Le Canari Zoé 10/07/1931'])
      assert.deepEqual(await idsOf({ text }, later), [], text)
  })

  test('shows nobody of another site, and no more of a person than a list does', async () => {
    const elsewhere = await portal.signInAt(saintDenis)
    assert.deepEqual(await idsOf({ text: 'Le Canari Zoé 09/07/1931' }, elsewhere), [])
    const here = await portal.signInAt(parvis)
    const [entry] = (await search({ text: 'Le Canari Zoé 09/07/1931' }, here)).screenings
    assert.deepEqual(entry?.person, zoe)
  })

  test('leaves a trace each time, without what was typed', async () => {
    const by = await portal.signInAt(parvis)
    portal.clock.advance(1_000)
    const from = portal.clock.now()
    await search({ text: 'canari', day: today }, by)
    await search({ text: 'canari', day: today }, by)
    await search({ text: 'Le Canari Zoé 09/07/1931' }, by)
    const told = await listReadings(portal.sql, {
      siteId: parvis.id,
      from,
      to: new Date(from.getTime() + 1),
      limit: 10,
    })
    assert.deepEqual(
      told.map(({ act, subject }) => [act, subject]),
      [
        ['screenings.searched', `day:${today} found:1`],
        ['screenings.searched', `day:${today} found:1`],
        ['screenings.searched', 'all found:1'],
      ],
    )
  })

  test('refuses a day that is none, and a text of nothing', async () => {
    const by = await portal.signInAt(parvis)
    for (const [body, pointer] of [
      [{ text: 'a', day: '2021-02-31' }, '/day'],
      [{ text: '' }, '/text'],
    ] as const) {
      const reply = await portal.send('POST', routes.screeningSearch, body, by)
      assert.equal(reply.status, 422)
      assert.equal(reply.json<{ faults: { pointer: string }[] }>().faults[0]?.pointer, pointer)
    }
  })
})

suite('what happened to a screening', () => {
  const historyOf = async (id: string, by: SignedIn) => {
    const path = routes.screeningHistory.replace(':id', id)
    return portal.send('GET', path, undefined, by)
  }

  test('is told from sampling to the opened link, in order, with who did it; its own reading too', async () => {
    const by = await portal.signInAt(parvis)
    const send = async (method: string, path: string, body?: unknown, as?: SignedIn) => {
      portal.clock.advance(1_000)
      const reply = await portal.send(method, path, body, as)
      assert.ok(reply.status < 300, reply.text)
      return reply
    }
    const { result, ...waiting } = sampleScreening(portal)
    const { id, person } = waiting
    await send('POST', routes.screenings, waiting, by)
    const settled = await send(
      'POST',
      routes.screeningResult.replace(':id', id),
      { result, resultAt: portal.clock.now().toISOString() },
      by,
    )
    const link = settled.json<ScreeningAnswer>().certificate?.retrieval ?? ''
    const code = link.slice(link.indexOf('#') + 1)
    portal.clock.advance(1_000)
    const wrong = await portal.send('POST', routes.retrieval, { code, birthDate: '1999-01-01' })
    assert.equal(wrong.status, 404, wrong.text)
    await send('POST', routes.retrieval, { code, birthDate: person.birthDate })
    await send('POST', routes.screeningSend.replace(':id', id), {}, by)
    portal.clock.advance(1_000)
    const reply = await historyOf(id, by)
    const { events, truncated } = reply.json<ScreeningHistory>()
    assert.deepEqual(
      events.map(({ kind }) => kind),
      [
        'sampled',
        'registered',
        'result-set',
        'certified',
        'link-refused',
        'link-opened',
        'sent-again',
        'read-at-site',
      ],
    )
    assert.equal(truncated, false)
    const names = new Map(events.map(({ kind, by: name }) => [kind, name]))
    assert.equal(names.get('registered'), names.get('read-at-site'))
    assert.ok(names.get('registered'))
    assert.equal(names.get('link-opened'), null)
    // Another look is told as well.
    const again = (await historyOf(id, by)).json<ScreeningHistory>().events
    assert.equal(again.filter(({ kind }) => kind === 'read-at-site').length, 2)
    const elsewhere = await portal.signInAt(saintDenis)
    assert.equal((await historyOf(id, elsewhere)).status, 404)
  })

  test('says which message did not arrive, and why', async () => {
    const by = await portal.signInAt(parvis)
    const input = sampleScreening(portal)
    await recorded(input, by)
    await portal.sql`
      update outbox set failed_at = ${portal.clock.now()}, last_failure = 'SMS_UNKNOWN_RECIPIENT'
      where site_id = ${parvis.id} and screening_id = ${input.id} and topic = 'notification.sms'`
    const { events } = (await historyOf(input.id, by)).json<ScreeningHistory>()
    const failed = events.find(({ kind }) => kind === 'sms-failed')
    assert.equal(failed?.reason, 'unknown-recipient')
  })

  test('says of a correction and of a withdrawal what was wrong, and what their messages told', async () => {
    const by = await portal.signInAt(parvis)
    const input = sampleScreening(portal)
    await recorded(input, by)
    const { id, person, device, sampledAt, result } = input
    const screening = { person: { ...person, familyName: 'Dupont' }, device, sampledAt, result }
    const corrected = await portal.send(
      'POST',
      routes.screeningCorrections.replace(':id', id),
      { id: newId(portal.clock), replaces: 1, reason: 'name', screening },
      by,
    )
    assert.equal(corrected.status, 201, corrected.text)
    const withdrawn = await portal.send(
      'POST',
      routes.screeningWithdrawal.replace(':id', id),
      { id: newId(portal.clock), replaces: 2, reason: 'wrong-person' },
      by,
    )
    assert.equal(withdrawn.status, 200, withdrawn.text)
    await portal.sql`
      update outbox set done_at = ${portal.clock.now()}
      where site_id = ${parvis.id} and screening_id = ${id} and topic like '%.sms'`
    const { events } = (await historyOf(id, by)).json<ScreeningHistory>()
    const whys = events.flatMap(({ kind, why }) => (why === null ? [] : [[kind, why]]))
    assert.deepEqual(whys, [
      ['corrected', 'name'],
      ['withdrawn', 'wrong-person'],
    ])
    const told = events.filter(({ kind }) => kind === 'sms-sent').map(({ about }) => about)
    assert.deepEqual(new Set(told), new Set([null, 'corrected', 'withdrawn']))
    assert.equal(events.filter(({ kind }) => kind === 'certified').length, 2)
  })
})
