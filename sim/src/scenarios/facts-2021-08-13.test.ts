import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { drawChart } from '../chart.ts'
import { simulate } from '../simulate.ts'
import { august13 } from './2021-08-13.ts'
import { publishedFacts } from './facts-2021-08-13.ts'

// Near a tipping point a part of the nation is not the nation: this one is simulated whole.
const result = simulate({ scenario: august13, policy: 'as-2021', seed: 1 })

const within = (value: number, published: number, share: number): boolean =>
  Math.abs(value - published) <= share * published

const start = Date.parse(august13.startsAt)
const hoursOf = (instant: string): number => (Date.parse(instant) - start) / 3_600_000
const recordedLate = (fromHour: number, untilHour: number): number =>
  result.hours.slice(fromHour, untilHour).reduce((sum, row) => sum + row.recordedLate, 0)

test('as many tests and sites as were published', () => {
  const friday = result.hours.slice(0, 24).reduce((sum, { arrived }) => sum + arrived, 0)
  assert.ok(within(friday, publishedFacts.testsADay.value, 0.1), String(friday))
  assert.equal(result.sites, publishedFacts.sitesTesting.value)
})

test('more than 90 % of the open pharmacies are locked out at the worst, and not all', () => {
  const { lockedOutShareMax } = result
  assert.ok(lockedOutShareMax > publishedFacts.lockedOutShare.value)
  assert.ok(lockedOutShareMax < 1)
})

test('sign-in goes down at 15:30 and comes back at midnight', () => {
  const [first] = result.signInDown
  assert.ok(first)
  assert.ok(Math.abs(hoursOf(first.from) - publishedFacts.downAt.value) < 0.25, first.from)
  assert.ok(Math.abs(hoursOf(first.until) - publishedFacts.backAt.value) < 0.25, first.until)
})

test('sign-in falls again at 08:30 by the number that come back, and recovers within half an hour of when it did', () => {
  const again = result.signInDown.slice(1)
  const [first, last] = [again.at(0), again.at(-1)]
  assert.ok(first && last)
  assert.ok(Math.abs(hoursOf(first.from) - publishedFacts.downAgainAt.value) < 0.25, first.from)
  assert.ok(Math.abs(hoursOf(last.until) - publishedFacts.backAgainAt.value) < 0.5, last.until)
})

test('people leave with unsigned papers; the backlog is typed at night and on the next morning', () => {
  assert.ok(result.leftWithUnsignedPaper > 100_000)
  assert.ok(recordedLate(24, 27) > 0.1 * result.backlogMax)
  assert.ok(recordedLate(32, 36) > 0.1 * result.backlogMax)
  assert.equal(recordedLate(18, 24), 0)
})

test('the chart in the README is what its command draws, to the byte', () => {
  const now = simulate({ scenario: august13, policy: 'sidep', seed: 1 })
  const committed = resolve(import.meta.dirname, '../../../docs/images/evening.svg')
  assert.equal(
    readFileSync(committed, 'utf8'),
    drawChart(august13.title, [result, now]),
    'npx sidep simulate 2021-08-13 --chart docs/images/evening.svg',
  )
})
