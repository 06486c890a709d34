import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLate, latePlaceOf, placeOf, pollAfterSeconds } from './room-view.ts'

const bucket = (startsAt: number, tickets: number, paid = 0) => ({
  startsAt,
  tickets,
  unconfirmed: 0,
  paid,
  passedAt: null,
  shown: 0,
})
const state = { watermark: 1_100, pace: 10, tokens: 0 }
const buckets = [bucket(750, 50, 50), bucket(1_000, 30, 10), bucket(1_250, 5), bucket(2_000, 100)]

test('the place is all who came before and are not let in, and the time is theirs at the present pace', () => {
  assert.deepEqual(placeOf(1_250, state, buckets), { position: 25, waitSeconds: 3 })
  assert.deepEqual(placeOf(2_100, state, buckets), { position: 125, waitSeconds: 13 })
  assert.deepEqual(placeOf(5_000, state, buckets), { position: 126, waitSeconds: 13 })
})

test('tokens that are owed are waited for, tokens that are there are not', () => {
  assert.equal(placeOf(1_250, { ...state, tokens: -100 }, buckets).waitSeconds, 13)
  assert.equal(placeOf(1_250, { ...state, tokens: 25 }, buckets).waitSeconds, 1)
})

test('polls are as far apart as the wait allows, jittered, from 2 s to 2 min', () => {
  const after = (waitSeconds: number, random: number): number =>
    pollAfterSeconds(waitSeconds, 1, () => random)
  assert.equal(after(1, 0.5), 2)
  assert.equal(after(60, 0), 43)
  assert.equal(after(60, 0.999), 53)
  assert.equal(after(3_600, 0.5), 120)
  assert.notEqual(after(3_600, 0), after(3_600, 0.999), 'the longest too')
})

test('who waits at a slow pace is back before their turn, should the pace rise to its best', () => {
  // 500 s at a fifth of the best are 100 s at the best.
  for (const random of [0, 0.5]) {
    assert.ok(pollAfterSeconds(500, 0.2, () => random) <= 100)
  }
})

test('somebody who waits five minutes asks fewer than ten times', () => {
  for (const paceShare of [1, 0.5]) {
    let left = 300
    let polls = 0
    while (left > 0) {
      left -= pollAfterSeconds(left, paceShare, () => 0.5)
      polls += 1
    }
    assert.ok(polls < 10, String(polls))
  }
})

test('who was let in before is told to wait only while nothing is left to let them in on', () => {
  const settings = { burstSeconds: 2 }
  assert.equal(latePlaceOf({ pace: 10, tokens: -19 }, settings), null)
  assert.deepEqual(latePlaceOf({ pace: 10, tokens: -20 }, settings), {
    position: 1,
    waitSeconds: 1,
  })
  assert.deepEqual(latePlaceOf({ pace: 10, tokens: -60 }, settings), {
    position: 1,
    waitSeconds: 5,
  })
  assert.equal(isLate({ arrivedAt: 1_100, generation: 0, confirmed: true }, buckets), false)
  assert.equal(isLate({ arrivedAt: 1_100, generation: 1, confirmed: true }, buckets), true)
  assert.equal(
    isLate({ arrivedAt: 1_600, generation: 0, confirmed: true }, buckets),
    true,
    'its place was given away',
  )
})
