import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentFileName } from './document-pdf.ts'
import { localDateTime, numericDate } from './local-time.ts'
import { sampleDocument } from './testing.ts'

test('a time in UTC or with the offset of Paris is shown as Paris time, summer and winter', () => {
  assert.equal(
    localDateTime('2021-08-13T15:40:00Z', 'fr'),
    '13 août 2021 à 17:40 (heure de Paris, UTC+2)',
  )
  assert.equal(
    localDateTime('2021-01-13T15:40:00Z', 'en'),
    '13 January 2021 at 16:40 (Paris time, UTC+1)',
  )
  assert.equal(
    localDateTime('2021-08-13T17:40:00+02:00', 'fr'),
    '13 août 2021 à 17:40 (heure de Paris, UTC+2)',
  )
})

test('a time taken in Réunion stays as it was there', () => {
  assert.equal(localDateTime('2021-08-13T19:40:00+04:00', 'fr'), '13 août 2021 à 19:40 (UTC+4)')
})

test('a text that is no time is shown, not turned into "Invalid Date"', () => {
  assert.equal(localDateTime('hier', 'fr'), 'hier')
})

test('birth dates are shown with what they have', () => {
  assert.equal(numericDate('1985-03-12'), '12/03/1985')
  assert.equal(numericDate('1985-03'), '03/1985')
  assert.equal(numericDate('1985'), '1985')
})

test('a file is named after its person in plain letters', () => {
  assert.equal(
    documentFileName(sampleDocument),
    'certificat-le-goff-nguyen-eloise-thi-uong-2026-11-23.pdf',
  )
  const hostile = { ...sampleDocument.person, familyName: '../../etc', firstNames: '<b>' }
  assert.equal(
    documentFileName({ ...sampleDocument, person: hostile }),
    'certificat-etc-b-2026-11-23.pdf',
  )
})
