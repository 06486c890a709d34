import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RetrievalReply, SlipList } from '@sidep/contracts'
import { clusterOfFile, sampleScreening, testSites } from '../platform/testing.ts'
import {
  codeAt,
  countIn,
  flagsIn,
  freshCountersOn,
  itemOf,
  makeCounter,
  retrieve,
  statuses,
} from './testing.ts'

const hour = 3_600_000

const cluster = await clusterOfFile()

const fresh = freshCountersOn(cluster)

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
