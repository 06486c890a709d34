import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkHistory } from './check-history.ts'
import type { History, StoredScreening } from './history.ts'
import { makeCleanHistory, type ScreeningPlan } from './history-testing.ts'

const leeway = 1_000

const plan: fc.Arbitrary<ScreeningPlan> = fc.record({
  site: fc.integer({ min: 1, max: 3 }),
  shape: fc.constantFrom('record', 'register'),
  corrections: fc.integer({ min: 0, max: 2 }),
  lostAnswers: fc.integer({ min: 0, max: 2 }),
  end: fc.constantFrom('acknowledged', 'done', 'not-done'),
})
const plans = fc.array(plan, { minLength: 1, maxLength: 20 })

test('whatever answers were lost, a portal that did everything right has a clean history', () => {
  fc.assert(
    fc.property(plans, (some) => {
      assert.deepEqual(checkHistory(makeCleanHistory(some), leeway).violations, [])
    }),
  )
})

/** What can go wrong with one screening, and what it is to be called. */
const breaks: Readonly<Record<string, (one: StoredScreening) => StoredScreening | null>> = {
  LOST: () => null,
  DUPLICATED: (one) => ({ ...one, rows: 2 }),
  BODY_CHANGED: (one) => ({ ...one, body: 'another' }),
  CERTIFICATE_BACKWARDS: (one) => ({
    ...one,
    certificates: one.certificates.map((each) => ({ ...each, number: each.number + 1 })),
  }),
  WRONG_TIME: (one) => ({
    ...one,
    certificates: one.certificates.map((each) => ({ ...each, issuedAt: each.issuedAt - 1e9 })),
  }),
}

test('one acknowledged screening that is wrong is found among many, and no other is accused', () => {
  fc.assert(
    fc.property(plans, plans, fc.constantFrom(...Object.keys(breaks)), (before, after, code) => {
      const broken: ScreeningPlan = {
        ...{ site: 2, shape: 'record', corrections: 1, lostAnswers: 0, end: 'acknowledged' },
      }
      const history = makeCleanHistory([...before, broken, ...after])
      const screeningId = `screening-${before.length}`
      const stored = history.stored.flatMap((one) =>
        one.id === screeningId ? (breaks[code]?.(one) ?? []) : [one],
      )
      const found = checkHistory({ ...history, stored } satisfies History, leeway).violations
      assert.deepEqual(found, [{ code, siteId: 'site-2', screeningId }])
    }),
  )
})
