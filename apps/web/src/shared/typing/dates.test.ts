import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ageYears, dayFirst, parseTypedDate } from './dates.ts'

describe('a typed date', () => {
  for (const text of [
    '03041980',
    '3/4/1980',
    '03.04.1980',
    '3 4 1980',
    '3-4-1980',
    '1980-04-03',
    ' 03041980 ',
  ])
    it(`${JSON.stringify(text)} is 3 April 1980`, () =>
      assert.deepEqual(parseTypedDate(text), { ok: true, value: '1980-04-03' }))
  for (const [text, code] of [
    ['', 'DATE_EMPTY'],
    ['030480', 'DATE_YEAR_SHORT'],
    ['3/4/80', 'DATE_YEAR_SHORT'],
    ['31/04/1980', 'DATE_NOT_REAL'],
    ['29/02/2023', 'DATE_NOT_REAL'],
    ['00/00/1980', 'DATE_NOT_REAL'],
    ['3 avril 1980', 'DATE_UNREADABLE'],
    ['3041980', 'DATE_UNREADABLE'],
    ['03041980123', 'DATE_UNREADABLE'],
    ['１２/０４/1980', 'DATE_UNREADABLE'],
  ] as const)
    it(`${JSON.stringify(text)} is refused with ${code}`, () =>
      assert.deepEqual(parseTypedDate(text), { ok: false, code }))
  it('is shown day first, and read again as the same day', () => {
    assert.equal(dayFirst('1980-04-03'), '03/04/1980')
    assert.deepEqual(parseTypedDate(dayFirst('2024-02-29')), { ok: true, value: '2024-02-29' })
    assert.equal(dayFirst('avril'), 'avril')
  })
  it('gives an age that changes on the birthday', () => {
    assert.equal(ageYears('1980-04-03', new Date(2026, 3, 2)), 45)
    assert.equal(ageYears('1980-04-03', new Date(2026, 3, 3)), 46)
    assert.equal(ageYears('2026-04-03', new Date(2026, 3, 3)), 0)
  })
})
