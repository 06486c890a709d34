import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownMatterOf, placesIn } from './own-matter.ts'

test('a refusal for one’s profession, site or number is one’s own matter; one of a door is not', () => {
  for (const code of [
    'SITE_WITHOUT_FINESS',
    'PROFESSION_NOT_PERMITTED',
    'LOGIN_REFUSED',
    'PROFESSIONAL_SUSPENDED',
  ] as const) {
    assert.equal(ownMatterOf(code), code)
  }
  for (const code of ['PROVIDER_UNAVAILABLE', 'CARD_EXPIRED', 'PROVIDER_REFUSES_PORTAL'] as const) {
    assert.equal(ownMatterOf(code), null)
  }
})

test('names of places are read of the cookie, bounded; what is no list of names is none', () => {
  const cookie = (value: string): string => `a=b; sidep-refused-places=${value}; c=d`
  const names = (value: unknown): string => encodeURIComponent(JSON.stringify(value))
  assert.deepEqual(placesIn(cookie(names(['CABINET DES ÎLES']))), ['CABINET DES ÎLES'])
  assert.deepEqual(placesIn(cookie(names(['a'.repeat(500), 3]))), ['a'.repeat(80)])
  assert.equal(placesIn(cookie(names(Array(50).fill('x')))).length, 5)
  for (const value of ['', '%', names('text'), names({}), 'x']) {
    assert.deepEqual(placesIn(cookie(value)), [], value)
  }
  assert.deepEqual(placesIn(''), [])
})
