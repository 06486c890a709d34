import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeIdleByAddress } from './idle-by-address.ts'

test('whoever holds most gives way first, with the one that has rested longest', () => {
  const places = makeIdleByAddress<string>()
  places.add('quiet', '192.0.2.1')
  for (const one of ['a', 'b', 'c']) places.add(one, '192.0.2.2')
  places.add('a', '192.0.2.2')
  assert.deepEqual([places.take(), places.take()], ['b', 'c'])
  // Now both hold one.
  assert.deepEqual(new Set([places.take(), places.take()]), new Set(['quiet', 'a']))
  assert.equal(places.take(), undefined)
})

test('what is worked on does not give way', () => {
  const places = makeIdleByAddress<number>()
  for (const one of [1, 2, 3]) places.add(one, 'x')
  places.remove(1, 'x')
  places.remove(1, 'x')
  places.remove(9, 'nobody')
  assert.equal(places.take(), 2)
  places.add(1, 'x')
  assert.deepEqual([places.take(), places.take(), places.take()], [3, 1, undefined])
})

test('a hundred thousand that come and go cost next to nothing', () => {
  const places = makeIdleByAddress<number>()
  const started = performance.now()
  for (let one = 0; one < 100_000; one += 1) {
    places.add(one, `${one % 5_000}`)
    if (one >= 20_000) places.take()
  }
  assert.ok(performance.now() - started < 2_000)
})
