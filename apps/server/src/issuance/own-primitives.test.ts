import assert from 'node:assert/strict'
import { test } from 'node:test'
import { webCryptoPrimitives } from '@sidep/trust'
import { ownPrimitives } from './own-primitives.ts'

const bytes = new TextEncoder().encode('what was signed')

const pairs = {
  ES256: {
    key: { name: 'ECDSA', namedCurve: 'P-256' },
    sign: { name: 'ECDSA', hash: 'SHA-256' },
  },
  PS256: {
    key: {
      name: 'RSA-PSS',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
    },
    sign: { name: 'RSA-PSS', saltLength: 32 },
  },
} as const

for (const algorithm of ['ES256', 'PS256'] as const) {
  test(`${algorithm}: a signature is judged as WebCrypto judges it, changed or cut or foreign ones too`, async () => {
    const { key, sign } = pairs[algorithm]
    const make = () => crypto.subtle.generateKey(key, true, ['sign', 'verify'])
    const [own, foreign] = [await make(), await make()]
    const signature = new Uint8Array(await crypto.subtle.sign(sign, own.privateKey, bytes))
    const changed = signature.map((byte, index) => (index === 5 ? byte ^ 1 : byte))
    const cases = [
      [own.publicKey, signature, bytes, true],
      [own.publicKey, changed, bytes, false],
      [own.publicKey, signature, bytes.slice(1), false],
      [foreign.publicKey, signature, bytes, false],
      [own.publicKey, signature.slice(1), bytes, false],
      [own.publicKey, new Uint8Array(), bytes, false],
      [own.publicKey, new Uint8Array(signature.length), bytes, false],
    ] as const
    for (const [publicKey, given, over, expected] of cases) {
      for (const primitives of [ownPrimitives, webCryptoPrimitives]) {
        assert.equal(await primitives.verify(algorithm, publicKey, given, over), expected)
      }
    }
  })
}

test('the digest is WebCrypto’s', async () => {
  assert.deepEqual(await ownPrimitives.sha256(bytes), await webCryptoPrimitives.sha256(bytes))
})
