import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rfc3339In } from '@sidep/time'
import { isZoneOff, siteZoneOf } from './site-zone.ts'
import { parseTypedTime, readClock, typedTimeOf } from './times.ts'

const readIn = (timeZone: string, now: Date) => (text: string) => {
  const time = parseTypedTime(text, now, timeZone)
  if (!time.ok) return null
  if (time.at === null) return 'now'
  return `${time.isYesterday ? 'yesterday? ' : ''}${rfc3339In(time.at, timeZone)}`
}

describe('a typed sampling time', () => {
  const now = new Date('2026-11-23T14:32:00+01:00')
  const read = readIn('Europe/Paris', now)
  for (const [text, expected] of [
    ['', 'now'],
    ['14:30', '2026-11-23T14:30:00+01:00'],
    ['14h30', '2026-11-23T14:30:00+01:00'],
    ['14 h 30', '2026-11-23T14:30:00+01:00'],
    ['1430', '2026-11-23T14:30:00+01:00'],
    ['9h', '2026-11-23T09:00:00+01:00'],
    ['2 pm', '2026-11-23T14:00:00+01:00'],
    ['22/11 à 8h05', '2026-11-22T08:05:00+01:00'],
    ['le 22 nov. 2026 à 8 h 05', '2026-11-22T08:05:00+01:00'],
    ['22–11–2026 08:05', '2026-11-22T08:05:00+01:00'],
    ['2:30 PM', '2026-11-23T14:30:00+01:00'],
    ['14:36', '2026-11-23T14:36:00+01:00'],
    ['23:50', 'yesterday? 2026-11-22T23:50:00+01:00'],
    ['22/11/2026 8:05', '2026-11-22T08:05:00+01:00'],
    ['22/11 8h05', '2026-11-22T08:05:00+01:00'],
    ['22 nov. 8 h 05', '2026-11-22T08:05:00+01:00'],
    ['2026-11-22 08:05', '2026-11-22T08:05:00+01:00'],
    ['22/11/2026\u202f08:05', '2026-11-22T08:05:00+01:00'],
    ['31/12 23:00', '2025-12-31T23:00:00+01:00'],
    ['hier 23:50', '2026-11-22T23:50:00+01:00'],
    ['Hier à 8h05', '2026-11-22T08:05:00+01:00'],
    ['yesterday at 2 pm', '2026-11-22T14:00:00+01:00'],
    ['１４：３０', '2026-11-23T14:30:00+01:00'],
    ['22\u204411\u20442026 08:05', '2026-11-22T08:05:00+01:00'],
    ['29/02 08:05', '2024-02-29T08:05:00+01:00'],
    ['hier', null],
    ['24:00', null],
    ['22/11/2026 24:00', null],
    ['25:00', null],
    ['14:60', null],
    ['31/11 14:30', null],
    ['tantôt', null],
    ['22/11', null],
    ['930', null],
    ['0,604', null],
  ] as const)
    it(`${JSON.stringify(text)} is ${expected ?? 'unreadable'}`, () =>
      assert.equal(read(text), expected))
  it('without a year is of the last such day: 31/12 on 2 January is of last year', () => {
    const january = readIn('Europe/Paris', new Date('2027-01-02T09:00:00+01:00'))
    assert.equal(january('31/12 18:00'), '2026-12-31T18:00:00+01:00')
    assert.equal(january('1/1 18:00'), '2027-01-01T18:00:00+01:00')
  })
  it('is on the clock of the site', () => {
    assert.equal(readIn('Indian/Reunion', now)('17:30'), '2026-11-23T17:30:00+04:00')
    assert.equal(readIn('America/Martinique', now)('9:26'), '2026-11-23T09:26:00-04:00')
    assert.equal(readIn('America/Martinique', now)('17:30'), 'yesterday? 2026-11-22T17:30:00-04:00')
    assert.equal(readIn('Pacific/Noumea', now)('0:15'), '2026-11-24T00:15:00+11:00')
  })
  it('in the hour that comes twice in autumn is the last that was reached', () => {
    const at = (time: string) => readIn('Europe/Paris', new Date(`2026-10-25T${time}Z`))('02:30')
    assert.equal(at('00:40'), '2026-10-25T02:30:00+02:00')
    assert.equal(at('01:15'), '2026-10-25T02:30:00+02:00')
    assert.equal(at('01:40'), '2026-10-25T02:30:00+01:00')
    assert.equal(at('10:00'), '2026-10-25T02:30:00+01:00')
    const miquelon = readIn('America/Miquelon', new Date('2026-11-01T04:45:00Z'))
    assert.equal(miquelon('1h30'), '2026-11-01T01:30:00-03:00')
  })
  it('is on the clock of islands half a day away, or half an hour aside', () => {
    assert.equal(readIn('Pacific/Tahiti', now)('23:50'), 'yesterday? 2026-11-22T23:50:00-10:00')
    assert.equal(readIn('Pacific/Marquesas', now)('3:50'), '2026-11-23T03:50:00-09:30')
  })
  it('is shown as a time today, and with its day otherwise', () => {
    const shown = (moment: string) => typedTimeOf(new Date(moment), now, 'Europe/Paris')
    assert.equal(shown('2026-11-23T09:05:00+01:00'), '09:05')
    assert.equal(shown('2026-11-22T09:05:00+01:00'), '22/11/2026 09:05')
    assert.equal(shown('2026-11-22T23:05:00Z'), '00:05')
  })
})

describe('a clock in a spreadsheet', () => {
  for (const [text, expected] of [
    ['9:50', '09:50'],
    ['9:50:00 AM', '09:50'],
    ['12:05 AM', '00:05'],
    ['12:05 PM', '12:05'],
    ['2:50 PM', '14:50'],
    ['0,604166667', '14:30'],
    ['.5', '12:00'],
    ['930', '09:30'],
    ['14:30:00', '14:30'],
    ['14:30:00.000', '14:30'],
    ['14 h 30', '14:30'],
    ['14h30min', '14:30'],
    ['13:00 PM', undefined],
    ['0,9999', '23:59'],
    ['0', undefined],
    ['30/12/1899 14:30:00', '14:30'],
    ['1900-01-00 14:30', '14:30'],
    ['31/12/2025 14:30', undefined],
    ['02:30:00 p. m.', '14:30'],
    ['2.30pm', '14:30'],
    ['960', undefined],
    ['1,5', undefined],
  ] as const)
    it(`${text} is ${expected ?? 'none'}`, () =>
      assert.equal(readClock(text, { isSpreadsheet: true }), expected))
})

describe('the zone of the site', () => {
  const at = (postalCode: string) => ({ site: { id: '', name: '', postalCode } })
  it('is that of the session, else of who worked here last, else one that a site can be in', () => {
    const none = { session: null, holder: null }
    assert.equal(siteZoneOf({ ...none, session: at('97400') }, 'UTC'), 'Indian/Reunion')
    assert.equal(siteZoneOf({ session: { site: null }, holder: at('97200') }), 'America/Martinique')
    assert.equal(siteZoneOf(none, 'Indian/Reunion'), 'Indian/Reunion')
    assert.equal(siteZoneOf(none, 'Asia/Tokyo'), 'Europe/Paris')
  })
  it('differs from the computer’s when their clocks show another hour', () => {
    const winter = new Date('2026-11-23T14:32:00Z')
    assert.equal(isZoneOff('Europe/Paris', winter, 'Europe/Brussels'), false)
    assert.equal(isZoneOff('Europe/Paris', winter, 'UTC'), true)
    assert.equal(isZoneOff('Indian/Reunion', winter, 'Asia/Tokyo'), true)
  })
})
