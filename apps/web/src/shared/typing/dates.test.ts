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
    '3 avril 1980',
    '03-avr-1980',
    '3 avr. 1980',
    'jeudi 3 avril 1980',
    '03-Apr-1980',
    '03/04/1980 00:00',
    '1980-04-03 00:00:00',
    '1980-04-03T00:00:00.000Z',
    '\u202a03/04/1980\u202c',
    '1980/4/3',
    '19800403',
    '1980-04-03T00:00:00+00:00',
    '3avril1980',
    'April 3, 1980',
    '3rd April 1980',
    '03–04–1980',
    '03|04|1980',
    '03,04,1980',
    '3/4/1980.',
    '(03/04/1980);',
    'née le 03/04/1980',
    'Né(e) le 3 avril 1980',
    '０３／０４／１９８０',
    '03\u204404\u20441980',
    '03_04_1980',
    '03/04\u00ad/1980\u2060',
  ])
    it(`${JSON.stringify(text)} is 3 April 1980`, () =>
      assert.deepEqual(parseTypedDate(text), { ok: true, value: '1980-04-03' }))
  for (const [text, code] of [
    ['', 'DATE_EMPTY'],
    ['030480', 'DATE_YEAR_SHORT'],
    ['3/4/80', 'DATE_YEAR_SHORT'],
    ['vers 1980', 'DATE_UNREADABLE'],
    ['19801304', 'DATE_NOT_REAL'],
    // The day may be meant, or the year: of 2005 it is, as it was typed first.
    ['32102005', 'DATE_NOT_REAL'],
    ['31/04/1980', 'DATE_NOT_REAL'],
    ['29/02/2023', 'DATE_NOT_REAL'],
    ['00/00/1980', 'DATE_NOT_REAL'],
    ['3 brumaire 1980', 'DATE_UNREADABLE'],
    ['3 avril 80', 'DATE_YEAR_SHORT'],
    ['1958', 'DATE_UNREADABLE'],
    ['06/1958', 'DATE_UNREADABLE'],
    ['31/12', 'DATE_UNREADABLE'],
    ['03/04/1980 14:30', 'DATE_UNREADABLE'],
    ['29314', 'DATE_UNREADABLE'],
    ['3041980', 'DATE_UNREADABLE'],
    ['03041980123', 'DATE_UNREADABLE'],
    ['O3/O4/198O', 'DATE_UNREADABLE'],
    ['3-IV-1980', 'DATE_UNREADABLE'],
  ] as const)
    it(`${JSON.stringify(text)} is refused with ${code}`, () =>
      assert.deepEqual(parseTypedDate(text), { ok: false, code }))
  it('is shown day first, and read again as the same day', () => {
    assert.equal(dayFirst('1980-04-03'), '03/04/1980')
    assert.deepEqual(parseTypedDate(dayFirst('2024-02-29')), { ok: true, value: '2024-02-29' })
    assert.equal(dayFirst('avril'), 'avril')
    assert.equal(dayFirst('1958-06'), '06/1958')
    assert.equal(dayFirst('1958'), '1958')
  })
  it('may be partial where that is said', () => {
    const partial = (text: string) => {
      const read = parseTypedDate(text, { isPartial: true })
      return read.ok ? read.value : read.code
    }
    for (const text of ['1958', '00/00/1958', '00001958', '1958-00-00', '??/??/1958', 'xx/xx/1958'])
      assert.equal(partial(text), '1958', text)
    for (const text of ['06/1958', '6.1958', '1958-06', '00/06/1958', 'juin 1958', '??/06/1958'])
      assert.equal(partial(text), '1958-06', text)
    assert.equal(partial('03041980'), '1980-04-03')
    for (const text of ['13/1958', '15/00/1958', '31/02/1958'])
      assert.equal(partial(text), 'DATE_NOT_REAL')
    assert.equal(partial('061958'), 'DATE_YEAR_SHORT')
    assert.equal(partial('58'), 'DATE_UNREADABLE')
    assert.equal(partial('0000'), 'DATE_NOT_REAL')
  })
  it('without a year is the last such day', () => {
    const last = (text: string, today: string) => {
      const read = parseTypedDate(text, { today })
      return read.ok ? read.value : read.code
    }
    assert.equal(last('31/12', '2027-01-02'), '2026-12-31')
    assert.equal(last('2/1', '2027-01-02'), '2027-01-02')
    assert.equal(last('3.1', '2027-01-02'), '2026-01-03')
    assert.equal(last('31 déc.', '2027-01-02'), '2026-12-31')
    assert.equal(last('29/02', '2027-01-02'), '2024-02-29')
    assert.equal(last('31/11', '2027-01-02'), 'DATE_NOT_REAL')
  })
  it('is read from what a spreadsheet makes of it', () => {
    const mangled = (text: string) => {
      const read = parseTypedDate(text, { isSpreadsheet: true })
      return read.ok ? read.value : read.code
    }
    assert.equal(mangled('3041980'), '1980-04-03')
    assert.equal(mangled('29314'), '1980-04-03')
    assert.equal(mangled('29314,0'), '1980-04-03')
    assert.equal(mangled('9991980'), 'DATE_NOT_REAL')
  })
  it('gives an age that changes on the birthday', () => {
    assert.equal(ageYears('1980-04-03', '2026-04-02'), 45)
    assert.equal(ageYears('1980-04-03', '2026-04-03'), 46)
    assert.equal(ageYears('2026-04-03', '2026-04-03'), 0)
  })
})
