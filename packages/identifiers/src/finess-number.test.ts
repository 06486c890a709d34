import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFiness } from './finess.ts'
import { finessFromNumber, finessToNumber } from './finess-number.ts'

const sites = [
  ['750712184', 750_712_184],
  ['2A0000014', 1_000_000_014],
  ['2B0000020', 1_010_000_020],
] as const

for (const [text, number] of sites) {
  test(`the FINESS ${text} is the integer ${number}, both ways`, () => {
    const finess = parseFiness(text)
    assert.ok(finess.ok)
    assert.equal(finessToNumber(finess.value), number)
    assert.equal(finessFromNumber(number), text)
  })
}

test('an integer of no FINESS gives null: wrong check digit, out of range, negative, a fraction', () => {
  for (const number of [750_712_185, 1_020_000_000, -1, 1.5, 2 ** 53]) {
    assert.equal(finessFromNumber(number), null)
  }
})
