import assert from 'node:assert/strict'
import { afterEach, before, suite, test } from 'node:test'
import type { RetrievalReply, SlipList } from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import { loadTrust, openBundle, type Trust } from '@sidep/trust'
import { verify } from '@sidep/verdict'
import { checkChain } from '../audit/check.ts'
import {
  clusterOfFile,
  newId,
  sampleScreening,
  type TestPortal,
  testSites,
} from '../platform/testing.ts'
import { listFlags } from './flags.ts'
import {
  certified,
  itemOf,
  makeCounter,
  printedLink,
  professionalId,
  type TestCounter,
  type TestItem,
} from './testing.ts'
import { withdrawEverything } from './withdrawals.ts'

const hour = 3_600_000

let counter: TestCounter
const cluster = await clusterOfFile()
const portal = await cluster.portal()
before(async () => {
  counter = await makeCounter(portal)
})

// One PostgreSQL does not have connections for all of them at once.
const ended: TestPortal[] = []
afterEach(async () => {
  await Promise.all(ended.splice(0).map(({ server }) => server.close()))
})

/** A portal of its own, for tests that count rows or move the clock. */
const fresh = async (): Promise<{ portal: TestPortal; counter: TestCounter }> => {
  const own = await cluster.portal()
  ended.push(own)
  return { portal: own, counter: await makeCounter(own) }
}

const trustOfBundle = async ({ server, clock }: TestPortal): Promise<Trust> => {
  const base = `http://127.0.0.1:${server.port}`
  const anchor: { spki: string } = JSON.parse(await (await fetch(`${base}/trust/anchor`)).text())
  const spki = base64ToBytes(anchor.spki)
  assert.ok(spki.ok)
  const bytes = new Uint8Array(await (await fetch(`${base}/trust/bundle`)).arrayBuffer())
  const opened = await openBundle(bytes, spki.value, clock.now())
  assert.ok(opened.ok)
  return loadTrust(opened.value)
}

const codeAt = async (at: TestPortal, text: string): Promise<string> =>
  (await verify(text, await trustOfBundle(at), at.clock.now(), { kind: 'none' })).code

const flagsIn = async (at: TestPortal): Promise<string[]> =>
  (
    await at.sql<{ code: string }[]>`
      select code from continuity_flag where resolved_at is null order by code`
  ).map(({ code }) => code)

const countIn = async (at: TestPortal, table: 'screening' | 'certificate'): Promise<number> => {
  const [row] = await at.sql<{ count: number }[]>`select count(*)::int from ${at.sql(table)}`
  return row?.count ?? -1
}

const retrieve = (at: TestPortal, code: string, birthDate: string) =>
  at.send('POST', '/api/retrieval', { code, birthDate }, { cookie: null })

const statuses = (lines: Awaited<ReturnType<TestCounter['reconcile']>>): string[] =>
  lines.map((line) => (line.status === 'refused' ? line.code : line.status))

const textOf = ({ provisional }: TestItem): string => {
  assert.ok(provisional)
  return provisional
}

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

