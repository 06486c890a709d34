import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import { derSignature, rawSignature } from './raw-signature.ts'

test('a signature is the same in both forms, whatever its integers begin with', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let withShort = 0
  for (let tries = 0; tries < 2_000; tries += 1) {
    const bytes = randomBytes(20)
    const der = sign('sha256', bytes, privateKey)
    const raw = rawSignature(der)
    assert.ok(verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw))
    assert.deepEqual(Buffer.from(derSignature(raw)), der)
    if (raw[0] === 0 || raw[32] === 0) withShort += 1
  }
  assert.ok(withShort > 0, 'integers of less than 32 bytes came up')
})

test('zeros and the largest integers are written as DER has them', () => {
  assert.deepEqual([...derSignature(new Uint8Array(64))], [0x30, 6, 2, 1, 0, 2, 1, 0])
  const largest = derSignature(new Uint8Array(64).fill(0xff))
  assert.deepEqual([...largest.subarray(0, 6)], [0x30, 70, 2, 33, 0, 0xff])
  assert.deepEqual([...rawSignature(largest)], [...new Uint8Array(64).fill(0xff)])
})
