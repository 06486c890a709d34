import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, quantile } from './statistics.ts'

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
