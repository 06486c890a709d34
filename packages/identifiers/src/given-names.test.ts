import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenNameKeys, identityKey } from './given-names.ts'

const person = { familyName: 'Lecœur', firstNames: 'Jean-Pierre Noël', birthDate: '1958-06-03' }

test('given names have one key in any order, with hyphens, blanks or neither', () => {
  for (const firstNames of [
    'JEAN PIERRE NOEL',
    'Noël, Jean-Pierre',
    'jeanpierre noe\u0308l',
    'JEAN  PIERRE-NOËL',
    '\u202aJean‑Pierre\u202c Noël.',
  ]) {
    assert.equal(identityKey({ ...person, firstNames }), identityKey(person), firstNames)
  }
  assert.deepEqual(givenNameKeys("M'Hamed"), givenNameKeys('Mhamed'))
  assert.deepEqual(givenNameKeys(''), [])
})

test('a name is parted into names alone', () => {
  assert.deepEqual(givenNameKeys('Marielouise'), ['LOUISE', 'MARIE'])
  for (const whole of ['Jeanne', 'Marianne', 'Pauline', 'Lucie', 'Guylaine', 'Annette']) {
    assert.equal(givenNameKeys(whole).length, 1, whole)
  }
})

test('twins who share one given name are two people, and so are people whose letters are the same', () => {
  const twins = ['Jean-Pierre', 'Jean-Paul', 'Jean', 'Pierre']
  assert.equal(new Set(twins.map((firstNames) => identityKey({ ...person, firstNames }))).size, 4)
  for (const [a, b] of [
    ['Léon', 'Noël'],
    ['Amir', 'Mira'],
    ['Alan', 'Lana'],
  ] as const) {
    assert.notEqual(
      identityKey({ ...person, firstNames: a }),
      identityKey({ ...person, firstNames: b }),
    )
  }
})
