import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runLoad } from './load.ts'

test('every request offered is either done or failed, with its reason', async () => {
  const outcome = await runLoad({
    seconds: 0.2,
    offeredPerSecond: 500,
    inFlightMax: 1000,
    send: async (index) => {
      if (index % 10 === 3) throw new TypeError('refused')
      return index % 10 !== 4
    },
  })
  assert.equal(outcome.done, 80)
  assert.deepEqual(outcome.failures, { TypeError: 10, REFUSED: 10 })
  assert.equal(outcome.failed, 20)
})

test('latency counts from when a request was due, not from when it could be sent', async () => {
  const outcome = await runLoad({
    seconds: 0.1,
    offeredPerSecond: 100,
    inFlightMax: 1000,
    send: async (index) => {
      if (index === 0) {
        const until = performance.now() + 80
        while (performance.now() < until); // blocks the loop, as a stalled generator would
      }
      return true
    },
  })
  assert.ok(outcome.p99Milliseconds >= 75, `p99 was ${outcome.p99Milliseconds} ms`)
})

test('more under way than allowed is counted as failed, not sent', async () => {
  let sent = 0
  const outcome = await runLoad({
    seconds: 0.1,
    offeredPerSecond: 1000,
    inFlightMax: 5,
    send: () => {
      sent += 1
      return new Promise((resolve) => setTimeout(() => resolve(true), 200))
    },
  })
  assert.equal(sent, 5)
  assert.equal(outcome.done, 5)
  assert.equal(outcome.failures.IN_FLIGHT_MAX, 95)
})
