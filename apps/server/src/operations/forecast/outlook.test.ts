import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForecastView } from '@sidep/contracts'
import { Check } from 'typebox/schema'
import { outlookOf } from './outlook.ts'

const weeksOf = (weeks: number, change: (hour: number) => number) => ({
  firstDay: '2021-01-04',
  counts: Array.from({ length: weeks * 7 * 24 }, (_, index) =>
    Math.round((60 + 50 * Math.sin((index % 24) / 4)) * change(index)),
  ),
})

test('what the screen is told of a peak is whole, and of weeks that are all the same no error is made up', () => {
  const changing = outlookOf(
    weeksOf(14, (index) => 1 + 0.2 * Math.sin(index / 211)),
    2,
    0.4,
  )
  assert.ok(Check(ForecastView, changing))
  assert.equal(changing.backtest?.weeks, 6)
  for (const change of [() => 1, () => 0]) {
    const same = outlookOf(weeksOf(12, change), null, 0)
    assert.ok(Check(ForecastView, JSON.parse(JSON.stringify(same))))
    assert.equal(same.backtest, null)
  }
  assert.equal(
    outlookOf(
      weeksOf(3, () => 1),
      null,
      0,
    ).backtest,
    null,
  )
})
