import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync, deflateSync } from 'node:zlib'
import { utf8Bytes } from './bytes.ts'
import { concatBytes, inflate } from './index.ts'

const secret = utf8Bytes('SOMEBODY ELSE WHO WAS SCANNED BEFORE')

/** RFC 1950 §9. */
const adler32 = (bytes: Uint8Array): Uint8Array => {
  let [low, high] = [1, 0]
  for (const byte of bytes) {
    low = (low + byte) % 65_521
    high = (high + low) % 65_521
  }
  return Uint8Array.of(high >> 8, high & 255, low >> 8, low & 255)
}

test('a stream that points back before its start never reaches what was inflated before it', () => {
  // Compressed against a dictionary that this stream does not announce: its first copy goes back
  // to where the dictionary would be.
  const pointingBack = concatBytes(
    Uint8Array.of(0x78, 0x9c),
    deflateRawSync(secret, { dictionary: secret }),
    adler32(secret),
  )
  assert.equal(inflate(deflateSync(secret)).ok, true)
  assert.deepEqual(inflate(pointingBack), { ok: false, code: 'ZLIB_BROKEN' })
})

test('a broken stream does not disturb the next one', () => {
  const whole = new Uint8Array(deflateSync(secret))
  for (const cut of [2, 5, whole.length - 1]) {
    assert.equal(inflate(whole.subarray(0, cut)).ok, false)
    assert.deepEqual(inflate(whole), { ok: true, value: secret })
  }
})

test('what was inflated is a copy that the next call leaves alone', () => {
  const first = inflate(new Uint8Array(deflateSync(secret)))
  inflate(new Uint8Array(deflateSync(utf8Bytes('x'.repeat(1000)))))
  assert.deepEqual(first, { ok: true, value: secret })
})
