import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from './bytes.ts'
import { cborBytesMax, cborDepthMax, decodeCbor, encodeCbor, Tagged } from './cbor.ts'
import { bytesToHex } from './hex.ts'
import { assertCode, hex, readable } from './testing.ts'

// RFC 8949, appendix A
const examples: readonly (readonly [string, unknown])[] = [
  ['00', 0],
  ['17', 23],
  ['1818', 24],
  ['1903e8', 1000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['1bffffffffffffffff', 18_446_744_073_709_551_615n],
  ['20', -1],
  ['3903e7', -1000],
  ['f90000', 0],
  ['f93c00', 1],
  ['fb3ff199999999999a', 1.1],
  ['fa47c35000', 100_000],
  ['f97c00', Number.POSITIVE_INFINITY],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['f7', undefined],
  ['40', new Uint8Array()],
  ['4401020304', new Uint8Array([1, 2, 3, 4])],
  ['60', ''],
  ['6449455446', 'IETF'],
  ['62c3bc', 'ü'],
  ['64f0908591', '\u{10151}'],
  ['80', []],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['a0', new Map()],
  [
    'a201020304',
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
  [
    'a26161016162820203',
    new Map<string, unknown>([
      ['a', 1],
      ['b', [2, 3]],
    ]),
  ],
  ['c074323031332d30332d32315432303a30343a30305a', new Tagged(0, '2013-03-21T20:04:00Z')],
  ['c11a514b67b0', new Tagged(1, 1_363_896_240)],
  ['5f42010243030405ff', new Uint8Array([1, 2, 3, 4, 5])],
  ['7f657374726561646d696e67ff', 'streaming'],
  ['7fff', ''],
  ['9fff', []],
  ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
  ['bfff', new Map()],
  [
    'bf61610161629f0203ffff',
    new Map<string, unknown>([
      ['a', 1],
      ['b', [2, 3]],
    ]),
  ],
  ['826161bf61626163ff', ['a', new Map([['b', 'c']])]],
]

for (const [encoded, value] of examples) {
  test(`${encoded} is read as RFC 8949 says`, () => {
    assert.deepEqual(readable(decodeCbor(hex(encoded))), value)
  })
}

test('encoding is deterministic: shortest forms and sorted keys (RFC 8949 §4.2.1)', () => {
  const claims = new Map<number, unknown>([
    [-260, 1],
    [6, 24],
    [4, 1.5],
    [1, 'FR'],
  ])
  assert.equal(
    bytesToHex(encodeCbor(claims)),
    'a401624652' + '04f93e00' + '061818' + '390103' + '01',
  )
})

test('every shortened item is refused with CBOR_TRUNCATED', () => {
  for (const [encoded] of examples) {
    const bytes = hex(encoded)
    for (let length = 0; length < bytes.length; length++) {
      assertCode(decodeCbor(bytes.subarray(0, length)), 'CBOR_TRUNCATED')
    }
  }
})

test('bytes after the item are refused with CBOR_TRAILING', () => {
  assertCode(decodeCbor(hex('0000')), 'CBOR_TRAILING')
  assertCode(decodeCbor(hex('7fffff')), 'CBOR_TRAILING')
})

for (const claim of [
  '5bffffffffffffffff',
  '7affffffff00',
  '9b7fffffffffffffff00',
  'bbffffffffffffffff00',
  '9affffffff',
  'ba8000000000',
]) {
  test(`${claim}, claiming more than there is, is refused with CBOR_TRUNCATED`, () => {
    assertCode(decodeCbor(hex(claim)), 'CBOR_TRUNCATED')
  })
}

// RFC 8949, appendix F: not well-formed, or of no use to a certificate
for (const malformed of [
  '1c',
  'fc',
  'f818',
  'e0',
  'f0',
  'ff',
  '81ff',
  'a100ff',
  'c0ff',
  'bf00ff',
  '1f',
  '3f',
  'df00',
  '5f00ff',
  '5f61 61ff',
  '7f4100ff',
  '5f5f4100ffff',
]) {
  test(`${malformed} is refused`, () => {
    assertCode(decodeCbor(hex(malformed)), 'CBOR_MALFORMED')
  })
}

test('a tag of no use here is refused with CBOR_TAG', () => {
  assertCode(decodeCbor(hex('c249010000000000000000')), 'CBOR_TAG')
  assertCode(decodeCbor(hex('dbffffffffffffffff00')), 'CBOR_TAG')
})

for (const invalid of [
  '61ff',
  '62c328',
  '63eda080',
  '62c080',
  '64f4908080',
  '7f61c361bcff',
  '63e282 20',
]) {
  test(`text ${invalid} is refused with CBOR_UTF8`, () => {
    assertCode(decodeCbor(hex(invalid)), 'CBOR_UTF8')
  })
}

test('a repeated key is refused with CBOR_DUPLICATE_KEY, at any depth', () => {
  assertCode(decodeCbor(hex('a2 6161 01 6161 02')), 'CBOR_DUPLICATE_KEY')
  assertCode(decodeCbor(hex('81 bf 01 01 01 02 ff')), 'CBOR_DUPLICATE_KEY')
  assertCode(decodeCbor(hex('a2 6161 01 7f6161ff 02')), 'CBOR_DUPLICATE_KEY')
})

for (const map of [
  'a1 4101 00',
  'a1 80 00',
  'a1 a0 00',
  'a1 f6 00',
  'bf 00 01 f93c00 00 ff',
  'a1 c100 00',
]) {
  test(`a key that is neither integer nor text, ${map}, is refused with CBOR_KEY`, () => {
    assertCode(decodeCbor(hex(map)), 'CBOR_KEY')
  })
}

test('a key __proto__ is only a key', () => {
  const map = readable(decodeCbor(encodeCbor(new Map([['__proto__', new Map([['admin', true]])]]))))
  assert.ok(map instanceof Map)
  assert.deepEqual([...map.keys()], ['__proto__'])
  assert.equal(Object.hasOwn(Object.prototype, 'admin'), false)
})

const nested = (head: string, depth: number): Uint8Array =>
  concatBytes(...Array.from({ length: depth }, () => hex(head)), hex('00'))

for (const head of ['81', 'c1', 'a100', '9f', 'bf00']) {
  test(`${head} nested deeper than the bound is refused with CBOR_DEPTH`, () => {
    assertCode(decodeCbor(nested(head, cborDepthMax + 1)), 'CBOR_DEPTH')
    assertCode(decodeCbor(nested(head, 10_000)), 'CBOR_DEPTH')
  })
}

test('nesting up to the bound is read', () => {
  assert.equal(decodeCbor(nested('81', cborDepthMax)).ok, true)
  assertCode(decodeCbor(hex('8100'), { maxDepth: 0 }), 'CBOR_DEPTH')
})

test('more bytes than the bound are refused with CBOR_TOO_LARGE', () => {
  assertCode(decodeCbor(new Uint8Array(cborBytesMax + 1)), 'CBOR_TOO_LARGE')
  assertCode(decodeCbor(hex('4100'), { maxBytes: 1 }), 'CBOR_TOO_LARGE')
})
