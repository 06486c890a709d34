import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultRetryPolicy, retryDelayMilliseconds } from './backoff.ts'

test('a delay lies between one second and the bound, whatever the try', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (tries, random) => {
        const delay = retryDelayMilliseconds(defaultRetryPolicy, tries, random)
        assert.ok(delay >= 1_000 && delay <= defaultRetryPolicy.delayMillisecondsMax)
      },
    ),
  )
})

test('the bound doubles with each try until its maximum', () => {
  const nearlyOne = 1 - Number.EPSILON
  const delays = [1, 2, 3, 30].map((tries) =>
    retryDelayMilliseconds(defaultRetryPolicy, tries, nearlyOne),
  )
  assert.deepEqual(delays, [4_999, 9_999, 19_999, 7_199_999])
})
