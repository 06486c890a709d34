import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CoseSign1, coseToBeSigned, encodeCbor, encodeProtectedHeader } from '@sidep/encoding'
import { type HcertAlgorithm, keyIdOf, verifyCose } from './signature.ts'
import { issued, keyPair, readable } from './testing.ts'

const header = (entries: [number, unknown][]): Map<unknown, unknown> => new Map(entries)
const keyId = (byte: number): Uint8Array => new Uint8Array(8).fill(byte)

test('the key id of the protected header wins', () => {
  const both = {
    protectedHeader: header([[4, keyId(1)]]),
    unprotectedHeader: header([[4, keyId(2)]]),
  }
  assert.deepEqual(keyIdOf(both), keyId(1))
  const unprotectedOnly = {
    protectedHeader: header([]),
    unprotectedHeader: header([[4, keyId(2)]]),
  }
  assert.deepEqual(keyIdOf(unprotectedOnly), keyId(2))
})

test('without a key id, or with one that is not bytes, there is none', () => {
  assert.equal(keyIdOf({ protectedHeader: header([]), unprotectedHeader: header([]) }), undefined)
  const text = { protectedHeader: header([[4, 'key']]), unprotectedHeader: header([[4, keyId(2)]]) }
  assert.equal(keyIdOf(text), undefined)
})

const signedWith = async (
  algorithm: RsaHashedKeyGenParams | EcKeyGenParams,
  parameters: RsaPssParams | EcdsaParams,
  headers: { protectedHeader?: [number, unknown][]; unprotectedHeader?: [number, unknown][] },
): Promise<{ cose: CoseSign1; publicKey: CryptoKey }> => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, [
    'sign',
    'verify',
  ])
  const protectedHeader = header(headers.protectedHeader ?? [])
  const parts = {
    protectedBytes: encodeProtectedHeader(protectedHeader),
    payload: encodeCbor(new Map([[1, 'FR']])),
  }
  const signature = await crypto.subtle.sign(parameters, privateKey, coseToBeSigned(parts))
  const unprotectedHeader = header(headers.unprotectedHeader ?? [])
  const cose = {
    ...parts,
    protectedHeader,
    unprotectedHeader,
    signature: new Uint8Array(signature),
  }
  return { cose, publicKey }
}

const p256 = { name: 'ECDSA', namedCurve: 'P-256' }
const ecdsa = { name: 'ECDSA', hash: 'SHA-256' }
const rsa = (modulusLength: number): RsaHashedKeyGenParams => ({
  name: 'RSA-PSS',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength,
})
const pss = { name: 'RSA-PSS', saltLength: 32 }

const families: [
  string,
  HcertAlgorithm,
  number,
  EcKeyGenParams | RsaHashedKeyGenParams,
  EcdsaParams | RsaPssParams,
][] = [
  ['ES256', 'ES256', -7, p256, ecdsa],
  ['PS256 with RSA 2048', 'PS256', -37, rsa(2048), pss],
  ['PS256 with RSA 3072', 'PS256', -37, rsa(3072), pss],
]
for (const [name, algorithm, identifier, keyParameters, parameters] of families) {
  test(`${name} verifies, and not after a change of payload, header or signature`, async () => {
    const { cose, publicKey } = await signedWith(keyParameters, parameters, {
      protectedHeader: [[1, identifier]],
    })
    assert.equal(await verifyCose(cose, publicKey, algorithm), true)
    for (const part of ['payload', 'protectedBytes', 'signature'] as const) {
      const changed = new Uint8Array(cose[part])
      changed[0] = (changed[0] ?? 0) ^ 1
      assert.equal(
        await verifyCose({ ...cose, [part]: changed }, publicKey, algorithm),
        false,
        part,
      )
    }
  })
}

test('a header that names another algorithm than the key’s is refused, in either header', async () => {
  for (const place of ['protectedHeader', 'unprotectedHeader'] as const) {
    const { cose, publicKey } = await signedWith(p256, ecdsa, { [place]: [[1, -37]] })
    assert.equal(await verifyCose(cose, publicKey, 'ES256'), false, place)
  }
})

test('an algorithm named in the unprotected header only, or nowhere, leaves it to the key', async () => {
  const unprotected = await signedWith(p256, ecdsa, { unprotectedHeader: [[1, -7]] })
  assert.equal(await verifyCose(unprotected.cose, unprotected.publicKey, 'ES256'), true)
  const nowhere = await signedWith(p256, ecdsa, {})
  assert.equal(await verifyCose(nowhere.cose, nowhere.publicKey, 'ES256'), true)
})

test('signatures of a wrong length, DER among them, are false and do not throw', async () => {
  const { cose } = readable(await issued())
  for (const length of [0, 3, 63, 65, 72, 256]) {
    const signature = new Uint8Array(length).fill(0x30)
    assert.equal(await verifyCose({ ...cose, signature }, keyPair.publicKey, 'ES256'), false)
  }
})
