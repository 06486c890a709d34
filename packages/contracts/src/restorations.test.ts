import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRestorations, restorationsMax, writeRestorations } from './restorations.ts'

const one = { to: 1_628_861_399_000, at: 1_628_865_000_000 }

test('what is written is read again', () => {
  const two = [one, { to: one.at, at: one.at + 1 }]
  assert.deepEqual(readRestorations(writeRestorations(two)), two)
  assert.deepEqual(readRestorations(writeRestorations([])), [])
})

test('no header, or one of somebody else, says nothing', () => {
  for (const text of [null, '', 'yes', '1', '1/', '/2', '-1/2', '1/2/3', '1e3/2e3', '2/1', '1 / 2'])
    assert.deepEqual(readRestorations(text), [], String(text))
})

test('of a long one the beginning is read, of many the latest are said', () => {
  assert.equal(readRestorations('1/2,'.repeat(10_000)).length, restorationsMax)
  const many = Array.from({ length: 20 }, (_, index) => ({ to: index, at: index + 1 }))
  assert.deepEqual(readRestorations(writeRestorations(many)), many.slice(-restorationsMax))
})
