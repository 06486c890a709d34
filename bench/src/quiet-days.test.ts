import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMilliseconds, hourMilliseconds, minuteMilliseconds } from '@sidep/time'
import { passQuietDays, quietDaysStart } from './quiet-days.ts'

test('thirty days with noise, deployments, maintenance, nights and counters that close bring no false alarm', () => {
  const { alarms, failedProbes } = passQuietDays(30, 1)
  assert.deepEqual(alarms, [])
  assert.ok(failedProbes > 10_000)
})

test('counters of one département that fall silent are noticed within a quarter of an hour, at lunch and in the morning', () => {
  for (const hour of [10, 12.6]) {
    const from = quietDaysStart + 9 * dayMilliseconds + hour * hourMilliseconds
    const cut = { department: '971', from, until: from + hourMilliseconds }
    const { alarms } = passQuietDays(10, 1, cut)
    assert.deepEqual(
      alarms.map((event) => ('departments' in event ? [event.type, event.departments] : event)),
      [['opened', ['971']]],
    )
    const minutes = (Date.parse(alarms[0]?.at ?? '') - from) / minuteMilliseconds
    assert.ok(minutes > 0 && minutes <= 15, `${minutes} minutes`)
  }
})
