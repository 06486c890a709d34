import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, quantile, slopeOf } from './statistics.ts'

test('quantiles are by nearest rank', () => {
  const sorted = Array.from({ length: 100 }, (_, index) => index + 1)
  assert.equal(quantile(sorted, 0.5), 50)
  assert.equal(quantile(sorted, 0.99), 99)
  assert.equal(quantile(sorted, 1), 100)
  assert.equal(quantile([7], 0.01), 7)
})

test('the quantile of nothing is not a number', () => {
  assert.ok(Number.isNaN(quantile([], 0.5)))
})

test('the median does not need sorted values', () => {
  assert.equal(median([9, 1, 5]), 5)
})

test('a line has its own slope, a level has none, and one value says nothing', () => {
  assert.equal(slopeOf([5, 7, 9, 11]), 2)
  assert.equal(slopeOf([4, 6, 4, 6, 4]), 0)
  assert.equal(slopeOf([3]), 0)
  assert.equal(slopeOf([]), 0)
})
