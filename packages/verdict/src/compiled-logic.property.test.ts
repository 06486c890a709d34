/** A compiled expression answers what certlogic-js answers, and fails where it fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CertLogicExpression, evaluate } from 'certlogic-js'
import fc from 'fast-check'
import { evaluateCompiled } from './compiled-logic.ts'
import { withRealDates } from './real-dates.ts'

type Outcome = { readonly value: unknown } | 'failed'

const outcomeOf = (run: () => unknown): Outcome => {
  try {
    return { value: run() }
  } catch {
    return 'failed'
  }
}

const holdTo = (logic: unknown, data: unknown): void => {
  const expression = logic as CertLogicExpression
  const expected = outcomeOf(() => evaluate(expression, data))
  assert.deepEqual(
    outcomeOf(() => evaluateCompiled(expression, data)),
    expected,
  )
  // The second time it is compiled already.
  assert.deepEqual(
    outcomeOf(() => evaluateCompiled(expression, data)),
    expected,
  )
}

const dates = [
  '2021-08-13T15:30:00.000Z',
  '2021-08-13T15:30:00Z',
  '2021-08-13T15:30:00.5+02:00',
  '2021-02-31T00:00:00.000Z',
  '2021-09-99T00:00:00.000Z',
  '2021-08-13T25:00:00.000Z',
  '2021-08-13',
  '2021-08',
  '2021',
  'yesterday',
] as const

const value = fc.oneof(
  fc.constantFrom(...dates),
  fc.constantFrom(true, false, null, '', 0, 1, 72, -3, 1.5, Number.NaN),
  fc.constantFrom([], ['a'], {}, { a: 1 }, new Date(0)),
)

const data = fc.record({
  payload: fc.record({ t: fc.array(fc.record({ sc: value, tr: value }), { maxLength: 2 }) }),
  external: fc.record({ now: value }),
})

const path = fc.constantFrom(
  '',
  'payload',
  'payload.t',
  'payload.t.0',
  'payload.t.0.sc',
  'payload.t.0.tr',
  'payload.t.1.sc',
  'external.now',
  'external.now.length',
  'nothing.there.0',
  'accumulator',
  'current',
  '0x',
)

const operators = [
  ...['if', 'and', '===', 'in', '+', '<', '>', '<=', '>=', '!', 'plusTime', 'reduce'],
  ...['after', 'before', 'not-after', 'not-before', 'dccDateOfBirth', 'extractFromUVCI', 'unknown'],
] as const

const { expression } = fc.letrec<{ expression: unknown; operation: unknown }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(value, fc.constant(undefined)),
    path.map((found) => ({ var: found })),
    tie('operation'),
    fc.array(tie('expression'), { maxLength: 3 }),
  ),
  operation: fc.oneof(
    fc
      .tuple(fc.constantFrom(...operators), fc.array(tie('expression'), { maxLength: 4 }))
      .map(([operator, operands]) => ({ [operator]: operands })),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(0, 1, -3, 72, 1.5),
        fc.constantFrom('hour', 'day', 'month', 'year', 'week'),
      )
      .map((operands) => ({ plusTime: operands })),
    fc.constantFrom({}, { a: 1, b: 2 }, { var: 1 }, { and: 'x' }),
  ),
}))

test('whatever the expression and its data, the answer or the failure is that of certlogic-js', () => {
  fc.assert(fc.property(expression, data, holdTo), { numRuns: 20_000 })
})

test('an operation with one operand too few or too many fails', () => {
  for (const operator of operators) {
    for (let count = 0; count <= 5; count += 1) {
      for (const operand of [1, -3, '2021-08-13', { plusTime: ['2021-08-13', 0, 'day'] }, [1, 2]]) {
        holdTo({ [operator]: Array.from({ length: count }, () => operand) }, {})
      }
    }
  }
})

test('every time unit on every form of date gives the same moment', () => {
  for (const unit of ['hour', 'day', 'month', 'year']) {
    for (const amount of [0, 1, -1, 72]) {
      for (const now of dates) holdTo({ plusTime: [{ var: 'now' }, amount, unit] }, { now })
    }
  }
})

test('an expression that fails where a date is none does so compiled', () => {
  const clock = { plusTime: ['2021-08-13T15:30:00.000Z', 0, 'day'] }
  const rule = { 'not-after': [{ plusTime: [{ var: 'sc' }, 0, 'hour'] }, clock] }
  const strict = withRealDates(rule as CertLogicExpression)
  for (const sc of dates) {
    holdTo(rule, { sc })
    holdTo(strict, { sc })
  }
  assert.equal(
    outcomeOf(() => evaluateCompiled(strict, { sc: '2021-02-31T00:00:00.000Z' })),
    'failed',
  )
  assert.deepEqual(
    outcomeOf(() => evaluateCompiled(strict, { sc: '2021-08-12T00:00:00.000Z' })),
    { value: true },
  )
})
