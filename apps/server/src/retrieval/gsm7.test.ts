import assert from 'node:assert/strict'
import { test } from 'node:test'
import { septetsOf, toGsm7 } from './gsm7.ts'

test('a letter of the basic alphabet takes one septet, a bracket or the euro two', () => {
  assert.equal(septetsOf('Référence à lire'), 16)
  assert.equal(septetsOf('[€]'), 6)
})

test('a text outside the alphabet has no length in it', () => {
  assert.equal(septetsOf('Hôpital'), undefined)
  assert.equal(septetsOf('🙂'), undefined)
})

test('what is outside the alphabet is written with its nearest letters', () => {
  assert.equal(
    toGsm7('Pharmacie de l’Hôtel-Dieu, Besançon – Cœur'),
    "Pharmacie de l'Hotel-Dieu, Besancon - Coeur",
  )
  assert.equal(toGsm7('Phạm 🙂 Ž'), 'Pham  Z')
})
