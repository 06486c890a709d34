import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleInput, sampleOutboxEntry, sampleOwner, sampleResult } from '../testing.ts'
import {
  nextTime,
  nextToSend,
  type Outbox,
  type OutboxAction,
  outboxReducer,
  parseOutboxEntry,
  toSendCount,
} from './outbox.ts'

const id = '0193590a-0000-7000-8000-000000000001'
const now = new Date('2026-11-23T13:10:00Z')
const play = (...actions: OutboxAction[]): Outbox => actions.reduce(outboxReducer, [])
const queued = (entry: Outbox[number]): OutboxAction => ({ type: 'queued', entry })
const first = sampleOutboxEntry('1')
const refusal = { code: 'REQUEST_INVALID' as const, support: 'K7Q', faults: [] }

describe('the outbox', () => {
  it('takes an entry once, however often the button is pressed', () =>
    assert.equal(play(queued(first), queued(first)).length, 1))
  it('sends the oldest first', () => {
    const later = { ...sampleOutboxEntry('0'), queuedAt: '2026-11-23T13:05:00.000Z' }
    assert.equal(nextToSend(play(queued(later), queued(first)), sampleOwner, now)?.id, '1')
  })
  it('sends a result only after its screening', () => {
    const both = play(queued(sampleResult('1', 'negative')), queued(first))
    assert.equal(nextToSend(both, sampleOwner, now)?.request.kind, 'screening')
    assert.equal(nextToSend(both, sampleOwner, now, new Set([first.key])), undefined)
    const acknowledged = outboxReducer(both, { type: 'removed', key: first.key })
    assert.equal(nextToSend(acknowledged, sampleOwner, now)?.request.kind, 'result')
  })
  it('sends nothing in the session of somebody else, or of another site', () => {
    const outbox = play(queued(first))
    assert.equal(nextToSend(outbox, { ...sampleOwner, professionalId: '8' }, now), undefined)
    assert.equal(nextToSend(outbox, { ...sampleOwner, siteId: '2' }, now), undefined)
    assert.equal(nextToSend(outbox, null, now), undefined)
    assert.equal(toSendCount(outbox, { ...sampleOwner, siteId: '2' }), 0)
  })
  it('leaves an entry alone until the time it was put off to', () => {
    const notBefore = new Date('2026-11-23T13:11:00Z')
    const outbox = play(queued(first), { type: 'failed', key: first.key, notBefore })
    assert.equal(nextToSend(outbox, sampleOwner, now), undefined)
    assert.deepEqual(nextTime(outbox, sampleOwner), notBefore)
    assert.equal(nextToSend(outbox, sampleOwner, notBefore)?.attempts, 1)
  })
  it('sends a refused entry no more, and does not count it as to send', () => {
    const outbox = play(queued(first), { type: 'refused', key: first.key, refusal })
    assert.equal(nextToSend(outbox, sampleOwner, now), undefined)
    assert.equal(nextTime(outbox, sampleOwner), null)
    assert.equal(toSendCount(outbox, sampleOwner), 0)
    assert.deepEqual(outbox[0]?.request, first.request)
  })
  it('counts people, not requests', () =>
    assert.equal(
      toSendCount(play(queued(first), queued(sampleResult('1', 'positive'))), sampleOwner),
      1,
    ))
  it('comes back from storage as it was', () => {
    const entry = {
      ...sampleOutboxEntry(id),
      refusal: { ...refusal, faults: [{ pointer: '/person', code: 'REQUIRED' as const }] },
    }
    assert.deepEqual(parseOutboxEntry(JSON.parse(JSON.stringify(entry))), entry)
    assert.equal(entry.request.kind === 'screening' && entry.request.input.id, sampleInput(id).id)
  })
  it('refuses from storage what is not an entry', () => {
    for (const stored of [undefined, null, 'x', {}, { ...first, attempts: -1 }])
      assert.equal(parseOutboxEntry(stored), undefined)
  })
})
