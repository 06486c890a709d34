import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  dateWithNoughts,
  dateWithoutNoughts,
  easternmostDay,
  isCalendarDate,
  parseBirthDate,
} from './dates.ts'

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
    '1980-13',
    '1980-00',
    '1980-6',
    '198',
    '01/02/1980',
    '1980-01-01T00:00',
    '+01980-01-01',
    '-001-01-01',
  ]) {
    assert.deepEqual(parseBirthDate(text, at), { ok: false, code: 'BIRTH_DATE_NOT_REAL' }, text)
  }
  assert.equal(isCalendarDate('9999-12-31'), true)
})

test('a year, or a year and a month, are the birth date of somebody of whom no more is known', () => {
  for (const text of ['1958', '1958-06', '2021', '2021-08', '1900', '1900-01']) {
    assert.deepEqual(parseBirthDate(text, at), { ok: true, value: text })
  }
  for (const text of ['2022', '2021-09']) {
    assert.deepEqual(parseBirthDate(text, at), { ok: false, code: 'BIRTH_DATE_IN_FUTURE' }, text)
  }
  assert.deepEqual(parseBirthDate('1899', at), { ok: false, code: 'BIRTH_DATE_TOO_OLD' })
})

test('noughts for what is unknown are read and written', () => {
  for (const [written, date] of [
    ['1971-00-00', '1971'],
    ['1971-06-00', '1971-06'],
    ['1971-06-03', '1971-06-03'],
  ] as const) {
    assert.equal(dateWithoutNoughts(written), date)
    assert.equal(dateWithNoughts(date), written)
  }
  for (const text of ['1971-00-03', '1971-13-00', '1971', '1971-06', '0000-00-00', '']) {
    assert.equal(dateWithoutNoughts(text), undefined, text)
  }
})

test('a day that has begun nowhere in the Republic is refused with BIRTH_DATE_IN_FUTURE', () => {
  const refusal = { ok: false, code: 'BIRTH_DATE_IN_FUTURE' }
  assert.deepEqual(parseBirthDate('2021-08-15', at), refusal)
  assert.deepEqual(parseBirthDate('9999-12-31', at), refusal)
})

test('a newborn of the night in Wallis is not of the future', () => {
  assert.equal(parseBirthDate('2021-08-14', new Date('2021-08-13T12:00:00Z')).ok, true)
  assert.equal(parseBirthDate('2021-08-14', new Date('2021-08-13T11:59:59Z')).ok, false)
  assert.equal(easternmostDay(new Date('2021-08-13T12:00:00Z')), '2021-08-14')
})

test('before 1900, which no certificate can hold, or more than 130 years ago is refused with BIRTH_DATE_TOO_OLD', () => {
  assert.equal(parseBirthDate('1900-01-01', at).ok, true)
  for (const text of ['1899-12-31', '1896-05-01', '0001-01-01']) {
    assert.deepEqual(parseBirthDate(text, at), { ok: false, code: 'BIRTH_DATE_TOO_OLD' }, text)
  }
  const later = new Date('2035-08-13T13:30:00Z')
  assert.equal(parseBirthDate('1905-01-01', later).ok, true)
  assert.deepEqual(parseBirthDate('1904-12-31', later), { ok: false, code: 'BIRTH_DATE_TOO_OLD' })
})

test('a day is one of the calendar exactly when the way through a date and back is', () => {
  for (const year of ['0000', '1900', '1999', '2000', '2023', '2024', '2100']) {
    for (let month = 0; month <= 13; month += 1) {
      for (let day = 0; day <= 32; day += 1) {
        const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
        const date = new Date(`${text}T00:00:00Z`)
        const isReal = !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text
        assert.equal(isCalendarDate(text), isReal, text)
      }
    }
  }
})
