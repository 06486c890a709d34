import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeNetworkShares } from './network-shares.ts'
import { datedLaterMillisecondsMax } from './ticket.ts'

test('a network below its share is never dated later, whatever another one takes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60_000), { maxLength: 600 }), (times) => {
      const shares = makeNetworkShares()
      for (let count = 0; count < 5_000; count += 1) shares.take('203.0.113', 0)
      for (const at of [...times].sort((a, b) => a - b)) {
        assert.equal(shares.take('198.51.100', at), 0)
      }
    }),
  )
})

test('beyond what a network may take at once its places are dated at its share, and end five minutes ahead', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { minLength: 700, maxLength: 3_000 }), (gaps) => {
      const shares = makeNetworkShares()
      const dates: number[] = []
      let now = 0
      for (const gap of gaps) {
        now += gap / 10
        const later = shares.take('203.0.113', now)
        if (later === null) continue
        assert.ok(later <= datedLaterMillisecondsMax)
        dates.push(now + later)
      }
      // Of any ten seconds, what may come at once and fifty.
      dates.forEach((date, index) => {
        const until = dates.findLastIndex((other) => other <= date + 10_000)
        assert.ok(until - index + 1 <= 600 + 51, `${until - index + 1} within ten seconds`)
      })
      assert.ok(dates.length <= 600 + (datedLaterMillisecondsMax + now) / 200 + 1)
    }),
    { numRuns: 50 },
  )
})

test('a network that has been quiet may take as many at once again', () => {
  const shares = makeNetworkShares()
  for (let count = 0; count < 600; count += 1) assert.equal(shares.take('203.0.113', 0), 0)
  assert.equal(shares.take('203.0.113', 0), 200)
  for (let count = 0; count < 600; count += 1) {
    assert.equal(shares.take('203.0.113', 120_200), 0)
  }
})
