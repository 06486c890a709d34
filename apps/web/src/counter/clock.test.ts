import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ScreeningInput } from '@sidep/contracts'
import { rfc3339In } from '@sidep/time'
import { memoryVault } from '../shared/storage/index.ts'
import { atPortalTime, futureFields, minutesAhead, timeHere } from './clock.ts'
import {
  batchPost,
  heldIn,
  id,
  offline,
  post,
  reconciled,
  resultPost,
  world,
} from './counter-testing.ts'
import { rowsOf } from './lists/rows.ts'
import { refusalOf } from './outbox/content.ts'
import { sampleEntry, sampleInput } from './testing.ts'

const minute = 60_000
/** Of the computer, which is ahead. */
const now = new Date('2026-11-23T14:00:00Z')
const clockOf = (offset: number) => ({ clock: { offset, lastContact: 1 } })
const ahead = clockOf(-12 * minute)
const later = (minutes: number): string =>
  rfc3339In(new Date(now.getTime() + minutes * minute), 'Europe/Paris')
const same = (text: string | undefined, at: Date): void =>
  assert.equal(new Date(text ?? '').toISOString(), at.toISOString())

describe('a computer’s clock', () => {
  it('that is within two minutes is left alone', () => {
    const near = clockOf(-119_000)
    assert.equal(minutesAhead(near), 0)
    assert.equal(timeHere(near, now), now)
  })
  it('that is off gives way to the portal’s', () => {
    assert.deepEqual([minutesAhead(ahead), minutesAhead(clockOf(30 * minute))], [12, -30])
    assert.equal(timeHere(ahead, now).toISOString(), '2026-11-23T13:48:00.000Z')
  })
})

describe('times of a screening', () => {
  const input = { ...sampleInput(id), result: 'negative' as const }
  it('lie in the future beyond the five minutes that the portal tolerates', () => {
    assert.deepEqual(futureFields({ sampledAt: later(-7) }, ahead, now), [])
    assert.deepEqual(futureFields({ sampledAt: later(-6), resultAt: later(0) }, ahead, now), [
      'sampledAt',
      'resultAt',
    ])
  })
  it('in the future are both moved by what the clock is ahead', () => {
    const typed: ScreeningInput = { ...input, sampledAt: later(-5), resultAt: later(0) }
    const moved = atPortalTime(typed, ahead, now)
    same(moved.sampledAt, new Date(now.getTime() - 17 * minute))
    same(moved.resultAt, new Date(now.getTime() - 12 * minute))
  })
  it('of a sample that the portal dated stay, and its result is not before it', () => {
    const typed: ScreeningInput = { ...input, sampledAt: later(-13), resultAt: later(-1) }
    const moved = atPortalTime(typed, clockOf(-14 * minute), now)
    assert.equal(moved.sampledAt, later(-13))
    same(moved.resultAt, new Date(now.getTime() - 13 * minute))
  })
  it('are never past now, whatever became of the clock since', () =>
    same(atPortalTime({ ...input, sampledAt: later(30) }, clockOf(0), now).sampledAt, now))
})

describe('a counter whose clock is twelve minutes ahead', () => {
  it('learns it at the first contact, and dates the results that it reads by the portal’s', async () => {
    const { counter, replies, start, pass, sent, portalIs } = world()
    portalIs(-12 * minute)
    replies.set(resultPost, offline)
    await start()
    await pass(1)
    assert.equal(minutesAhead(counter.store.get().outbox), 12)
    const [row] = rowsOf([{ ...sampleEntry(id), sampledAt: '2026-11-23T13:30:00Z' }], [])
    assert.ok(row)
    await counter.setResult(row, 'negative')
    await pass(60)
    same(sent()[0]?.resultAt, new Date('2026-11-23T13:48:01Z'))
  })

  const typed = { ...sampleInput(id), sampledAt: '2026-11-23T14:00:00Z' }

  it('is told CLOCK_AHEAD of what it typed before, and sends it with the portal’s time once a person takes that', async () => {
    const { counter, replies, start, pass, sent, portalIs } = world()
    replies.set(post, offline)
    await start()
    assert.equal((await counter.record(typed)).kind, 'queued')
    portalIs(-12 * minute)
    const faults = [{ pointer: '/sampledAt', code: 'SAMPLED_IN_FUTURE' }]
    const line = { id, status: 'refused', code: 'REQUEST_INVALID', faults }
    const answer = { status: 200, body: { lines: [line], retryAfterSeconds: null } }
    replies.set(batchPost, answer)
    await pass(90)
    const [held] = heldIn(counter)
    assert.ok(held)
    assert.deepEqual([held.stage, refusalOf(held)?.code], ['refused', 'CLOCK_AHEAD'])
    replies.set(batchPost, reconciled)
    await counter.correctClock(id)
    await pass(60)
    same(sent().at(-1)?.sampledAt, new Date('2026-11-23T13:48:00Z'))
    assert.deepEqual(heldIn(counter), [])
  })

  it('certifies nothing that it typed in the future, and says why', async () => {
    const { counter, replies, start, settle } = world()
    replies.set(post, offline)
    await start()
    await counter.record({ ...typed, result: 'negative', resultAt: typed.sampledAt })
    const serverNow = Date.parse('2026-11-23T13:48:00Z')
    counter.contacted({ serverNow, localNow: now.getTime() })
    await settle()
    assert.deepEqual(await counter.certify(id), { kind: 'none', code: 'CLOCK_AHEAD' })
  })

  it('still knows it after a reload without a network', async () => {
    const vault = memoryVault(true)
    const before = world(vault)
    before.portalIs(-12 * minute)
    await before.start()
    before.counter.stop()
    const after = world(vault)
    for (const key of after.replies.keys()) after.replies.set(key, offline)
    await after.start()
    assert.equal(minutesAhead(after.counter.store.get().outbox), 12)
  })
})
