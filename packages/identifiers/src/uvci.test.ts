import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeUvci, parseUvci, uvciCheckCharacter } from './uvci.ts'

const readable = (text: string) => {
  const uvci = parseUvci(text)
  assert.ok(uvci.ok, text)
  return uvci.value
}

test('a French identifier is taken apart and its check character agrees', () => {
  assert.deepEqual(readable('URN:UVCI:01:FR:8KM9E7E39X2X#6'), {
    text: 'URN:UVCI:01:FR:8KM9E7E39X2X#6',
    version: '01',
    country: 'FR',
    opaque: '8KM9E7E39X2X',
    checkCharacter: 'right',
  })
})

test('a wrong check character is said, not refused', () => {
  assert.equal(readable('URN:UVCI:01:FR:8KM9E7E39X2X#7').checkCharacter, 'wrong')
})

test('identifiers as other issuers write them are read', () => {
  assert.equal(readable('urn:uvci:01:fr:v3krgl2s87yu#7').country, 'FR')
  assert.deepEqual(
    (({ country, opaque }) => ({ country, opaque }))(readable('URN:UVCI:01DE/IZ12345A/5CWLU12R#W')),
    { country: 'DE', opaque: 'IZ12345A/5CWLU12R' },
  )
  assert.equal(readable('01BEVLWLUNCYEOWTE6IFPOSVE6PH#2').country, 'BE')
  assert.equal(readable('URN:UVCI:01:NL:187/37512422923').checkCharacter, 'absent')
  assert.equal(readable('URN:UVCI:01:FI:AELZ0DC71KA2SJWUETRTAFEL2##').checkCharacter, 'wrong')
})

test('what is no identifier is refused with its code', () => {
  for (const text of ['', 'URN:UVCI:01:FR:', 'URN:UVCI:1:FR:ABC', 'URN:UVCI:01:FR:ABÇ', 'A#B#C']) {
    assert.deepEqual(parseUvci(text), { ok: false, code: 'UVCI_FORMAT' }, text)
  }
  assert.deepEqual(parseUvci(`URN:UVCI:01:FR:${'A'.repeat(80)}`), {
    ok: false,
    code: 'UVCI_TOO_LONG',
  })
})

test('the check character is undefined outside the alphabet', () => {
  assert.equal(uvciCheckCharacter('URN:UVCI:01:FR:8KM9E7E39X2X'), '6')
  assert.equal(uvciCheckCharacter('É'), undefined)
})

test('a made identifier has 12 characters and a right check character', () => {
  let next = 0
  const bytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => next++ % 256)
  const text = makeUvci('FR', bytes)
  assert.match(text, /^URN:UVCI:01:FR:[A-Z0-9]{12}#[A-Z0-9/:]$/)
  assert.equal(readable(text).opaque, 'ABCDEFGHIJKL')
  assert.equal(readable(text).checkCharacter, 'right')
})

test('bytes that would make some characters likelier are thrown away', () => {
  let calls = 0
  const text = makeUvci('FR', (count) => new Uint8Array(count).fill(calls++ === 0 ? 252 : 35))
  assert.equal(readable(text).opaque, '999999999999')
})

test('a source of randomness that is stuck is a broken invariant, not an endless loop', () => {
  assert.throws(() => makeUvci('FR', (count) => new Uint8Array(count).fill(255)), /randomness/)
})
