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
