import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeSiteRates, type SiteEntry } from './site-rates.ts'

/** With two others there is somebody to compare with. */
const amongOthers = () => {
  const rates = makeSiteRates()
  for (const key of ['a', 'b']) rates.take(key, 0)
  return rates
}
const waitOf = (entry: SiteEntry): number => (entry.ok ? entry.waitMilliseconds : Number.NaN)

test('what a site sends together enters a handful at once, the rest one by one, and no more than a second of it', () => {
  const rates = amongOthers()
  const entries = Array.from({ length: 60 }, () => rates.take('robot', 0))
  const waits = entries.filter(({ ok }) => ok).map(waitOf)
  assert.deepEqual(waits.slice(0, 6), [0, 0, 0, 0, 50, 100])
  assert.equal(waits.at(-1), 1_000)
  assert.equal(waits.length, 24)
  const [refused] = entries.filter(({ ok }) => !ok)
  assert.ok(refused?.ok === false && Math.abs(refused.retryAfterSeconds - 0.05) < 1e-9)
})

test('a site that goes on at its share is neither held nor refused; one that was quiet has its handful again', () => {
  const rates = amongOthers()
  for (let at = 0; at < 5_000; at += 50) {
    if (at % 1_000 === 0) for (const key of ['a', 'b']) rates.take(key, at)
    assert.equal(waitOf(rates.take('even', at)), 0, `at ${at} ms`)
  }
  for (let count = 0; count < 10; count += 1) rates.take('even', 5_000)
  const later = Array.from({ length: 5 }, () => waitOf(rates.take('even', 6_000)))
  assert.deepEqual(later, [0, 0, 0, 0, 50])
})

test('the share is four times what the others send, and a robot does not raise its own', () => {
  const rates = makeSiteRates()
  let robot = 0
  for (let at = 0; at < 60_000; at += 10) {
    for (let site = 0; site < 10; site += 1) {
      // Ten a second each: the share is forty.
      if ((at / 10) % 10 === site) rates.take(`site ${site}`, at)
    }
    if (at % 20 === 0 && rates.take('robot', at).ok && at >= 30_000) robot += 1
  }
  assert.ok(Math.abs(robot / 30 - 40) < 2, `${robot / 30} a second`)
})
