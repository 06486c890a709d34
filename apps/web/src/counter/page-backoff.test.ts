import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pageBackoffMilliseconds } from './page-backoff.ts'

describe('the wait of a page before another try', () => {
  it('is anywhere between nothing and a ceiling that doubles up to a minute', () => {
    assert.equal(pageBackoffMilliseconds(1, null, 0), 0)
    assert.equal(pageBackoffMilliseconds(1, null, 0.5), 1_000)
    assert.equal(pageBackoffMilliseconds(3, null, 0.5), 4_000)
    assert.equal(pageBackoffMilliseconds(500, null, 0.5), 30_000)
  })
  it('is never shorter than what the server asked', () => {
    assert.equal(pageBackoffMilliseconds(1, 30, 0), 30_000)
    assert.ok(pageBackoffMilliseconds(1, 30, 0.99) > 30_000)
  })
})
