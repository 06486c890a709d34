import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCalendarDate, parseBirthDate } from './dates.ts'

const at = new Date('2021-08-13T13:30:00Z')

test('a day of the calendar is read', () => {
  for (const text of ['1980-02-29', '2000-02-29', '2021-08-13', '1900-12-31']) {
    assert.deepEqual(parseBirthDate(text, at), { ok: true, value: text })
  }
})

test('a day that the calendar has not is refused with BIRTH_DATE_NOT_REAL', () => {
  for (const text of [
    '',
    '1981-02-29',
    '1900-02-29',
    '1980-04-31',
    '1980-13-01',
    '1980-00-10',
    '1980-1-1',
    '01/02/1980',
    '1980-01-01T00:00',
    '+01980-01-01',
    '-001-01-01',
  ]) {
    assert.deepEqual(parseBirthDate(text, at), { ok: false, code: 'BIRTH_DATE_NOT_REAL' }, text)
  }
  assert.equal(isCalendarDate('9999-12-31'), true)
})

test('tomorrow is refused with BIRTH_DATE_IN_FUTURE', () => {
  const refusal = { ok: false, code: 'BIRTH_DATE_IN_FUTURE' }
  assert.deepEqual(parseBirthDate('2021-08-14', at), refusal)
  assert.deepEqual(parseBirthDate('9999-12-31', at), refusal)
})

test('a newborn of the night in La Réunion is not of the future', () => {
  assert.equal(parseBirthDate('2021-08-14', new Date('2021-08-13T20:00:00Z')).ok, true)
  assert.equal(parseBirthDate('2021-08-14', new Date('2021-08-13T19:59:59Z')).ok, false)
})

test('more than 130 years ago is refused with BIRTH_DATE_TOO_OLD', () => {
  assert.equal(parseBirthDate('1891-01-01', at).ok, true)
  assert.deepEqual(parseBirthDate('1890-12-31', at), { ok: false, code: 'BIRTH_DATE_TOO_OLD' })
  assert.deepEqual(parseBirthDate('0001-01-01', at), { ok: false, code: 'BIRTH_DATE_TOO_OLD' })
})
