import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monotonicMilliseconds } from '../platform/clock.ts'
import { notBefore } from './steady.ts'

test('an early answer is held until its time', async () => {
  const startedAt = monotonicMilliseconds()
  await notBefore(startedAt, 30, monotonicMilliseconds)
  assert.ok(monotonicMilliseconds() - startedAt >= 30)
})

test('a late answer is not held', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  await notBefore(0, 30, () => 31)
})
