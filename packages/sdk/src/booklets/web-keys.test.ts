import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calculateJwkThumbprint } from 'jose'
import { memoryKeyPairs, thumbprintOf, webKeys } from './web-keys.ts'

const professional = '899700075122'

test('a professional’s key stays the same, signs once it is unlocked, and has the thumbprint of its JWK', async () => {
  const pairs = memoryKeyPairs()
  const unlocked = new Set<string>()
  const keys = webKeys(pairs, (id) => unlocked.has(id))
  const key = await keys.nextKey(professional, [])
  assert.ok(key !== null)
  assert.deepEqual(await keys.nextKey(professional, []), key)
  assert.equal(await keys.signer(professional, key), null)
  unlocked.add(professional)
  const sign = await keys.signer(professional, key)
  assert.equal((await sign?.(Uint8Array.of(1, 2, 3)))?.length, 64)
  assert.equal(await keys.signer(professional, { ...key, y: key.x }), null)
  const pair = await pairs.read(professional)
  assert.ok(pair !== null && !pair.privateKey.extractable)
  const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
  assert.equal(await thumbprintOf(key), await calculateJwkThumbprint(jwk))
})
