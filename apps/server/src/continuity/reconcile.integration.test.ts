import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RetrievalReply } from '@sidep/contracts'
import { checkChain } from '../audit/check.ts'
import { clusterOfFile, newId, sampleScreening, testSites } from '../platform/testing.ts'
import { listFlags } from './flags.ts'
import {
  certified,
  codeAt,
  countIn,
  flagsIn,
  freshCountersOn,
  itemOf,
  makeCounter,
  printedLink,
  professionalId,
  retrieve,
  statuses,
  type TestItem,
} from './testing.ts'

const hour = 3_600_000

const cluster = await clusterOfFile()
const portal = await cluster.portal()
const counter = await makeCounter(portal)
const fresh = freshCountersOn(cluster)

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
      select id, professional_id, array(select code from continuity_flag f where f.site_id = s.site_id and f.screening_id = s.id) as codes
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
