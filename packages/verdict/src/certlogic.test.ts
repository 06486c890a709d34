import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { evaluateRule } from './index.ts'

const list = (length: number): number[] => Array.from({ length }, (_, index) => index)

suite('evaluateRule', () => {
  test('answers dates as dates', () => {
    const logic = { plusTime: [{ var: 'payload.d' }, 72, 'hour'] }
    assert.deepEqual(evaluateRule(logic, { payload: { d: '2021-08-13T10:00:00+02:00' } }), {
      ok: true,
      value: new Date('2021-08-16T08:00:00Z'),
    })
  })

  test('loops over the lists of a certificate', () => {
    const sum = { '+': [{ var: 'accumulator' }, { var: 'current' }] }
    const logic = { reduce: [{ var: 'payload' }, sum, 0] }
    assert.deepEqual(evaluateRule(logic, { payload: list(1000) }), { ok: true, value: 499_500 })
  })

  test('refuses what is not CertLogic with RULE_MALFORMED', () => {
    for (const logic of [null, undefined, {}, { unknown: [1] }, { if: [true] }, 1.5, { var: 3 }]) {
      assert.deepEqual(evaluateRule(logic, {}), { ok: false, code: 'RULE_MALFORMED' })
    }
  })

  test('refuses operands of the wrong kind with RULE_FAILED', () => {
    for (const logic of [
      { '<': ['a', 'b'] },
      { plusTime: ['not a date', 1, 'day'] },
      { before: [1, 2] },
      { reduce: [true, true, true] },
    ]) {
      assert.deepEqual(evaluateRule(logic, {}), { ok: false, code: 'RULE_FAILED' })
    }
  })

  const notReal = [
    '2021-09-99',
    '2021-02-31',
    '2021-02-29',
    '2021-04-31',
    '2021-00-10',
    '2021-13-01',
    '2021-06-00',
    '2022-13',
    '2022-00',
    '2021-02-31T10:00:00Z',
    '2021-06-01T25:00:00Z',
    '2021-06-01T24:00:00Z',
    '2021-06-01T10:60:00Z',
    '2021-06-01T10:00:61Z',
    '2021-06-01T10:00:00+25:00',
    '2021-13-01T10:00:00+2',
  ]
  const date = { var: 'payload.v.0.dt' }
  const afterStart = {
    after: [{ plusTime: [date, 0, 'day'] }, { plusTime: ['2021-01-01', 0, 'day'] }],
  }
  const between = {
    'not-before': [
      { plusTime: ['2021-12-31', 0, 'day'] },
      { plusTime: [date, 0, 'day'] },
      { plusTime: ['2021-01-01', 0, 'day'] },
    ],
  }
  const uses = (expression: unknown): unknown[] => [
    { plusTime: [expression, 0, 'day'] },
    { plusTime: [expression, 11, 'day'] },
    { dccDateOfBirth: [expression] },
  ]

  test('fails on a date that is none, whatever is asked of it, negated too', () => {
    for (const dt of notReal) {
      const data = { payload: { v: [{ dt }] } }
      const inLoop = {
        reduce: [
          { var: 'payload.v' },
          {
            before: [
              { plusTime: [{ var: 'current.dt' }, 0, 'day'] },
              { plusTime: ['2022-01-01', 0, 'day'] },
            ],
          },
          true,
        ],
      }
      for (const logic of [
        afterStart,
        { '!': [afterStart] },
        { before: afterStart.after },
        { 'not-after': afterStart.after },
        between,
        { if: [afterStart, true, false] },
        { and: [true, afterStart] },
        inLoop,
        ...uses(date),
        ...uses(dt),
        ...uses({ if: [true, date, '2021-01-01'] }),
      ]) {
        assert.deepEqual(
          evaluateRule(logic, data),
          { ok: false, code: 'RULE_FAILED' },
          `${dt} ${JSON.stringify(logic)}`,
        )
      }
    }
  })

  test('fails on a date that leaves the calendar, and not where a wrong one is never asked for', () => {
    const far = { plusTime: ['2021-01-01', 9_000_000_000, 'year'] }
    const soon = { plusTime: ['2021-01-01', 0, 'day'] }
    for (const logic of [far, { after: [far, soon] }, { '!': [{ after: [far, soon] }] }]) {
      assert.deepEqual(evaluateRule(logic, {}), { ok: false, code: 'RULE_FAILED' })
    }
    const wrong = { plusTime: ['2021-02-31', 0, 'day'] }
    assert.deepEqual(evaluateRule({ if: [true, 1, wrong] }, {}), { ok: true, value: 1 })
    assert.deepEqual(evaluateRule({ and: [false, { after: [wrong, soon] }] }, {}), {
      ok: true,
      value: false,
    })
    assert.deepEqual(evaluateRule({ '===': ['2021-02-31', '2021-02-31'] }, {}), {
      ok: true,
      value: true,
    })
  })

  test('reads every form of date and time that CertLogic names', () => {
    for (const [text, instant] of [
      ['2021-06-11', '2021-06-11T00:00:00.000Z'],
      ['2021-06-11T17:30:00', '2021-06-11T17:30:00.000Z'],
      ['2021-06-11T17:30:00.5Z', '2021-06-11T17:30:00.500Z'],
      ['2021-06-11T17:30:00+2', '2021-06-11T15:30:00.000Z'],
      ['2021-06-11T17:30:00+02', '2021-06-11T15:30:00.000Z'],
      ['2021-06-11T17:30:00+200', '2021-06-11T15:30:00.000Z'],
      ['2021-06-11T17:30:00+0200', '2021-06-11T15:30:00.000Z'],
      ['2021-06-11T17:30:00+2:00', '2021-06-11T15:30:00.000Z'],
      ['2021-06-11T17:30:00+02:00', '2021-06-11T15:30:00.000Z'],
      ['2020-02-29', '2020-02-29T00:00:00.000Z'],
      ['2020-02', '2020-02-29T00:00:00.000Z'],
      ['2020', '2020-12-31T00:00:00.000Z'],
    ]) {
      const result = evaluateRule({ plusTime: [text, 0, 'day'] }, {})
      assert.deepEqual(result, { ok: true, value: new Date(String(instant)) }, text)
    }
  })

  test('is bounded in time by the size of a rule, dates within dates too', () => {
    let logic: unknown = '2021-01-01'
    for (let level = 0; level < 40; level += 1) {
      logic = { if: [{ plusTime: [logic, 0, 'day'] }, logic === undefined ? '' : '2021-01-01', ''] }
    }
    const startedAt = performance.now()
    evaluateRule({ plusTime: [logic, 0, 'day'] }, {})
    assert.ok(performance.now() - startedAt < 1000)
  })

  test('refuses a rule nested or grown beyond any real one with RULE_TOO_LARGE', () => {
    let deep: unknown = true
    for (let level = 0; level < 50_000; level += 1) deep = { '!': [deep] }
    assert.deepEqual(evaluateRule(deep, {}), { ok: false, code: 'RULE_TOO_LARGE' })
    assert.deepEqual(evaluateRule(list(50_000), {}), { ok: false, code: 'RULE_TOO_LARGE' })
  })

  test('refuses loops in loops over long lists with RULE_TOO_COSTLY, at once', () => {
    const numbers = { var: 'external.numbers' }
    let logic: unknown = true
    for (let level = 0; level < 4; level += 1) logic = { reduce: [list(100), logic, 0] }
    assert.deepEqual(evaluateRule(logic, {}), { ok: false, code: 'RULE_TOO_COSTLY' })
    const inData = { reduce: [numbers, { reduce: [{ var: 'current' }, true, 0] }, 0] }
    const external = {
      numbers: list(5000)
        .map(() => list(5000))
        .slice(0, 1500),
    }
    assert.deepEqual(evaluateRule(inData, { external }), { ok: false, code: 'RULE_TOO_COSTLY' })
  })

  test('refuses a result that doubles with every round with RULE_RESULT_INVALID', () => {
    const doubled = [{ var: 'accumulator' }, { var: 'accumulator' }]
    const logic = { reduce: [list(64), doubled, 1] }
    assert.deepEqual(evaluateRule(logic, {}), { ok: false, code: 'RULE_RESULT_INVALID' })
  })

  test('lets no inherited property out', () => {
    for (const path of ['constructor', 'payload.toString', 'payload.__proto__.constructor']) {
      const result = evaluateRule({ var: path }, { payload: {} })
      assert.deepEqual(result, { ok: false, code: 'RULE_RESULT_INVALID' })
    }
  })
})
