import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constants, deflateSync, inflateSync } from 'node:zlib'
import { concatBytes, utf8Bytes } from './bytes.ts'
import { assertCode, hex, readable } from './testing.ts'
import { deflate, inflate, inflatedBytesMax, storeInZlib } from './zlib.ts'

const text = utf8Bytes('PHARMACIE DE LA GARE, PHARMACIE DU MARCHÉ, PHARMACIE DE LA POSTE')
const changed = (bytes: Uint8Array, index: number, bits: number): Uint8Array => {
  const copy = new Uint8Array(bytes)
  const at = index < 0 ? copy.length + index : index
  copy[at] = (copy[at] ?? 0) ^ bits
  return copy
}

test('what deflate makes, another implementation reads', () => {
  assert.deepEqual(new Uint8Array(inflateSync(deflate(text))), text)
})

test('what is stored, another implementation reads, eleven bytes longer', () => {
  assert.deepEqual(new Uint8Array(inflateSync(storeInZlib(text))), text)
  assert.equal(storeInZlib(text).length, text.length + 11) // RFC 1950 §2.2 and RFC 1951 §3.2.4
})

test('bytes of any length are stored so that zlib reads them back', () => {
  for (const length of [0, 1, 5_552, 5_553, 65_535, 65_536, 200_000]) {
    const bytes = new Uint8Array(length).fill(255)
    assert.deepEqual(new Uint8Array(inflateSync(storeInZlib(bytes))), bytes, `${length} bytes`)
  }
})

test('of what is stored every changed bit is noticed, whether or not there are bytes behind it', () => {
  const stored = storeInZlib(text)
  assert.deepEqual(readable(inflate(Buffer.from(stored))), text)
  for (let index = 0; index < stored.length * 8; index += 1) {
    const broken = changed(stored, index >> 3, 1 << (index & 7))
    // The header says how it was compressed and how far back it may point, which says nothing about what is stored.
    const isOnlySaid = index >> 3 < 2 && inflate(broken).ok
    if (!isOnlySaid) assert.equal(inflate(broken).ok, false, `bit ${index}`)
  }
  assertCode(inflate(concatBytes(stored, hex('00'))), 'ZLIB_TRAILING')
  assertCode(inflate(stored, text.length - 1), 'ZLIB_TOO_LARGE')
  assert.deepEqual(readable(inflate(stored, text.length)), text)
  for (let length = 0; length < stored.length; length += 1) {
    assertCode(inflate(stored.subarray(0, length)), 'ZLIB_TRUNCATED')
  }
})

test('what is stored is a copy that its caller may change', () => {
  const stored = storeInZlib(text)
  readable(inflate(Buffer.from(stored))).fill(0)
  assert.deepEqual(readable(inflate(stored)), text)
})

for (const level of [0, 1, 6, 9]) {
  for (const strategy of [
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FIXED,
    constants.Z_HUFFMAN_ONLY,
  ]) {
    test(`what another implementation makes at level ${level}, strategy ${strategy}, inflate reads`, () => {
      assert.deepEqual(readable(inflate(deflateSync(text, { level, strategy }))), text)
    })
  }
}

test('several blocks, stored ones at odd bit positions among them, are read', () => {
  const flushed = deflateSync(text, { finishFlush: constants.Z_SYNC_FLUSH })
  const lastBlock = hex('01 0000 ffff')
  const adler = deflateSync(text).subarray(-4)
  assert.deepEqual(readable(inflate(concatBytes(flushed, lastBlock, adler))), text)
})

test('every shortened stream is refused with ZLIB_TRUNCATED', () => {
  const stream = deflate(text)
  for (let length = 0; length < stream.length; length++) {
    assertCode(inflate(stream.subarray(0, length)), 'ZLIB_TRUNCATED')
  }
})

test('bytes after the stream are refused with ZLIB_TRAILING', () => {
  assertCode(inflate(concatBytes(deflate(text), hex('00'))), 'ZLIB_TRAILING')
})

test('a wrong Adler-32 is refused with ZLIB_CHECKSUM', () => {
  assertCode(inflate(changed(deflate(text), -1, 1)), 'ZLIB_CHECKSUM')
  assertCode(inflate(changed(deflateSync(text, { level: 0 }), 20, 4)), 'ZLIB_CHECKSUM')
})

test('what is not zlib is refused with ZLIB_HEADER', () => {
  assertCode(inflate(text), 'ZLIB_HEADER')
  assertCode(inflate(hex('1f8b0800')), 'ZLIB_HEADER') // gzip
  assertCode(inflate(hex('d284 43a1')), 'ZLIB_HEADER') // COSE, not compressed
  assertCode(inflate(deflateSync(text, { dictionary: text })), 'ZLIB_HEADER')
})

test('a block type that does not exist is refused with ZLIB_BROKEN', () => {
  assertCode(inflate(hex('78da 07 00000001')), 'ZLIB_BROKEN')
})

test('nothing of one call is seen by the next', () => {
  // A fixed block that copies three bytes from before its own start.
  const lookingBack = hex('789c 030200 00000001')
  assertCode(inflate(lookingBack), 'ZLIB_BROKEN')
  const first = readable(inflate(deflate(text)))
  assertCode(inflate(lookingBack), 'ZLIB_BROKEN')
  assertCode(inflate(deflate(text).subarray(0, 30)), 'ZLIB_TRUNCATED')
  assertCode(inflate(lookingBack), 'ZLIB_BROKEN')
  assert.deepEqual(readable(inflate(storeInZlib(utf8Bytes('other')))), utf8Bytes('other'))
  assert.deepEqual(first, text)
})

test('padding bits that are not zero are refused with ZLIB_PADDING', () => {
  const stored = deflateSync(text, { level: 0 })
  assert.equal(stored[2], 1)
  assertCode(inflate(changed(stored, 2, 0x80)), 'ZLIB_PADDING')
  // One fixed block holding "a": 4b 04 00, of which the last six bits are padding.
  const fixed = hex('789c 4b0400 00620062')
  assert.deepEqual(readable(inflate(fixed)), utf8Bytes('a'))
  assertCode(inflate(changed(fixed, 4, 0x80)), 'ZLIB_PADDING')
  assertCode(inflate(changed(fixed, 4, 0x04)), 'ZLIB_PADDING')
})

test('exactly the bound is inflated, a byte more is refused with ZLIB_TOO_LARGE', () => {
  const zeros = new Uint8Array(inflatedBytesMax)
  assert.equal(readable(inflate(deflateSync(zeros))).length, inflatedBytesMax)
  assertCode(inflate(deflateSync(new Uint8Array(inflatedBytesMax + 1))), 'ZLIB_TOO_LARGE')
  assert.deepEqual(readable(inflate(deflateSync(text), text.length)), text)
  assertCode(inflate(deflateSync(text), text.length - 1), 'ZLIB_TOO_LARGE')
})

test('a bomb of a gigabyte is refused with ZLIB_TOO_LARGE, holding no more than the bound', () => {
  const megabyte = new Uint8Array(1_000_000)
  const bomb = deflateSync(megabyte, { finishFlush: constants.Z_SYNC_FLUSH })
  const repeated = concatBytes(bomb, ...Array.from({ length: 999 }, () => bomb.subarray(2)))
  assertCode(inflate(repeated), 'ZLIB_TOO_LARGE')
})

test('thousands of empty blocks end in a code', () => {
  const empty = Array.from({ length: 3000 }, () => hex('00 0000 ffff'))
  assertCode(inflate(concatBytes(hex('789c'), ...empty)), 'ZLIB_TRUNCATED')
})
