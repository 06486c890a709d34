import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandomBytes } from './clock.ts'

test('random bytes are as many as asked for, each given out once and nobody else’s to change', () => {
  const seen = new Set<string>()
  for (let count = 0; count < 2_000; count += 1) {
    for (const length of [1, 8, 16, 64, 65, 200]) {
      const bytes = systemRandomBytes(length)
      assert.equal(bytes.length, length)
      assert.equal(bytes.byteOffset, 0)
      assert.equal(bytes.buffer.byteLength, length)
      if (length >= 16) seen.add(Buffer.from(bytes).toString('hex'))
    }
  }
  assert.equal(seen.size, 2_000 * 4)
})
