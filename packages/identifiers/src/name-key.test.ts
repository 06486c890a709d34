import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparePersons, nameKey, personKey } from './name-key.ts'

test('one name has one key however it is written', () => {
  for (const names of [
    ['Lecœur', 'LECOEUR', 'lecoeur'],
    ['Müller', 'Muller', 'MUELLER', 'Mu\u0308ller'],
    ['Noël', 'NOEL', 'Noe\u0308l'],
    ['Le Goff-Kermeur', 'LE GOFF KERMEUR', 'Legoffkermeur'],
    ['D’Aboville', "D'ABOVILLE", 'D ABOVILLE'],
    ['Weiß', 'WEISS'],
    ['Ångström', 'ANGSTROM', 'Aangstroem'],
    ['Jørgensen', 'Joergensen', 'JORGENSEN'],
    ['Ælis', 'AELIS'],
    ['Yıldırım', 'YILDIRIM'],
    ['Zoé\u200b', 'ZOE'],
  ]) {
    assert.equal(new Set(names.map(nameKey)).size, 1, names.join(', '))
  }
})

test('different names have different keys', () => {
  for (const [a, b] of [
    ['Martin', 'Martine'],
    ['Durand', 'Durant'],
    ['Meyer', 'Mayer'],
    ['Rémi', 'Rémy'],
  ] as const) {
    assert.notEqual(nameKey(a), nameKey(b))
  }
})

const person = { familyName: 'Lecœur', firstNames: 'Jean-Pierre Marie', birthDate: '1958-06-03' }

test('a person whose second first names are left out is alike, one of another date is different', () => {
  const written = { ...person, familyName: 'LECOEUR', firstNames: 'JEAN PIERRE MARIE' }
  assert.equal(comparePersons(person, written), 'same')
  for (const firstNames of ['Jean', 'JEAN-PIERRE', 'Jean Marie']) {
    assert.equal(comparePersons(person, { ...person, firstNames }), 'alike', firstNames)
    assert.equal(personKey({ ...person, firstNames }), personKey(person))
  }
  for (const other of [
    { birthDate: '1958-06' },
    { firstNames: 'Marie' },
    { familyName: 'Leceur' },
  ]) {
    assert.equal(comparePersons(person, { ...person, ...other }), 'different')
  }
})

test('people of one name are compared by it', () => {
  const one = { familyName: 'Suharto', firstNames: '', birthDate: '1958' }
  assert.equal(comparePersons(one, { ...one, familyName: 'SUHARTO' }), 'same')
  assert.equal(comparePersons(one, { ...one, firstNames: 'Ali' }), 'different')
})
