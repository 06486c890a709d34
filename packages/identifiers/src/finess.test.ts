import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFiness } from './finess.ts'

test('a FINESS with its check digit is read', () => {
  assert.deepEqual(parseFiness('750712184'), { ok: true, value: '750712184' })
})

test('a Corsican FINESS is read, A counting as 1 and B as 2', () => {
  assert.deepEqual(parseFiness('2A0000014'), { ok: true, value: '2A0000014' })
  assert.deepEqual(parseFiness('2b0000020'), { ok: true, value: '2B0000020' })
  assert.deepEqual(parseFiness('2B0000014'), { ok: false, code: 'FINESS_CHECK' })
})

test('a FINESS with a wrong check digit is refused with FINESS_CHECK', () => {
  assert.deepEqual(parseFiness('750712185'), { ok: false, code: 'FINESS_CHECK' })
})

test('what has not its form is refused with FINESS_FORMAT', () => {
  for (const text of ['', '75071218', '7507121840', '2C0000014', 'A20000014', '75071218X']) {
    assert.deepEqual(parseFiness(text), { ok: false, code: 'FINESS_FORMAT' }, text)
  }
})
