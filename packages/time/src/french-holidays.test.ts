import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFrenchHoliday } from './french-holidays.ts'

// Easter Sundays as published; the earliest and the latest that can be are among them.
const easters = [
  '1818-03-22',
  '1943-04-25',
  '1961-04-02',
  '2000-04-23',
  '2021-04-04',
  '2022-04-17',
  '2024-03-31',
  '2026-04-05',
  '2038-04-25',
]

const later = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)

test('Easter Monday, Ascension and Whit Monday move with Easter', () => {
  for (const easter of easters) {
    for (const days of [1, 39, 50]) assert.ok(isFrenchHoliday(later(easter, days)), easter)
    assert.ok(!isFrenchHoliday(easter), 'Easter Sunday is a Sunday, no more')
    assert.ok(!isFrenchHoliday(later(easter, -2)), 'Good Friday is none in most of France')
  }
})

test('a year has eleven holidays', () => {
  for (const year of [2021, 2022, 2024, 2026]) {
    const days = Array.from({ length: 366 }, (_, index) => later(`${year}-01-01`, index))
    const ofYear = days.filter((day) => day.startsWith(String(year)))
    assert.equal(ofYear.filter(isFrenchHoliday).length, 11)
  }
})
