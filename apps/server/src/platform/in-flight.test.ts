import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeInFlightBound } from './in-flight.ts'

test('work beyond the bound is refused with UNAVAILABLE, and let in when some has ended', async () => {
  const { within, count } = makeInFlightBound({ max: 1, retrySeconds: 5 })
  let end: (value: string) => void = () => undefined
  const first = within(
    () =>
      new Promise<string>((resolve) => {
        end = resolve
      }),
  )
  await assert.rejects(
    within(async () => 'second'),
    { code: 'UNAVAILABLE', retryAfterSeconds: 5 },
  )
  end('first')
  assert.equal(await first, 'first')
  assert.equal(await within(async () => 'third'), 'third')
  await assert.rejects(
    within(() => Promise.reject(new Error('fourth'))),
    { message: 'fourth' },
  )
  assert.equal(await within(async () => 'fifth'), 'fifth')
  assert.equal(count(), 0)
})
