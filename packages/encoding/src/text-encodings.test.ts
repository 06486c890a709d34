import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeBase32, encodeBase32 } from './base32.ts'
import { base64ToBytes, bytesToBase64 } from './base64.ts'
import { concatBytes, equalBytes, utf8Bytes } from './bytes.ts'
import { bytesToHex, hexToBytes } from './hex.ts'
import { assertCode, readable } from './testing.ts'

// RFC 4648 §10, base32 without its padding.
const examples = [
  ['', '', '', ''],
  ['f', 'MY', 'Zg==', '66'],
  ['fo', 'MZXQ', 'Zm8=', '666f'],
  ['foo', 'MZXW6', 'Zm9v', '666f6f'],
  ['foob', 'MZXW6YQ', 'Zm9vYg==', '666f6f62'],
  ['fooba', 'MZXW6YTB', 'Zm9vYmE=', '666f6f6261'],
  ['foobar', 'MZXW6YTBOI', 'Zm9vYmFy', '666f6f626172'],
] as const

for (const [plain, base32, base64, hexadecimal] of examples) {
  test(`"${plain}" in base32, base64 and hexadecimal (RFC 4648 §10)`, () => {
    const bytes = utf8Bytes(plain)
    assert.equal(encodeBase32(bytes), base32)
    assert.equal(bytesToBase64(bytes), base64)
    assert.equal(bytesToHex(bytes), hexadecimal)
    assert.deepEqual(readable(decodeBase32(base32)), bytes)
    assert.deepEqual(readable(base64ToBytes(base64)), bytes)
    assert.deepEqual(readable(hexToBytes(hexadecimal)), bytes)
  })
}

test('base32 has one reading: length, alphabet and unused bits are checked', () => {
  assertCode(decodeBase32('A'), 'BASE32_LENGTH')
  assertCode(decodeBase32('MZX'), 'BASE32_LENGTH')
  assertCode(decodeBase32('MZXW6Y'), 'BASE32_LENGTH')
  assertCode(decodeBase32('my'), 'BASE32_CHARACTER')
  assertCode(decodeBase32('MZXQ===='), 'BASE32_CHARACTER')
  assertCode(decodeBase32('M1'), 'BASE32_CHARACTER')
  assertCode(decodeBase32('MZ'), 'BASE32_TRAILING_BITS')
})

test('base64 has one reading: length, alphabet, padding and unused bits are checked', () => {
  assertCode(base64ToBytes('Zg'), 'BASE64_LENGTH')
  assertCode(base64ToBytes('Z g='), 'BASE64_CHARACTER')
  assertCode(base64ToBytes('Zm-_'), 'BASE64_CHARACTER')
  assertCode(base64ToBytes('===='), 'BASE64_CHARACTER')
  assertCode(base64ToBytes('Zg==Zg=='), 'BASE64_CHARACTER')
  assertCode(base64ToBytes('Zh=='), 'BASE64_TRAILING_BITS')
  assertCode(base64ToBytes('Zm9='), 'BASE64_TRAILING_BITS')
})

test('hexadecimal takes both cases and nothing else', () => {
  assert.deepEqual(readable(hexToBytes('FFfe')), new Uint8Array([0xff, 0xfe]))
  assertCode(hexToBytes('abc'), 'HEX_LENGTH')
  assertCode(hexToBytes('0x'), 'HEX_CHARACTER')
  assertCode(hexToBytes('-1'), 'HEX_CHARACTER')
})

test('byte strings are the same only when length and every byte are', () => {
  assert.equal(equalBytes(utf8Bytes('ab'), utf8Bytes('ab')), true)
  assert.equal(equalBytes(utf8Bytes('ab'), utf8Bytes('abc')), false)
  assert.equal(equalBytes(utf8Bytes('ab'), utf8Bytes('ac')), false)
  assert.deepEqual(concatBytes(), new Uint8Array())
  assert.deepEqual(concatBytes(utf8Bytes('a'), new Uint8Array(), utf8Bytes('bc')), utf8Bytes('abc'))
})
