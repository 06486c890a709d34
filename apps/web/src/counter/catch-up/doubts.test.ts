import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDoubtful } from './doubts.ts'
import { sampleContext } from './testing.ts'

const isHeld = (name: string): boolean => isDoubtful('familyName', name, sampleContext)

test('a name with more in it than the name is held for a look', () => {
  for (const name of [
    'MARTIN née PETIT',
    'Petit ép. Martin',
    'Petit (épouse Martin)',
    'Mme Durand',
    'M. Durand',
    'Dr Petit',
  ])
    assert.ok(isHeld(name), name)
  for (const name of ['Renée', 'Martin-Petit', 'Le Goff', 'de La Mer', 'Demme', 'Medrano'])
    assert.ok(!isHeld(name), name)
})

test('Turkish letters that a wrong encoding made Icelandic are held for a look', () => {
  for (const name of ['Yýlmaz', 'Ayþe', 'Güleðen']) assert.ok(isHeld(name), name)
  for (const name of ['Yılmaz', 'Ayşe', 'Güleğen']) assert.ok(!isHeld(name), name)
})
