import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { SlipList } from '@sidep/contracts'
import { clusterOfFile, sampleScreening, type TestPortal } from '../platform/testing.ts'
import { itemOf, makeCounter, statuses } from './testing.ts'

const cluster = await clusterOfFile()

/** A counter with slips, the first of which was claimed by a line that came back refused. */
const withRefusedLine = async (count: number) => {
  const own: TestPortal = await cluster.portal()
  const counter = await makeCounter(own)
  const { slips } = await counter.printSlips(count)
  const serial = slips[0]?.serial ?? ''
  const bad = itemOf(sampleScreening(own, { device: '999999' }), { slip: serial })
  assert.deepEqual(statuses(await counter.reconcile([bad])), ['REQUEST_INVALID'])
  const out = async () => (await counter.send('GET', '/api/slips')).json<SlipList>().slips
  const cancel = async (body: unknown) => {
    const reply = await counter.send('POST', '/api/slips/cancellations', body)
    return reply.json<{ cancelled: number }>().cancelled
  }
  return { own, counter, serial, slips, bad, out, cancel }
}

suite('a slip whose line was refused and then given up', () => {
  test('is among those out again, and serves the next line', async () => {
    const { own, counter, serial, out } = await withRefusedLine(2)
    assert.equal((await out()).length, 1)
    own.clock.advance(61_000)
    assert.ok((await out()).some((slip) => slip.serial === serial))
    const next = itemOf(sampleScreening(own), { slip: serial })
    assert.deepEqual(statuses(await counter.reconcile([next])), ['definitive'])
    assert.ok(!(await out()).some((slip) => slip.serial === serial))
  })

  test('can be cancelled by its number, once, and serves its line flagged when that comes all the same', async () => {
    const { own, counter, serial, bad, out, cancel } = await withRefusedLine(1)
    const cancellation = { serials: [serial], reason: 'lost' }
    assert.equal(await cancel(cancellation), 0)
    own.clock.advance(61_000)
    assert.equal(await cancel(cancellation), 1)
    assert.equal(await cancel(cancellation), 0)
    assert.deepEqual(await out(), [])
    const corrected = itemOf(sampleScreening(own, { id: bad.id }), { slip: serial })
    assert.deepEqual(statuses(await counter.reconcile([corrected])), ['definitive'])
    const [flag] = await own.sql<{ code: string }[]>`select code from continuity_flag`
    assert.equal(flag?.code, 'SLIP_CANCELLED')
  })

  test('is counted when all of the site’s are cancelled', async () => {
    const { own, cancel } = await withRefusedLine(3)
    own.clock.advance(61_000)
    assert.equal(await cancel({ reason: 'stolen' }), 3)
  })

  test('counts towards how many may be out', async () => {
    const { own, counter } = await withRefusedLine(20)
    own.clock.advance(61_000)
    for (let sheet = 0; sheet < 10; sheet++) await counter.printSlips(48)
    const reply = await counter.send('POST', '/api/slips', { count: 1 })
    assert.deepEqual([reply.status, reply.code], [409, 'SLIPS_TOO_MANY'])
  })
})
