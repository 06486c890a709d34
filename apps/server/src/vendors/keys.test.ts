import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import { parseVendorKeys } from './keys.ts'

const keyOf = async (algorithm: string, part: 'publicKey' | 'privateKey') =>
  exportJWK((await generateKeyPair(algorithm, { extractable: true }))[part])
const setOf = (...keys: object[]): string => JSON.stringify({ keys })

test('public keys of the permitted kinds are taken, each with its one algorithm and nothing besides', async () => {
  const kinds = ['ES256', 'EdDSA', 'PS256']
  const keys = await Promise.all(kinds.map((kind) => keyOf(kind, 'publicKey')))
  const reading = parseVendorKeys(
    setOf(...keys.map((key, index) => ({ ...key, kid: `k${index}`, alg: 'none', key_ops: [] }))),
  )
  assert.ok(reading.ok)
  assert.deepEqual(
    reading.value.keys.map(({ alg, kid, key_ops }) => [alg, kid, key_ops]),
    kinds.map((kind, index) => [kind, `k${index}`, undefined]),
  )
})

test('private and secret keys, weak ones, and sets that are none are refused with words', async () => {
  const own = { ...(await keyOf('ES256', 'privateKey')), kid: 'a' }
  const sound = { ...(await keyOf('ES256', 'publicKey')), kid: 'a' }
  const cases: readonly (readonly [string, RegExp])[] = [
    [setOf(own), /private or secret/],
    [setOf({ kty: 'oct', k: 'AAAA', kid: 'a' }), /private or secret/],
    [setOf({ kty: 'RSA', n: 'A'.repeat(171), e: 'AQAB', kid: 'a' }), /none of P-256/],
    [setOf({ ...sound, kid: undefined }), /kid/],
    [setOf(sound, sound), /same kid/],
    [setOf(), /JWK set/],
    ['[]', /JWK set/],
    ['nonsense', /JWK set/],
  ]
  for (const [text, fault] of cases) {
    const reading = parseVendorKeys(text)
    assert.ok(!reading.ok)
    assert.match(reading.fault, fault)
  }
})
