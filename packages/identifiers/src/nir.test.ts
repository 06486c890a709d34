import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nirKey, parseNir } from './nir.ts'

const withKey = (number: string): string => number + nirKey(number)

test('a number with its key is read, with or without the spaces of the card', () => {
  assert.deepEqual(parseNir('255081416802538'), { ok: true, value: '255081416802538' })
  assert.deepEqual(parseNir('2 55 08 14 168 025 38'), { ok: true, value: '255081416802538' })
})

test('a wrong key is refused with NIR_KEY', () => {
  assert.deepEqual(parseNir('255081416802539'), { ok: false, code: 'NIR_KEY' })
})

test('in Corsica 2A counts as 19 and 2B as 18', () => {
  // 97 − 1850519123456 mod 97 and 97 − 1850518123456 mod 97, by hand.
  assert.equal(nirKey('185052A123456'), String(97 - (1850519123456 % 97)).padStart(2, '0'))
  assert.equal(nirKey('185052B123456'), String(97 - (1850518123456 % 97)).padStart(2, '0'))
  assert.equal(parseNir(withKey('185052A123456')).ok, true)
  assert.equal(parseNir(withKey('185052B123456').toLowerCase()).ok, true)
  const key = nirKey('185052A123456')
  assert.deepEqual(parseNir(`185052B123456${key}`), { ok: false, code: 'NIR_KEY' })
})

test('months of an incomplete civil register are read, months that INSEE has not defined refused', () => {
  for (const month of ['01', '12', '20', '30', '42', '50', '99']) {
    assert.equal(parseNir(withKey(`185${month}75123456`)).ok, true, month)
  }
  for (const month of ['00', '13', '19', '43', '49']) {
    assert.deepEqual(
      parseNir(withKey(`185${month}75123456`)),
      { ok: false, code: 'NIR_MONTH' },
      month,
    )
  }
})

test('births overseas and abroad are read; a place that is none is refused with NIR_PLACE', () => {
  for (const place of ['97401', '98818', '99350']) {
    assert.equal(parseNir(withKey(`18505${place}001`)).ok, true, place)
  }
  for (const [place, order] of [
    ['00123', '001'],
    ['75000', '001'],
    ['97400', '001'],
    ['75056', '000'],
  ]) {
    assert.deepEqual(
      parseNir(withKey(`18505${place}${order}`)),
      { ok: false, code: 'NIR_PLACE' },
      `${place}${order}`,
    )
  }
})

test('numbers of persons awaiting registration are read', () => {
  for (const status of ['3', '4', '7', '8']) {
    assert.equal(parseNir(withKey(`${status}850575123456`)).ok, true, status)
  }
})

test('what has not its form is refused with NIR_FORMAT', () => {
  for (const text of [
    '',
    '2550814168025',
    '555081416802538',
    '2550814168O2538',
    '255082C16802538',
  ]) {
    assert.deepEqual(parseNir(text), { ok: false, code: 'NIR_FORMAT' }, text)
  }
})
