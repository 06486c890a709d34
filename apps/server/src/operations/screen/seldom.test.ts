import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monotonicMilliseconds } from '../../platform/clock.ts'
import { makeTestClock } from '../../platform/testing.ts'
import { seldom } from './seldom.ts'

test('what took long to read is kept for twenty times that, a minute at most, and what failed is read again', async () => {
  const clock = makeTestClock('2021-08-13T15:30:00+02:00')
  const asked = { times: 0, isAway: false }
  const read = seldom(clock, async () => {
    asked.times += 1
    if (asked.isAway) throw new Error('away')
    const begunAt = monotonicMilliseconds()
    while (monotonicMilliseconds() - begunAt < 50);
    return asked.times
  })
  assert.equal(await read(), 1)
  clock.advance(900)
  assert.equal(await read(), 1)
  clock.advance(60_000)
  assert.equal(await read(), 2)
  asked.isAway = true
  clock.advance(60_000)
  await assert.rejects(read())
  asked.isAway = false
  assert.equal(await read(), 4)
})
