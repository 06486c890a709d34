import assert from 'node:assert/strict'
import { test } from 'node:test'
import { departmentOfPostalCode } from './postal-code.ts'

test('the département is the first two digits on the mainland', () => {
  assert.equal(departmentOfPostalCode('75011'), '75')
  assert.equal(departmentOfPostalCode('01000'), '01')
  assert.equal(departmentOfPostalCode('95880'), '95')
})

test('Corsica has two, told by the third digit', () => {
  assert.equal(departmentOfPostalCode('20000'), '2A')
  assert.equal(departmentOfPostalCode('20137'), '2A')
  assert.equal(departmentOfPostalCode('20200'), '2B')
  assert.equal(departmentOfPostalCode('20600'), '2B')
  assert.equal(departmentOfPostalCode('20500'), undefined)
})

test('overseas it is the first three digits', () => {
  for (const [code, department] of [
    ['97110', '971'],
    ['97200', '972'],
    ['97300', '973'],
    ['97400', '974'],
    ['97500', '975'],
    ['97600', '976'],
    ['98600', '986'],
    ['98714', '987'],
    ['98800', '988'],
  ] as const) {
    assert.equal(departmentOfPostalCode(code), department)
  }
})

test('Monaco, the armies and what is no postal code have none', () => {
  for (const code of ['98000', '00100', '96000', '99123', '', '7501', '750111', 'AB123']) {
    assert.equal(departmentOfPostalCode(code), undefined, code)
  }
})
