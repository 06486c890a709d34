import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noTally, parseTally, writeTally } from './tally.ts'

const start = new Date('2021-08-13T20:00:00Z')
const hoursLater = (hours: number): Date => new Date(start.getTime() + hours * 3_600_000)
const counted = { accepted: 38, refused: 2, unreadable: 1, slips: 3 }

test('a count lasts over midnight and a long pause, and begins anew the next evening', () => {
  const kept = writeTally(counted, start)
  assert.deepEqual(parseTally(kept, hoursLater(5.9)), counted)
  assert.deepEqual(parseTally(kept, hoursLater(6)), noTally)
  assert.deepEqual(parseTally(kept, hoursLater(-1)), noTally)
})

test('only four numbers and a time are kept; what is none of ours counts nothing', () => {
  assert.deepEqual(Object.keys(JSON.parse(writeTally(counted, start))).sort(), [
    'accepted',
    'at',
    'refused',
    'slips',
    'unreadable',
  ])
  for (const kept of [
    null,
    '',
    '{',
    '3',
    '[]',
    '{"accepted":5}',
    `{"at":${start.getTime()},"accepted":-4,"refused":"x"}`,
  ]) {
    assert.deepEqual(parseTally(kept, start), noTally, String(kept))
  }
})