suite('reconciling provisional certificates', () => {
  test('issues the definitive one under the same id, and the printed link opens it with the birth date', async () => {
    const { answer, booklet } = await counter.takeBooklet()
    const item = await certified(portal, counter, booklet, 1)
    assert.deepEqual(await counter.reconcile([item]), [{ id: item.id, status: 'definitive' }])
    const reply = await retrieve(portal, await printedLink(answer, item.id), '1987-03-09')
    assert.equal(reply.status, 200, reply.text)
    const found = reply.json<RetrievalReply>()
    assert.ok(found.state === 'final' && found.certificate?.hcert)
    assert.equal(await codeAt(portal, found.certificate.hcert), 'ACCEPTED')
    const wrong = await retrieve(portal, await printedLink(answer, item.id), '1987-03-10')
    assert.equal(wrong.code, 'RETRIEVAL_NOT_FOUND')
    const [row] = await portal.sql<{ professional_id: string }[]>`
      select professional_id from screening where id = ${item.id}`
    assert.equal(row?.professional_id, professionalId)
  })

  test('another professional of the site may bring it in; the one of the booklet answers for it', async () => {
    const { booklet } = await counter.takeBooklet()
    const item = await certified(portal, counter, booklet, 1)
    const reply = await portal.send('POST', '/api/reconciliations', { items: [item], wasted: [] })
    assert.equal(reply.status, 200)
    const [row] = await portal.sql<{ professional_id: string }[]>`
      select professional_id from screening where id = ${item.id}`
    assert.equal(row?.professional_id, professionalId)
    const [told] = await portal.sql<{ operator_id: string }[]>`
      select operator_id from audit where subject = ${item.id} and act = 'screening.recorded'`
    assert.equal(told?.operator_id, '810003456789')
  })

  test('again, in parts, in another order and at once: the same end, nothing twice', async () => {
    const { portal: own, counter } = await fresh()
    const { booklet } = await counter.takeBooklet()
    const items: TestItem[] = []
    for (let number = 1; number <= 8; number++) {
      items.push(await certified(own, counter, booklet, number))
    }
    const backwards = items.toReversed()
    await counter.reconcile(backwards.slice(0, 3))
    assert.deepEqual(await flagsIn(own), ['NUMBER_GAP', 'NUMBER_GAP', 'NUMBER_GAP'])
    await Promise.all([
      counter.reconcile(items),
      counter.reconcile(backwards),
      counter.reconcile(items.slice(2, 5)),
    ])
    const lines = await counter.reconcile([...items, ...backwards])
    assert.deepEqual(new Set(statuses(lines)), new Set(['definitive']))
    assert.equal(await countIn(own, 'screening'), 8)
    assert.equal(await countIn(own, 'certificate'), 8)
    assert.deepEqual(await flagsIn(own), [])
    assert.equal((await checkChain(own.sql, testSites.parvis.id)).ok, true)
  })

  test('the same document under another id leads to the first screening, and so does its link', async () => {
    const { portal: own, counter } = await fresh()
    const { answer, booklet } = await counter.takeBooklet()
    const item = await certified(own, counter, booklet, 1)
    const id = newId(own.clock)
    const twin = { ...item, id, screening: { ...item.screening, id } }
    assert.deepEqual(statuses(await counter.reconcile([item, twin])), ['definitive', 'definitive'])
    assert.deepEqual(statuses(await counter.reconcile([twin])), ['definitive'])
    assert.equal(await countIn(own, 'screening'), 1)
    const reply = await retrieve(own, await printedLink(answer, id), '1987-03-09')
    assert.equal(reply.status, 200)
  })

  test('a copied text with another person claims nothing of it, before its own screening and after', async () => {
    const { portal: own, counter } = await fresh()
    const { answer, booklet } = await counter.takeBooklet()
    const item = await certified(own, counter, booklet, 1)
    const copyist = await makeCounter(own, testSites.parvis, { professionalId: '810001111111' })
    const forged = () => {
      const person = { ...item.screening.person, familyName: 'Quelqu’un d’autre' }
      const screening = { ...item.screening, id: newId(own.clock), person }
      return itemOf(screening, { provisional: item.provisional })
    }
    const [before, after] = [forged(), forged()]
    assert.deepEqual(statuses(await copyist.reconcile([before])), ['definitive'])
    assert.deepEqual(statuses(await counter.reconcile([item])), ['definitive'])
    assert.deepEqual(statuses(await copyist.reconcile([after])), ['definitive'])
    const rows = await own.sql<{ id: string; professional_id: string; codes: string[] }[]>`
      select id, professional_id, array(select code from continuity_flag f where f.screening_id = s.id) as codes
      from screening s order by id`
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [
        { id: item.id, professional_id: professionalId, codes: [] },
        { id: before.id, professional_id: '810001111111', codes: ['PERSON_DIFFERS'] },
        { id: after.id, professional_id: '810001111111', codes: ['PERSON_DIFFERS'] },
      ].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    )
    const reply = await retrieve(own, await printedLink(answer, item.id), '1987-03-09')
    assert.equal(reply.json<{ familyName: string }>().familyName, 'Le Goff-Kermeur')
    for (const { id } of [before, after]) {
      const link = await retrieve(own, await printedLink(answer, id), '1987-03-09')
      assert.equal(link.code, 'RETRIEVAL_NOT_FOUND')
    }
  })

  test('an id that another person has is no proof: the document’s own is recorded under a new one', async () => {
    const { portal: own, counter } = await fresh()
    const { answer, booklet } = await counter.takeBooklet()
    const item = await certified(own, counter, booklet, 1)
    const person = { ...item.screening.person, familyName: 'Première' }
    assert.equal(
      (await counter.send('POST', '/api/screenings', { ...item.screening, person })).status,
      201,
    )
    for (let time = 0; time < 2; time++) {
      const [line] = await counter.reconcile([item])
      assert.ok(line?.status === 'definitive' && line.recordedAs !== undefined)
      const entry = await counter.send('GET', `/api/screenings/${line.recordedAs}`)
      assert.match(entry.text, /Le Goff-Kermeur/)
    }
    assert.equal(await countIn(own, 'screening'), 2)
    const reply = await retrieve(own, await printedLink(answer, item.id), '1987-03-09')
    assert.equal(reply.json<{ familyName: string }>().familyName, 'Le Goff-Kermeur')
    // Without its document nothing says whose the id is.
    assert.deepEqual(statuses(await counter.reconcile([itemOf(item.screening)])), [
      'SCREENING_ID_REUSED',
    ])
  })

  test('what its own counter corrected keeps link and number, until what was signed comes in', async () => {
    const { portal: own } = await fresh()
    const counter = await makeCounter(own, testSites.parvis, { device: 'its-own' })
    const { answer, booklet } = await counter.takeBooklet()
    const item = await certified(own, counter, booklet, 1)
    const corrected = { ...item.screening.person, familyName: 'Le Goff' }
    const screening = { ...item.screening, id: newId(own.clock), person: corrected }
    const edited = itemOf(screening, { provisional: item.provisional })
    assert.deepEqual(statuses(await counter.reconcile([edited])), ['definitive'])
    assert.deepEqual(await flagsIn(own), ['PERSON_DIFFERS'])
    const link = await printedLink(answer, edited.id)
    assert.equal((await retrieve(own, link, '1987-03-09')).status, 200)
    // The row that the correction took is the signed person's, once that one comes.
    assert.deepEqual(statuses(await counter.reconcile([item])), ['definitive'])
    const [number] = await own.sql<
      { screening_id: string }[]
    >`select screening_id from booklet_number`
    assert.equal(number?.screening_id, item.id)
    const own2 = await retrieve(own, await printedLink(answer, item.id), '1987-03-09')
    assert.equal(own2.json<{ familyName: string }>().familyName, 'Le Goff-Kermeur')
  })

  test('what died between its steps goes on where it ended', async () => {
    const { portal: own, counter } = await fresh()
    const { answer, booklet } = await counter.takeBooklet()
    const [taken, recorded] = [
      await certified(own, counter, booklet, 1),
      await certified(own, counter, booklet, 2),
    ]
    await counter.reconcile([taken, recorded])
    // As a kill after the taking, and one after the recording, leave the rows.
    await own.sql`update booklet_number set reconciled_at = null`
    await own.sql`delete from retrieval where site_id = ${testSites.parvis.id}`
    await own.sql`delete from certificate where screening_id = ${taken.id}`
    await own.sql`delete from outbox where screening_id = ${taken.id}`
    await own.sql`delete from screening where id = ${taken.id}`
    const lines = await counter.reconcile([taken, recorded])
    assert.deepEqual(statuses(lines), ['definitive', 'definitive'])
    assert.equal(await countIn(own, 'certificate'), 2)
    assert.deepEqual(await flagsIn(own), [])
    for (const { id } of [taken, recorded]) {
      const reply = await retrieve(own, await printedLink(answer, id), '1987-03-09')
      assert.equal(reply.status, 200)
    }
  })

  test('a screening sent before the outage and again with its document is one', async () => {
    const { portal: own, counter } = await fresh()
    const { booklet } = await counter.takeBooklet()
    const item = await certified(own, counter, booklet, 1)
    assert.equal((await counter.send('POST', '/api/screenings', item.screening)).status, 201)
    assert.deepEqual(statuses(await counter.reconcile([item])), ['definitive'])
    assert.equal(await countIn(own, 'certificate'), 1)
  })

  test('days later the person still gets the certificate; the lateness is flagged', async () => {
    const { portal: own, counter } = await fresh()
    const { booklet } = await counter.takeBooklet()
    const item = await certified(own, counter, booklet, 1)
    own.clock.advance(5 * 24 * hour)
    const later = await makeCounter(own)
    assert.deepEqual(statuses(await later.reconcile([item])), ['definitive'])
    assert.deepEqual(statuses(await later.reconcile([item])), ['definitive'])
    assert.deepEqual(await flagsIn(own), ['RECEIVED_LATE'])
    assert.equal(await countIn(own, 'certificate'), 1)
  })

  test('gaps, duplicates, too many, other persons and times are accepted and flagged', async () => {
    const flagged = async (
      number: number,
      expected: readonly string[],
      changes: Parameters<typeof certified>[4] = {},
    ): Promise<void> => {
      const { portal: own, counter } = await fresh()
      const { booklet } = await counter.takeBooklet()
      const item = await certified(own, counter, booklet, number, changes)
      assert.deepEqual(statuses(await counter.reconcile([item])), ['definitive'])
      assert.deepEqual(await flagsIn(own), expected)
    }
    await flagged(1, [])
    await flagged(3, ['NUMBER_GAP'])
    const now = portal.clock.now().getTime()
    await flagged(1, ['PERSON_DIFFERS'], {
      person: { familyName: 'Autre', firstNames: 'Anne', birthDate: '1990-01-01' },
    })
    await flagged(1, ['TEST_DIFFERS'], { result: 'positive' })
    await flagged(1, ['ISSUE_TIME'], { issuedAt: new Date(now - 9 * 60_000) })
    await flagged(1, ['ISSUED_IN_FUTURE'], { issuedAt: new Date(now + hour) })

    const { portal: own, counter } = await fresh()
    const { booklet } = await counter.takeBooklet()
    const one = await certified(own, counter, booklet, 1)
    const clone = await certified(own, counter, booklet, 1, {
      screening: { person: { ...one.screening.person, familyName: 'Petit' } },
    })
    assert.deepEqual(statuses(await counter.reconcile([one])), ['definitive'])
    assert.deepEqual(statuses(await counter.reconcile([clone])), ['definitive'])
    assert.deepEqual(await flagsIn(own), ['NUMBER_DUPLICATE'])
    const many = await certified(own, counter, booklet, 51)
    assert.deepEqual(statuses(await counter.reconcile([many])), ['definitive'])
    assert.deepEqual(await flagsIn(own), ['NUMBER_DUPLICATE', 'NUMBER_GAP', 'NUMBER_TOO_HIGH'])
  })

  test('numbers that the counter wasted are no gap, whenever it says so', async () => {
    const { portal: own, counter } = await fresh()
    const { answer, booklet } = await counter.takeBooklet()
    const bookletId = answer.id
    const three = await certified(own, counter, booklet, 3)
    await counter.reconcile([three], [{ bookletId, number: 1 }])
    assert.deepEqual(await flagsIn(own), ['NUMBER_GAP'])
    await counter.reconcile([], [{ bookletId, number: 2 }])
    assert.deepEqual(await flagsIn(own), [])
    const stranger = await makeCounter(own, testSites.ajaccio)
    await stranger.reconcile([], [{ bookletId, number: 4 }])
    const [row] = await own.sql<{ count: number }[]>`select count(*)::int from booklet_waste`
    assert.equal(row?.count, 2)
  })

  test('more numbers than crashes waste are flagged, and those beyond stay a gap', async () => {
    const { portal: own, counter } = await fresh()
    const { answer, booklet } = await counter.takeBooklet()
    const wasted = (numbers: readonly number[]) =>
      numbers.map((number) => ({ bookletId: answer.id, number }))
    await counter.reconcile([], wasted([1, 2, 3]))
    await counter.reconcile([], wasted([3, 2, 1, 4, 5]))
    assert.deepEqual(await flagsIn(own), [])
    const item = await certified(own, counter, booklet, 6)
    await counter.reconcile([item])
    assert.deepEqual(await flagsIn(own), [])
    await counter.reconcile([], wasted([7, 8]))
    await counter.reconcile([], wasted([7, 8]))
    assert.deepEqual(await flagsIn(own), ['NUMBERS_WASTED'])
    await counter.reconcile([await certified(own, counter, booklet, 9)])
    assert.deepEqual(await flagsIn(own), ['NUMBERS_WASTED', 'NUMBER_GAP'])
    const [flag] = await listFlags(own.sql, { siteId: null, withResolved: false, limit: 1 })
    assert.equal(flag?.bookletId, answer.id)
  })

  test('what proves nothing is refused with its code, and the others of the batch are not', async () => {
    const { booklet } = await counter.takeBooklet()
    const other = await makeCounter(portal)
    const good = await certified(portal, counter, booklet, 1)
    const withText = async (changes: Parameters<typeof certified>[4]) =>
      certified(portal, counter, booklet, 2, changes)
    const otherSite = await makeCounter(portal, testSites.ajaccio)
    const elsewhere = await otherSite.takeBooklet()
    const items = [
      good,
      { ...(await withText({})), provisional: 'FC1:NOTHING' },
      await withText({ sign: other.sign }),
      await withText({ testType: 'LP6464-4' }),
      await certified(portal, otherSite, elsewhere.booklet, 1),
    ]
    assert.deepEqual(statuses(await counter.reconcile(items)), [
      'definitive',
      'PROVISIONAL_UNREADABLE',
      'PROVISIONAL_SIGNATURE',
      'PROVISIONAL_KIND',
      'BOOKLET_OTHER_SITE',
    ])
    const stranger = await fresh()
    const theirs = await stranger.counter.takeBooklet()
    const foreign = await certified(stranger.portal, stranger.counter, theirs.booklet, 1)
    assert.deepEqual(statuses(await counter.reconcile([foreign])), ['BOOKLET_UNKNOWN'])
  })

  test('a screening that intake refuses is refused with its faults, and goes through once corrected', async () => {
    const { booklet } = await counter.takeBooklet()
    const item = await certified(portal, counter, booklet, 1)
    const bad = { ...item, screening: { ...item.screening, device: '999999' } }
    const [line] = await counter.reconcile([bad])
    assert.ok(line?.status === 'refused')
    assert.equal(line.code, 'REQUEST_INVALID')
    assert.deepEqual(line.faults, [{ pointer: '/device', code: 'DEVICE_UNKNOWN' }])
    assert.deepEqual(statuses(await counter.reconcile([item])), ['definitive'])
  })

  test('screenings without a document, and questions about earlier ones, are answered beside', async () => {
    const final = itemOf(sampleScreening(portal))
    const { result: _, ...waiting } = sampleScreening(portal)
    const registered = itemOf(waiting)
    const unknown = { kind: 'ask', id: newId(portal.clock), version: 1 }
    const ask = ({ id }: { id: string }) => ({ kind: 'ask', id, version: 1 })
    const lines = await counter.reconcile([final, registered])
    assert.deepEqual(statuses(lines), ['definitive', 'acknowledged'])
    const asked = await counter.reconcile([ask(final), ask(registered), unknown])
    assert.deepEqual(statuses(asked), ['definitive', 'acknowledged', 'SCREENING_UNKNOWN'])
  })

  test('what is no batch is refused whole; what is no item, alone', async () => {
    const codeOf = async (body: unknown) =>
      (await counter.send('POST', '/api/reconciliations', body)).code
    assert.equal(await codeOf([]), 'REQUEST_INVALID')
    assert.equal(await codeOf({ items: [] }), 'REQUEST_INVALID')
    assert.equal(await codeOf({ items: 3, wasted: [] }), 'REQUEST_INVALID')
    const number = 0
    const wasted = [{ bookletId: '0123456789abcdef', number }]
    assert.equal(await codeOf({ items: [], wasted }), 'REQUEST_INVALID')
    const many = Array.from({ length: 101 }, () => itemOf(sampleScreening(portal)))
    assert.equal(await codeOf({ items: many, wasted: [] }), 'BATCH_TOO_LARGE')
    const item = itemOf(sampleScreening(portal))
    const lines = await counter.reconcile([
      null,
      { kind: 'other' },
      { ...item, id: newId(portal.clock) },
      { ...item, provisional: 'x'.repeat(2_000) },
      { ...item, id: 'not-a-uuid' },
      item,
    ])
    assert.deepEqual(statuses(lines), [...Array(5).fill('REQUEST_INVALID'), 'definitive'])
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

suite('slips', () => {
  test('a sheet has numbers never used before, and verifiers accept it as the site’s', async () => {
    const { portal: own, counter } = await fresh()
    const first = await counter.printSlips(4)
    const second = await counter.printSlips(2)
    const numbers = [...first.slips, ...second.slips].map(({ number }) => number)
    assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6])
    for (const { check } of first.slips) assert.equal(await codeAt(own, check), 'ACCEPTED')
    const list = (await counter.send('GET', '/api/slips')).json<SlipList>()
    assert.deepEqual(
      list.slips.map(({ number }) => number),
      numbers,
    )
    const elsewhere = await makeCounter(own, testSites.ajaccio)
    assert.equal((await elsewhere.printSlips(1)).slips[0]?.number, 1)
    for (const count of [0, 49, 1.5, '4', null]) {
      assert.equal((await counter.send('POST', '/api/slips', { count })).code, 'REQUEST_INVALID')
    }
  })

  const fragmentOf = (address: string): string => address.slice(address.indexOf('#') + 1)

  test('typed from the pile, by its serial: the code of its person opens the certificate, and nothing else does', async () => {
    const { portal: own, counter } = await fresh()
    const { slips } = await counter.printSlips(2)
    const [slip, other] = slips
    assert.ok(slip && other)
    const typed = slip.printed.slice(10).toLowerCase()
    const item = itemOf(sampleScreening(own), { slip: typed })
    assert.equal((await retrieve(own, slip.code, '1987-03-09')).code, 'RETRIEVAL_NOT_FOUND')
    assert.deepEqual(statuses(await counter.reconcile([item])), ['definitive'])
    assert.deepEqual(statuses(await counter.reconcile([item])), ['definitive'])
    for (const code of [slip.code, fragmentOf(slip.address)]) {
      const reply = await retrieve(own, code, '1987-03-09')
      assert.equal(reply.status, 200, reply.text)
      assert.equal(reply.json<RetrievalReply>().state, 'final')
    }
    // What a doorman scans, what the register has, and what the counter's list says.
    for (const public_ of [slip.serial, slip.printed, fragmentOf(slip.check), other.code]) {
      const reply = await retrieve(own, public_, '1987-03-09')
      assert.ok(['RETRIEVAL_NOT_FOUND', 'REQUEST_INVALID'].includes(reply.code), reply.text)
    }
    const listed = await counter.send('GET', '/api/slips')
    assert.deepEqual(
      listed.json<SlipList>().slips.map(({ serial }) => serial),
      [other.serial],
    )
    const secrets = slips.map(({ address }) => fragmentOf(address))
    const tables = await own.sql<{ dump: string }[]>`
      select coalesce(string_agg(slip::text, ' '), '') || (select string_agg(retrieval::text, ' ') from retrieval)
        || (select string_agg(audit::text, ' ') from audit) as dump from slip`
    for (const secret of secrets) {
      assert.equal(listed.text.includes(secret), false)
      assert.equal(tables[0]?.dump.includes(secret), false)
    }
    assert.equal(await countIn(own, 'screening'), 1)
  })

  test('printed before slips had a code of their own, its number still opens its result', async () => {
    const { portal: own, counter } = await fresh()
    const [slip] = (await counter.printSlips(1)).slips
    assert.ok(slip)
    await own.sql`update slip set link_hash = null`
    const item = itemOf(sampleScreening(own), { slip: slip.serial })
    assert.deepEqual(statuses(await counter.reconcile([item])), ['definitive'])
    assert.equal((await retrieve(own, slip.printed, '1987-03-09')).status, 200)
    assert.equal(await codeAt(own, slip.check), 'ACCEPTED')
  })

  test('a slip serves one screening, of its own site; the others are refused with their codes', async () => {
    const { portal: own, counter } = await fresh()
    const { slips } = await counter.printSlips(1)
    const serial = slips[0]?.serial ?? ''
    const items = [0, 1].map(() => itemOf(sampleScreening(own), { slip: serial }))
    const answers = statuses(await counter.reconcile(items))
    assert.deepEqual(answers.toSorted(), ['SLIP_USED', 'definitive'])
    assert.equal(await countIn(own, 'screening'), 1)
    assert.deepEqual(await flagsIn(own), [])
    const person = { ...sampleScreening(own).person, familyName: 'Autre' }
    const other = itemOf(sampleScreening(own, { person }), { slip: serial })
    assert.deepEqual(statuses(await counter.reconcile([other])), ['SLIP_USED'])
    assert.deepEqual(await flagsIn(own), ['SLIP_TYPED_TWICE'])
    const elsewhere = await makeCounter(own, testSites.ajaccio)
    const lines = await elsewhere.reconcile([
      itemOf(sampleScreening(own), { slip: serial }),
      itemOf(sampleScreening(own), { slip: `${serial.slice(0, -1)}#` }),
      itemOf(sampleScreening(own), { slip: '' }),
    ])
    assert.deepEqual(statuses(lines), [
      'SLIP_OTHER_SITE',
      'SLIP_SERIAL_INVALID',
      'SLIP_SERIAL_INVALID',
    ])
    const stranger = await fresh()
    const unknown = (await stranger.counter.printSlips(3)).slips[2]?.serial ?? ''
    assert.deepEqual(
      statuses(await counter.reconcile([itemOf(sampleScreening(own), { slip: unknown })])),
      ['SLIP_UNKNOWN'],
    )
  })

  test('cancelled or filled in late it is refused by verifiers, and still serves its person, flagged', async () => {
    const { portal: own, counter } = await fresh()
    const { slips } = await counter.printSlips(3)
    const [slip, , expired] = slips
    assert.ok(slip && expired)
    const cancel = async (body: unknown) =>
      (await counter.send('POST', '/api/slips/cancellations', body)).json<{ cancelled: number }>()
    const cancellation = { serials: [slip.printed], reason: 'lost' }
    assert.deepEqual(await cancel(cancellation), { cancelled: 1 })
    assert.deepEqual(await cancel(cancellation), { cancelled: 0 })
    assert.equal(await codeAt(own, slip.check), 'SLIP_CANCELLED')
    assert.equal(await codeAt(own, expired.check), 'ACCEPTED')
    const item = itemOf(sampleScreening(own), { slip: slip.serial })
    assert.deepEqual(statuses(await counter.reconcile([item])), ['definitive'])
    assert.deepEqual(await flagsIn(own), ['SLIP_CANCELLED'])
    const bad = { serials: ['750712184-00001-AAAAAA-A'], reason: 'lost' }
    const refused = await counter.send('POST', '/api/slips/cancellations', bad)
    assert.deepEqual(refused.faults, [{ pointer: '/serials/0', code: 'MALFORMED' }])
    own.clock.advance(2_000)
    assert.deepEqual(await cancel({ reason: 'stolen' }), { cancelled: 2 })
    assert.equal(await codeAt(own, expired.check), 'SLIP_CANCELLED')
    const [again] = (await counter.printSlips(1)).slips
    own.clock.advance(93 * 24 * hour)
    await own.server.platform.vault.refresh()
    const late = await makeCounter(own)
    assert.equal(await codeAt(own, again?.check ?? ''), 'SLIP_EXPIRED')
    const lateItem = itemOf(sampleScreening(own), { slip: again?.serial ?? '' })
    assert.deepEqual(statuses(await late.reconcile([lateItem])), ['definitive'])
    assert.ok((await flagsIn(own)).includes('SLIP_FILLED_LATE'))
  })

  test('a sheet whose typing was given up is free again after a minute', async () => {
    const { portal: own, counter } = await fresh()
    const serial = (await counter.printSlips(1)).slips[0]?.serial ?? ''
    const bad = itemOf(sampleScreening(own, { device: '999999' }), { slip: serial })
    assert.deepEqual(statuses(await counter.reconcile([bad])), ['REQUEST_INVALID'])
    const next = itemOf(sampleScreening(own), { slip: serial })
    assert.deepEqual(statuses(await counter.reconcile([next])), ['SLIP_USED'])
    own.clock.advance(61_000)
    assert.deepEqual(statuses(await counter.reconcile([next])), ['definitive'])
  })

  test('too many out are refused with SLIPS_TOO_MANY', async () => {
    const { counter } = await fresh()
    for (let sheet = 0; sheet < 10; sheet++) await counter.printSlips(48)
    const reply = await counter.send('POST', '/api/slips', { count: 48 })
    assert.deepEqual([reply.status, reply.code], [409, 'SLIPS_TOO_MANY'])
  })
})
