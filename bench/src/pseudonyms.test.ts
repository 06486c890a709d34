import assert from 'node:assert/strict'
import { test } from 'node:test'
import { benchPseudonyms } from './pseudonyms.ts'

test('ten thousand people in ten spellings each have ten thousand pseudonyms', () => {
  const { examples, microsecondsEach, ...figures } = benchPseudonyms({ people: 10_000, seed: 1 })
  assert.deepEqual(examples, [])
  assert.ok(microsecondsEach > 0)
  assert.deepEqual(figures, {
    scenario: 'pseudonyms',
    seed: 1,
    people: 10_000,
    spellings: 10,
    pseudonyms: 10_000,
    divided: 0,
    shared: 0,
    refused: 0,
  })
})
