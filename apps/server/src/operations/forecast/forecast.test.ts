import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayAfter } from '@sidep/time'
import { type HourlyHistory, hoursPerDay } from './history.ts'
import { forecastHours } from './model.ts'
import { peakOf } from './peak.ts'

/** Hours alike from week to week, opening at 9 and closing at 19, with nobody on Sundays and holidays. */
const steady = (
  firstDay: string,
  days: number,
  perHour: (day: number) => number,
): HourlyHistory => ({
  firstDay,
  counts: Array.from({ length: days * hoursPerDay }, (_, index) => {
    const day = Math.floor(index / hoursPerDay)
    const hour = index % hoursPerDay
    const isSunday = new Date(Date.parse(dayAfter(firstDay, day))).getUTCDay() === 0
    return hour < 9 || hour >= 19 || isSunday ? 0 : Math.round(perHour(day) * (hour === 17 ? 2 : 1))
  }),
})

const dayTotal = (hours: ReturnType<typeof forecastHours>, day: string): number =>
  hours.filter((hour) => hour.day === day).reduce((sum, { expected }) => sum + expected, 0)

test('weeks that are alike are forecast as they were, with a narrow interval', () => {
  const hours = forecastHours(steady('2021-05-31', 28, () => 100))
  assert.equal(hours.length, 7 * hoursPerDay)
  assert.equal(hours[0]?.day, '2021-06-28')
  for (const { hour, day, expected, low, high } of hours) {
    if (day === '2021-07-04' || hour < 9 || hour >= 19) assert.ok(expected < 1)
    else {
      const came = hour === 17 ? 200 : 100
      assert.ok(Math.abs(expected - came) < 0.05 * came, `${day} ${hour}: ${expected}`)
      assert.ok(
        low <= came + 1 && came - 1 <= high && high < 1.2 * came,
        `${day} ${hour}: ${low} ${high}`,
      )
    }
  }
})

test('a wave that grows by a tenth a day goes on growing', () => {
  const hours = forecastHours(steady('2021-05-31', 28, (day) => 100 * 1.1 ** day))
  const monday = dayTotal(hours, '2021-06-28')
  const came = 1_100 * 1.1 ** 28
  assert.ok(monday > 0.85 * came && monday < 1.15 * came, `${monday} of ${came}`)
  assert.ok(dayTotal(hours, '2021-07-03') > 1.25 * monday)
})

test('a holiday in the week to come is taken for a Sunday until one was seen', () => {
  // Wednesday 14 July 2021.
  const hours = forecastHours(steady('2021-06-14', 28, () => 100))
  assert.ok(dayTotal(hours, '2021-07-14') < 50)
  assert.ok(dayTotal(hours, '2021-07-15') > 950)
})

test('one day on which the way in was down does not carry the next week away', () => {
  const whole = steady('2021-05-31', 28, () => 100)
  const cut = whole.counts.map((count, index) =>
    index >= 25 * hoursPerDay + 11 && index < 26 * hoursPerDay ? 0 : count,
  )
  const hours = forecastHours({ ...whole, counts: cut })
  const friday = hours.filter(({ day }) => day === '2021-07-02')
  assert.ok(dayTotal(hours, '2021-07-02') > 850)
  assert.ok((friday[15]?.expected ?? 0) > 75, 'the hours that were cut off come again')
})

test('too little to go by, or too far ahead, is refused', () => {
  assert.throws(() => forecastHours(steady('2021-05-31', 13, () => 100)), RangeError)
  assert.throws(
    () =>
      forecastHours(
        steady('2021-05-31', 28, () => 100),
        8,
      ),
    RangeError,
  )
})

test('the busiest hour is held against what can be recorded', () => {
  const peak = peakOf(forecastHours(steady('2021-05-31', 28, () => 36_000)), 100)
  assert.equal(peak.hour, 17)
  assert.ok(Math.abs((peak.shareOfCapacity ?? 0) - 0.2) < 0.02, `${peak.shareOfCapacity}`)
  assert.ok((peak.shareOfCapacityAtMost ?? 0) >= (peak.shareOfCapacity ?? 1))
  assert.equal(
    peakOf(forecastHours(steady('2021-05-31', 28, () => 100)), null).shareOfCapacity,
    null,
  )
})
