import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passQuietDays } from './quiet-days.ts'

test('thirty days with noise, deployments, maintenance and nights bring no false alarm', () => {
  const { alarms, failedProbes } = passQuietDays(30, 1)
  assert.deepEqual(alarms, [])
  assert.ok(failedProbes > 10_000)
})
