import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isShownBy, personMatcher } from './person-search.ts'

const eloise = {
  familyName: 'Le Goff-Müller',
  firstNames: 'Éloïse Anne',
  birthDate: '1980-04-03',
  sex: 'F',
} as const

const finds = (typed: string): boolean => personMatcher(typed)?.(eloise) ?? assert.fail(typed)

describe('searching for somebody in a list', () => {
  it('finds by the beginning of any of their names, however written', () => {
    for (const typed of [
      'le goff',
      'LEGOFF',
      'goff',
      'mull',
      'Mueller',
      'eloise',
      'Élo',
      'anne le g',
    ])
      assert.equal(finds(typed), true, typed)
    for (const typed of ['off', 'goffin', 'eloise martin']) assert.equal(finds(typed), false, typed)
  })
  it('finds by the birth date as typed so far, day or year first', () => {
    for (const typed of ['03/04/1980', '03041980', '0304', '03 04 1980', '1980', '1980-04-03'])
      assert.equal(finds(typed), true, typed)
    for (const typed of ['04/03/1980', '1981']) assert.equal(finds(typed), false, typed)
  })
  it('finds by name and birth date together', () => {
    assert.equal(finds('le goff 03/04/1980'), true)
    assert.equal(finds('le goff 04/04/1980'), false)
  })
  it('nothing typed looks for nobody', () => {
    for (const typed of ['', '  ', '-']) assert.equal(personMatcher(typed), null, typed)
  })
})

describe('a filter of the day', () => {
  it('shows one result, or what the portal does not have yet', () => {
    const row = { state: 'provisional', result: 'negative' } as const
    assert.deepEqual(
      (['all', 'negative', 'positive', 'to-send'] as const).map((filter) => isShownBy(row, filter)),
      [true, true, false, true],
    )
    assert.equal(isShownBy({ ...row, state: 'final' }, 'to-send'), false)
  })
})
