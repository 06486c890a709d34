import assert from 'node:assert/strict'
import { test } from 'node:test'
import { benchFuzz } from './fuzz.ts'

test('two thousand hostile texts end in a verdict each, none of them accepted for what it is not, none past 64 MB', async () => {
  const { texts, threw, pastMegabytes, accepted, refused, unreadable, worst } = await benchFuzz({
    texts: 2_000,
    seed: 11,
  })
  assert.deepEqual({ threw, pastMegabytes, worst }, { threw: 0, pastMegabytes: 0, worst: [] })
  assert.equal(accepted + refused + unreadable, texts)
  assert.ok(refused > 0 && unreadable > refused)
})
