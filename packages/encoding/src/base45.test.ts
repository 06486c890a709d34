import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base45BytesMax, decodeBase45, encodeBase45 } from './base45.ts'
import { utf8Bytes } from './bytes.ts'
import { assertCode, readable } from './testing.ts'

// RFC 9285 §4.3 and §4.4
const examples = [
  ['AB', 'BB8'],
  ['Hello!!', '%69 VD92EX0'],
  ['base-45', 'UJCLQE7W581'],
  ['ietf!', 'QED8WEX0'],
] as const

for (const [plain, encoded] of examples) {
  test(`"${plain}" and "${encoded}" are the same (RFC 9285)`, () => {
    assert.equal(encodeBase45(utf8Bytes(plain)), encoded)
    assert.deepEqual(readable(decodeBase45(encoded)), utf8Bytes(plain))
  })
}

test('no characters are no bytes', () => {
  assert.equal(encodeBase45(new Uint8Array()), '')
  assert.deepEqual(readable(decodeBase45('')), new Uint8Array())
})

for (const text of ['bb8', 'BB_', 'B\n8', 'BB8é', 'BB8,8', 'BB\u{1f600}', '\uff21B8']) {
  test(`${JSON.stringify(text)} is refused with BASE45_CHARACTER`, () => {
    assertCode(decodeBase45(text), 'BASE45_CHARACTER')
  })
}

test('a lone last character is refused with BASE45_LENGTH', () => {
  assertCode(decodeBase45('BB8B'), 'BASE45_LENGTH')
})

test('65,535 is the most that three characters can say', () => {
  assert.deepEqual(readable(decodeBase45('FGW')), new Uint8Array([0xff, 0xff])) // RFC 9285 §4.2
  assertCode(decodeBase45('GGW'), 'BASE45_OVERFLOW') // RFC 9285 §6
  assertCode(decodeBase45(':::'), 'BASE45_OVERFLOW')
})

test('255 is the most that two characters can say', () => {
  assert.deepEqual(readable(decodeBase45('U5')), new Uint8Array([0xff]))
  assertCode(decodeBase45('V5'), 'BASE45_OVERFLOW')
})

test('a text one group too long is refused with BASE45_TOO_LARGE, one that fits is not', () => {
  const fitting = '000'.repeat(base45BytesMax / 2)
  assert.equal(readable(decodeBase45(fitting)).length, base45BytesMax)
  assertCode(decodeBase45(`${fitting}00`), 'BASE45_TOO_LARGE')
  assertCode(decodeBase45('BB8', { maxBytes: 1 }), 'BASE45_TOO_LARGE')
})

test('a megabyte is refused unread', () => {
  assertCode(decodeBase45('?'.repeat(1_000_000)), 'BASE45_TOO_LARGE')
})
