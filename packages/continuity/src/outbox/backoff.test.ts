import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { attendedBackoffMilliseconds } from './backoff.ts'

describe('the wait before another try while somebody looks', () => {
  it('is anywhere between nothing and a ceiling that doubles up to a minute', () => {
    assert.equal(attendedBackoffMilliseconds(1, null, 0), 0)
    assert.equal(attendedBackoffMilliseconds(1, null, 0.5), 1_000)
    assert.equal(attendedBackoffMilliseconds(3, null, 0.5), 4_000)
    assert.equal(attendedBackoffMilliseconds(500, null, 0.5), 30_000)
  })
  it('is never shorter than what the server asked', () => {
    assert.equal(attendedBackoffMilliseconds(1, 30, 0), 30_000)
    assert.ok(attendedBackoffMilliseconds(1, 30, 0.99) > 30_000)
  })
})
