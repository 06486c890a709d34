import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockIn, dayIn, momentIn, rfc3339In, siteMoment, timeZoneOf } from './site-time.ts'

const at = new Date('2021-08-13T20:40:00.000Z')
const momentAt = (postalCode: string | null): string => siteMoment(at, timeZoneOf(postalCode))

test('an overseas site writes its times on its own clock, the same moment', () => {
  const expected = {
    '97400': '2021-08-14T00:40:00.000+04:00',
    '97200': '2021-08-13T16:40:00.000-04:00',
    '97300': '2021-08-13T17:40:00.000-03:00',
    '97500': '2021-08-13T18:40:00.000-02:00',
    '97600': '2021-08-13T23:40:00.000+03:00',
    '98600': '2021-08-14T08:40:00.000+12:00',
    '98713': '2021-08-13T10:40:00.000-10:00',
    '98800': '2021-08-14T07:40:00.000+11:00',
  }
  for (const [postalCode, moment] of Object.entries(expected)) {
    assert.equal(momentAt(postalCode), moment)
    assert.equal(Date.parse(moment), at.getTime())
  }
})

test('a site on the mainland, or of no known postal code, writes UTC', () => {
  for (const postalCode of ['75004', '20000', '98000', null]) {
    assert.equal(momentAt(postalCode), '2021-08-13T20:40:00.000Z')
  }
})

test('a day ends at midnight of the site', () => {
  assert.equal(dayIn(at, timeZoneOf('97400')), '2021-08-14')
  assert.equal(dayIn(at, timeZoneOf('75004')), '2021-08-13')
})

test('a day and a time on the clock of a site are one moment, and are shown again the same', () => {
  for (const [postalCode, day, clock, moment] of [
    ['97400', '2026-11-29', '01:15', '2026-11-28T21:15:00.000Z'],
    ['97200', '2026-11-28', '21:15', '2026-11-29T01:15:00.000Z'],
    ['98800', '2026-11-29', '00:05', '2026-11-28T13:05:00.000Z'],
    ['75004', '2026-11-29', '14:30', '2026-11-29T13:30:00.000Z'],
    ['75004', '2026-07-29', '14:30', '2026-07-29T12:30:00.000Z'],
    // The hour that comes twice: the first of the two.
    ['75004', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'],
    ['97500', '2026-11-01', '01:30', '2026-11-01T03:30:00.000Z'],
  ] as const) {
    const zone = timeZoneOf(postalCode)
    const read = momentIn(day, clock, zone)
    assert.equal(read.toISOString(), moment, `${postalCode} ${day} ${clock}`)
    assert.equal(clockIn(read, zone), clock)
    assert.equal(dayIn(read, zone), day)
    assert.equal(Date.parse(rfc3339In(read, zone)), read.getTime())
    assert.ok(rfc3339In(read, zone).startsWith(`${day}T${clock}:00`))
  }
})

test('an hour that is left out in spring is the one after', () => {
  const read = momentIn('2026-03-29', '02:30', 'Europe/Paris')
  assert.equal(rfc3339In(read, 'Europe/Paris'), '2026-03-29T03:30:00+02:00')
})
