import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseInstantLeniently } from './instant.ts'

test('an instant is read in every spelling that test clocks use', () => {
  const spellings = {
    '2021-08-13T15:30:00Z': '2021-08-13T15:30:00.000Z',
    '2021-08-13T15:30:00+02:00': '2021-08-13T13:30:00.000Z',
    '2021-06-09T15:15:34+0200': '2021-06-09T13:15:34.000Z',
    '2021-05-03T10:00:00+02': '2021-05-03T08:00:00.000Z',
    '2021-06-08T20:17:27.9906293Z': '2021-06-08T20:17:27.990Z',
    '2021-08-13 15:30:00': '2021-08-13T15:30:00.000Z',
    '2021-08-13T15:30': '2021-08-13T15:30:00.000Z',
    '2021-08-13T15:30+02:00': '2021-08-13T13:30:00.000Z',
    '2021-08-13': '2021-08-13T00:00:00.000Z',
  }
  for (const [text, iso] of Object.entries(spellings)) {
    assert.equal(parseInstantLeniently(text)?.toISOString(), iso, text)
  }
})

test('what is no instant is none', () => {
  for (const text of [
    '',
    'now',
    '2021-13-01',
    '2021-02-30',
    '2021-08-13T25:00:00Z',
    '13/08/2021',
  ]) {
    assert.equal(parseInstantLeniently(text), null, text)
  }
})
