import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ageYears, dayFirst, localDay, parseTypedDate } from './dates.ts'
import { parseTypedTime, rfc3339, typedTimeOf } from './times.ts'

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

describe('a typed sampling time', () => {
  const now = new Date(2026, 10, 23, 14, 32)
  const read = (text: string): string | null => {
    const time = parseTypedTime(text, now)
    return time.ok
      ? time.at === null
        ? 'now'
        : `${localDay(time.at)} ${time.at.getHours()}:${time.at.getMinutes()}`
      : null
  }
  for (const [text, expected] of [
    ['', 'now'],
    ['14:30', '2026-11-23 14:30'],
    ['14h30', '2026-11-23 14:30'],
    ['1430', '2026-11-23 14:30'],
    ['9h', '2026-11-23 9:0'],
    ['14:36', '2026-11-23 14:36'],
    ['23:50', '2026-11-22 23:50'],
    ['22/11/2026 8:05', '2026-11-22 8:5'],
    ['22/11 8h05', '2026-11-22 8:5'],
    ['2026-11-22 08:05', '2026-11-22 8:5'],
    ['25:00', null],
    ['14:60', null],
    ['31/11 14:30', null],
    ['tantôt', null],
    ['22/11', null],
  ] as const)
    it(`${JSON.stringify(text)} is ${expected ?? 'unreadable'}`, () =>
      assert.equal(read(text), expected))
  it('is shown as a time today, and with its day otherwise', () => {
    assert.equal(typedTimeOf(new Date(2026, 10, 23, 9, 5), now), '09:05')
    assert.equal(typedTimeOf(new Date(2026, 10, 22, 9, 5), now), '22/11/2026 09:05')
  })
  it('goes out as RFC 3339 with the offset of the browser, naming the same instant', () => {
    const text = rfc3339(now)
    assert.match(text, /^2026-11-23T14:32:00[+-]\d{2}:\d{2}$/)
    assert.equal(Date.parse(text), now.getTime())
  })
})
