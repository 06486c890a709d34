import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeBoundedCache } from './bounded-cache.ts'

test('a full cache forgets what was unused for longest, and never grows past its bound', () => {
  const cache = makeBoundedCache<number>(3)
  for (const [index, key] of ['a', 'b', 'c'].entries()) cache.set(key, index)
  assert.equal(cache.get('a'), 0)
  cache.set('d', 3)
  assert.equal(cache.get('b'), undefined)
  assert.equal(cache.get('a'), 0)
  for (let count = 0; count < 100; count += 1) cache.set(`k${count}`, count)
  assert.equal(cache.size, 3)
  cache.delete('k99')
  assert.equal(cache.get('k99'), undefined)
})
