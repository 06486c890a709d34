import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonExcess } from './bounded-json.ts'

const endless = Number.POSITIVE_INFINITY

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
    : 0

/** Of a value that is in another, with its comma, and its colon where it has a name. */
const signsOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0
  const held = Object.values(value)
  const named = Array.isArray(value) ? 0 : held.length
  const parted = Math.max(0, held.length - 1)
  return held.reduce((sum: number, one) => sum + signsOf(one), 1 + named + parted)
}

test('any JSON is within bounds of its own depth and signs, and beyond bounds of one less', () => {
  // Texts of brackets, quotes and backslashes stand in strings, and part nothing there.
  const text = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ':', 'é') })
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.constantFrom(null, true),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 2), (sent, space) => {
      const json = JSON.stringify(sent, null, space)
      const depthMax = depthOf(sent)
      const signsMax = signsOf(sent)
      assert.equal(jsonExcess(json, { depthMax, signsMax }), null)
      if (depthMax === 0) return
      assert.equal(jsonExcess(json, { depthMax: depthMax - 1, signsMax: endless }), 'TOO_DEEP')
      assert.equal(
        jsonExcess(json, { depthMax: endless, signsMax: signsMax - 1 }),
        'TOO_MANY_VALUES',
      )
    }),
  )
})

test('brackets that never close, and strings that never end, are looked over once', () => {
  const bounds = { depthMax: 100, signsMax: 100 }
  assert.equal(jsonExcess('['.repeat(101), bounds), 'TOO_DEEP')
  assert.equal(jsonExcess(`"${'['.repeat(1_000)}`, bounds), null)
  assert.equal(jsonExcess(`"${'\\'.repeat(1_001)}`, bounds), null)
  assert.equal(jsonExcess(']'.repeat(1_000), bounds), null)
})
