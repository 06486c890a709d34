import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateWords, deviceDateWords } from './date-words.ts'

const at = new Date('2027-03-01T13:32:00Z')
const timeZone = 'Europe/Paris'

test('the first of a month is “1er” in French, in any style that names the month', () => {
  assert.equal(
    dateWords(at, 'fr-FR', { dateStyle: 'full', timeStyle: 'short', timeZone }),
    'lundi 1er mars 2027 à 14:32',
  )
  assert.equal(dateWords(at, 'fr-FR', { day: 'numeric', month: 'short', timeZone }), '1er mars')
  assert.equal(dateWords(at, 'fr-FR', { day: '2-digit', month: '2-digit', timeZone }), '01/03')
})

test('no other day of French, and no first of English, changes', () => {
  const eleventh = new Date('2027-03-11T13:32:00Z')
  assert.equal(dateWords(eleventh, 'fr-FR', { dateStyle: 'long', timeZone }), '11 mars 2027')
  assert.equal(dateWords(at, 'en-GB', { dateStyle: 'long', timeZone }), '1 March 2027')
})

test('a time is of the place, not of the computer', () => {
  const clock = { hour: '2-digit', minute: '2-digit' } as const
  assert.equal(dateWords(at, 'fr-FR', { ...clock, timeZone: 'Indian/Reunion' }), '17:32')
  assert.equal(dateWords(at, 'fr-FR', { ...clock, timeZone: 'America/Guadeloupe' }), '09:32')
})

test('a device that was carried into another zone tells the time there, with the page still open', (context) => {
  const before = process.env.TZ
  context.after(() => {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  })
  const clock = { hour: '2-digit', minute: '2-digit' } as const
  process.env.TZ = 'Europe/Paris'
  assert.equal(deviceDateWords(at, 'fr-FR', clock), '14:32')
  process.env.TZ = 'Europe/Athens'
  assert.equal(deviceDateWords(at, 'fr-FR', clock), '15:32')
  assert.equal(deviceDateWords(at, 'fr-FR', { dateStyle: 'long' }), '1er mars 2027')
})
