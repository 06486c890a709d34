import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePhone } from './contact.ts'
import { isLandline } from './landline.ts'

const isOne = (typed: string): boolean => {
  const phone = parsePhone(typed)
  assert.ok(phone.ok, typed)
  return isLandline(phone.value)
}

test('numbers of a place or a box are landlines, at home and overseas', () => {
  for (const typed of [
    '01 42 34 56 78',
    '05 56 00 00 00',
    '09 72 11 11 11',
    '+33 1 42 34 56 78',
    '0590 82 12 34',
    '0594 30 12 34',
    '0596 60 12 34',
    '0262 41 12 34',
    '0269 61 12 34',
    '+596 947 71 23 45',
    '+689 40 12 34 56',
    '+687 27 67 00',
  ])
    assert.equal(isOne(typed), true, typed)
})

test('mobile numbers are none, and of another country nothing is said', () => {
  for (const typed of [
    '06 12 34 56 78',
    '07 56 12 34 56',
    '0690 12 34 56',
    '0694 20 12 34',
    '0696 12 34 56',
    '0692 12 34 56',
    '0639 02 12 34',
    '+689 87 12 34 56',
    '+687 75 12 34',
    '+681 72 12 34',
    '+44 20 7946 0018',
  ])
    assert.equal(isOne(typed), false, typed)
})
