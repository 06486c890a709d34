import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshnessOf } from './freshness.ts'

const bundle = {
  issuedAt: new Date('2021-08-13T12:00:00Z'),
  expiresAt: new Date('2021-08-20T12:00:00Z'),
}
const kindAt = (now: string, difference: number | null = null) =>
  freshnessOf(bundle, new Date(now), difference).kind

test('data is fresh for a day, then a warning, then not used', () => {
  assert.equal(kindAt('2021-08-13T12:00:00Z'), 'fresh')
  assert.equal(kindAt('2021-08-14T11:59:59Z'), 'fresh')
  assert.equal(kindAt('2021-08-14T12:00:00Z'), 'stale')
  assert.equal(kindAt('2021-08-20T12:00:00Z'), 'expired')
})

test('a clock before the data, or far from the server, is said; a few minutes are not', () => {
  assert.equal(kindAt('2021-08-13T11:55:00Z'), 'fresh')
  assert.equal(kindAt('2021-08-13T11:49:00Z'), 'clock')
  assert.equal(kindAt('2021-08-13T13:00:00Z', 9 * 60_000), 'fresh')
  assert.equal(kindAt('2021-08-13T13:00:00Z', -11 * 60_000), 'clock')
})
