import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeFault, normalCode } from './code.ts'
import { strengthOf } from './code-strength.ts'
import { proposePhrase } from './phrase.ts'

test('capitals, accents, spaces and dashes do not count', () => {
  for (const typed of ['Forêt Bleue', 'FORET BLEUE', 'fore\u0302t-bleue', '  foretbleue\u00a0'])
    assert.equal(normalCode(typed), 'foretbleue')
})

test('ten characters are asked for, as they count', () => {
  assert.equal(codeFault('904527'), 'CODE_SHORT')
  assert.equal(codeFault('a b c d e f g h i'), 'CODE_SHORT')
  assert.equal(codeFault('forêt bleue'), null)
  assert.equal(codeFault('x'.repeat(128)), null)
  assert.equal(codeFault('x'.repeat(129)), 'CODE_LONG')
})

test('what a thief tries first is weak: common codes, keyboards, names of the counter', () => {
  const own = ['Anne Le Goff', 'Pharmacie du Parvis']
  for (const typed of [
    '1234567890',
    '9045270000',
    'azertyuiop',
    'motdepasse',
    'Mot de passe 2026',
    'pharmacie2026',
    'Pharmacie du Parvis',
    'Le Goff 1980!',
    'aaaaaaaaaaaaaaaa',
    'bonjourbonjour',
  ])
    assert.equal(strengthOf(typed, own), 'weak', typed)
  assert.notEqual(strengthOf('k8fj2m9xq1', own), 'weak')
  assert.equal(strengthOf('tigre lampe océan vélo', own), 'strong')
})

test('a proposed phrase is four words of the language, not easy to guess, and another each time', async () => {
  const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))
  for (const language of ['fr', 'en'] as const) {
    const phrases = await Promise.all(
      Array.from({ length: 20 }, () => proposePhrase(language, randomBytes)),
    )
    assert.equal(new Set(phrases).size, 20)
    for (const phrase of phrases) {
      assert.equal(phrase.split(' ').length, 4)
      assert.equal(codeFault(phrase), null)
      // The estimate knows which words are common and which follow each other: of some four it says no more than good.
      assert.notEqual(strengthOf(phrase, []), 'weak', phrase)
    }
  }
  const zero = await proposePhrase('fr', (count) => new Uint8Array(count))
  assert.equal(zero, 'abaisser abaisser abaisser abaisser')
})
