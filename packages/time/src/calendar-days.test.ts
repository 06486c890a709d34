import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayAfter, weekdayOf } from './calendar-days.ts'

test('days are counted over the ends of months and years, leap days and nights when clocks change', () => {
  assert.equal(dayAfter('2021-12-31', 1), '2022-01-01')
  assert.equal(dayAfter('2024-02-28', 1), '2024-02-29')
  assert.equal(dayAfter('2021-03-28', 1), '2021-03-29')
  assert.equal(dayAfter('2021-11-01', -1), '2021-10-31')
})

test('weeks begin on Monday', () => {
  assert.equal(weekdayOf('2021-08-13'), 4)
  assert.equal(weekdayOf('2021-08-15'), 6)
  assert.equal(weekdayOf('2021-08-16'), 0)
})
