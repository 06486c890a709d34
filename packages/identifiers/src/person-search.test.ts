import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { personKey } from './name-key.ts'
import { personMatcher, personsMeant } from './person-search.ts'

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
    for (const typed of ['3/4/1980', '3/4', '3.4.', '1980-4-3', '3 4 1980', '3/04/19'])
      assert.equal(finds(typed), true, typed)
    for (const typed of ['4/3/1980', '3/5', '04/03/1980', '1981'])
      assert.equal(finds(typed), false, typed)
  })
  it('finds by name and birth date together', () => {
    assert.equal(finds('le goff 03/04/1980'), true)
    assert.equal(finds('le goff 04/04/1980'), false)
  })
  it('nothing typed looks for nobody', () => {
    for (const typed of ['', '  ', '-']) assert.equal(personMatcher(typed), null, typed)
  })
})

describe('looking somebody up by hashes', () => {
  const keysOf = (typed: string): string[] => personsMeant(typed).map(personKey)
  it('means them by whole names in either order and a whole birth date', () => {
    for (const typed of [
      'Le Goff Müller Éloïse 03/04/1980',
      'eloise le goff mueller 03041980',
      '1980-04-03 LEGOFF MULLER ELOISE',
      'Éloïse Le Goff Müller 3/4/1980',
    ])
      assert.ok(keysOf(typed).includes(personKey(eloise)), typed)
  })
  it('means people of one name by that', () => {
    const ravi = { familyName: 'Ravi', firstNames: '', birthDate: '1980-04-03' }
    assert.ok(keysOf('Ravi 03041980').includes(personKey(ravi)))
  })
  it('means nobody where a part is missing', () => {
    for (const typed of ['Le Goff', '03041980', 'Le Goff 0304', 'Le Goff 31021980'])
      assert.deepEqual(keysOf(typed), [], typed)
  })
  it('stays bounded, whatever is typed', () => {
    assert.ok(keysOf(`${'a '.repeat(500)}03041980`).length <= 15)
  })
})
