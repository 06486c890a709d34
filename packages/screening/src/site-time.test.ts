import assert from 'node:assert/strict'
import { test } from 'node:test'
import { siteMoment, timeZoneOf } from './site-time.ts'

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
