import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleEntry, sampleHeld } from '../testing.ts'
import { doneRows, entryOfAnswer, rowsOf, waitingRows } from './rows.ts'
import { ripeness, ripestFirst } from './timer.ts'

describe('the timer of a waiting screening', () => {
  const sampledAt = '2026-11-23T14:00:00+01:00'
  const at = (time: string) => ripeness(sampledAt, 15, new Date(`2026-11-23T${time}+01:00`))
  it('counts whole minutes, rounded up, until it is ripe', () => {
    assert.deepEqual(at('14:00:00'), { isRipe: false, minutesLeft: 15, minutesOver: 0 })
    assert.deepEqual(at('13:59:57'), { isRipe: false, minutesLeft: 15, minutesOver: 0 })
    assert.deepEqual(at('14:14:59'), { isRipe: false, minutesLeft: 1, minutesOver: 0 })
    assert.deepEqual(at('14:15:00'), { isRipe: true, minutesLeft: 0, minutesOver: 0 })
    assert.deepEqual(at('14:21:30'), { isRipe: true, minutesLeft: 0, minutesOver: 6 })
  })
  it('puts the longest waiting first, whatever offset its time is written in', () => {
    const order = ripestFirst([
      { id: 'b', sampledAt: '2026-11-23T14:00:00+01:00' },
      { id: 'a', sampledAt: '2026-11-23T12:30:00Z' },
      { id: 'c', sampledAt: '2026-11-23T13:00:00Z' },
    ])
    assert.deepEqual(
      order.map(({ id }) => id),
      ['a', 'b', 'c'],
    )
  })
})

describe('the rows of the lists', () => {
  it('show an entry of the outbox as still to send, waiting when it has no result', () => {
    const rows = rowsOf([], [sampleHeld('1')])
    assert.deepEqual(
      rows.map(({ id, state, result }) => [id, state, result]),
      [['1', 'to-send', null]],
    )
    assert.equal(waitingRows(rows).length, 1)
    assert.equal(doneRows(rows).length, 0)
  })
  it('trust the server about a screening whose answer was lost', () => {
    const rows = rowsOf([sampleEntry('1')], [sampleHeld('1')])
    assert.deepEqual(
      rows.map(({ state }) => state),
      ['waiting'],
    )
  })
  it('move somebody out of the waiting list once the result is chosen, sent or not', () => {
    const rows = rowsOf([sampleEntry('1')], [sampleHeld('1', 'negative')])
    assert.deepEqual(
      rows.map(({ state, result }) => [state, result]),
      [['sending-result', 'negative']],
    )
    assert.equal(waitingRows(rows).length, 0)
    assert.equal(doneRows(rows).length, 1)
  })
  it('show a screening with its result, both unsent, as done', () => {
    const rows = rowsOf([], [sampleHeld('1', 'positive')])
    assert.deepEqual(
      rows.map(({ state, result }) => [state, result]),
      [['to-send', 'positive']],
    )
  })
  it('show a refused entry neither as waiting nor as done: it has a place of its own', () => {
    const refused = {
      ...sampleHeld('1'),
      stage: 'refused' as const,
      refusal: { code: 'REQUEST_INVALID', faults: [] },
    }
    const rows = rowsOf([], [refused])
    assert.deepEqual([waitingRows(rows).length, doneRows(rows).length], [0, 0])
  })
  it('show somebody with a document of this counter as provisional, also when the server has them waiting', () => {
    const held = sampleHeld('1', 'negative')
    const document = {
      bookletId: '0123456789abcdef',
      number: 1,
      issuedAt: 0,
      takenAt: 0,
      text: 'FC1:',
      tab: 'tab',
    }
    for (const entries of [[], [sampleEntry('1')]]) {
      const rows = rowsOf(entries, [{ ...held, document }])
      assert.deepEqual(
        doneRows(rows).map(({ state }) => state),
        ['provisional'],
      )
      const signing = rowsOf(entries, [{ ...held, document: { ...document, text: null } }])
      assert.notEqual(signing[0]?.state, 'provisional')
    }
  })
  it('say of each way that the person gave that the message waits, once there is a result', () => {
    const contact = { phone: '+33612345678', email: 'mael@example.org' }
    const held = sampleHeld('1', 'negative')
    const { input } = held.screening
    const content = { ...held.screening, input: { ...input, person: { ...input.person, contact } } }
    const answer = {
      id: '1',
      result: 'negative' as const,
      recordedAt: '2026-11-23T13:00:00Z',
      certificate: null,
      notices: [],
    }
    const begun = { state: 'pending', reason: null, at: null }
    assert.deepEqual(entryOfAnswer(content, { ...answer, state: 'final' }).deliveries, [
      { channel: 'sms', ...begun },
      { channel: 'email', ...begun },
    ])
    assert.equal(entryOfAnswer(content, { ...answer, state: 'waiting' }).deliveries, undefined)
    assert.equal(entryOfAnswer(held.screening, { ...answer, state: 'final' }).deliveries, undefined)
    // Of somebody registered before, a list has told only a part of the address.
    for (const [contactHint, channel] of [
      ['+33 •••• 78', 'sms'],
      ['c•••@exemple.fr', 'email'],
    ] as const) {
      const known = {
        ...entryOfAnswer(held.screening, { ...answer, state: 'waiting' }),
        contactHint,
      }
      const entry = entryOfAnswer(held.screening, { ...answer, state: 'final' }, known)
      assert.deepEqual(entry.deliveries, [{ channel, ...begun }])
      assert.equal(entry.contactHint, contactHint)
    }
  })
  it('take the answer to an own request as the entry until the next poll', () => {
    const entry = entryOfAnswer(sampleHeld('1').screening, {
      id: '1',
      state: 'waiting',
      result: null,
      recordedAt: '2026-11-23T13:00:00Z',
      certificate: null,
      notices: [],
    })
    assert.deepEqual([entry.id, entry.person.familyName, entry.state], ['1', 'Dupont', 'waiting'])
  })
})
