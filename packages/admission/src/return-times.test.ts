import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeReturnTimes, returnSecondsMax } from './return-times.ts'

const perSecond = 40
const steady = () => 0.5

/** Virtual time: so many a second are served, so many a second sent away; the times they are told to come back at. */
const sendAway = (seconds: number, awayPerSecond: number): number[] => {
  const returnTimes = makeReturnTimes(2, steady)
  const backAt: number[] = []
  for (let tick = 0; tick < seconds * 1_000; tick += 1) {
    if (tick % (1_000 / perSecond) === 0) returnTimes.served(tick)
    if (tick % (1_000 / awayPerSecond) === 0) backAt.push(tick / 1_000 + returnTimes.give(tick))
  }
  return backAt
}

test('ten thousand who are sent away within a minute come back about as fast as they can be served', () => {
  const backAt = sendAway(60, 200).toSorted((a, b) => a - b)
  assert.equal(backAt.length, 12_000)
  // After the pace is known, no ten seconds bring many more than are served in them, nor leave the server idle.
  for (let from = 20; from + 10 < (backAt.at(-1) ?? 0); from += 10) {
    const count = backAt.filter((at) => at >= from && at < from + 10).length
    assert.ok(count <= perSecond * 10 * 1.6, `${count} from ${from} s on`)
    assert.ok(count >= perSecond * 10, `${count} from ${from} s on`)
  }
})

test('who is sent away later comes back later, once the pace is known', () => {
  const backAt = sendAway(30, 200).slice(1_000)
  for (let index = 1; index < backAt.length; index += 1) {
    assert.ok((backAt[index] ?? 0) >= (backAt[index - 1] ?? 0) - 1)
  }
})

test('one alone is told the shortest time, and nobody more than the longest', () => {
  const returnTimes = makeReturnTimes(2, steady)
  returnTimes.served(0)
  assert.equal(returnTimes.give(10), 4)
  for (let index = 0; index < 10; index += 1) returnTimes.served(20 + index)
  returnTimes.give(3_000)
  for (let index = 0; index < 20_000; index += 1) {
    const seconds = returnTimes.give(3_000)
    assert.ok(seconds >= 2 && seconds <= returnSecondsMax, String(seconds))
  }
})
