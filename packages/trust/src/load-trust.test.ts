import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { bytesToBase64 } from '@sidep/encoding'
import { importPublicKey, loadSigner, loadTrust } from './index.ts'
import { createKeySet } from './making.ts'

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const at = new Date('2021-08-13T12:00:00Z')
const keys = await createKeySet({ at, randomBytes, development: true })
const dcc = bytesToBase64(keys.signers.dcc.certificate)

const spkiOf = async (certificate: Uint8Array): Promise<string> => {
  const signer = await loadSigner(certificate)
  assert.ok(signer.ok)
  const spki = await crypto.subtle.exportKey('spki', signer.value.publicKey)
  return bytesToBase64(new Uint8Array(spki))
}

suite('loadTrust', () => {
  test('finds a signer by the first eight bytes of the SHA-256 of its certificate', async () => {
    const trust = await loadTrust({ dcc: [dcc], twoddoc: [] })
    const digest = createHash('sha256').update(keys.signers.dcc.certificate).digest()
    const [signer, ...others] = trust.dccSigners(new Uint8Array(digest.subarray(0, 8)))
    assert.equal(others.length, 0)
    assert.deepEqual([...(signer?.usages ?? [])], ['test'])
    assert.equal(signer?.algorithm, 'ES256')
    assert.equal(signer?.country, 'FR')
    assert.equal(signer?.development, true)
    assert.deepEqual(signer?.notBefore, at)
    assert.deepEqual(trust.dccSigners(new Uint8Array(8)), [])
  })

  test('lets a signer without extended key usage sign every kind', async () => {
    const trust = await loadTrust({
      dcc: [bytesToBase64(keys.signers.bundle.certificate)],
      twoddoc: [],
    })
    const kinds = trust.signers.flatMap(({ usages }) => [...usages]).sort()
    assert.deepEqual(kinds, ['recovery', 'test', 'vaccination'])
  })

  test('keeps the others when one entry is unusable, and says which and why', async () => {
    const spki = await spkiOf(keys.signers.twoddoc.certificate)
    const trust = await loadTrust({
      dcc: ['***', dcc, bytesToBase64(Uint8Array.of(1, 2))],
      twoddoc: [
        { caId: 'FR99', certificateId: 'BAD1', spki: 'AAAA' },
        { caId: 'FR99', certificateId: 'DEV1', spki },
        { caId: 'FR99', certificateId: 'BAD2', spki, notAfter: 'never' },
      ],
      revoked: ['00'.repeat(32), 'short'],
    })
    assert.equal(trust.signers.length, 1)
    assert.notEqual(trust.twoddocSigner('FR99', 'DEV1'), undefined)
    assert.equal(trust.twoddocSigner('FR99', 'BAD1'), undefined)
    assert.equal(trust.revoked(new Uint8Array(32)), true)
    assert.deepEqual(
      trust.rejected.map(({ list, index, code }) => `${list}[${index}] ${code}`),
      [
        'dcc[0] BASE64_LENGTH',
        'dcc[2] CERTIFICATE_MALFORMED',
        'twoddoc[0] KEY_MALFORMED',
        'twoddoc[2] TIME_MALFORMED',
        'revoked[1] BASE64_LENGTH',
      ],
    )
  })
})

suite('importPublicKey', () => {
  const rsa = (modulusLength: number) =>
    generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ type: 'spki', format: 'der' })

  test('takes RSA keys for PS256, whatever name their identifier has', async () => {
    const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
    const renamed = pss.publicKey.export({ type: 'spki', format: 'der' })
    for (const spki of [rsa(2048), rsa(3072), renamed]) {
      const key = await importPublicKey(spki)
      assert.ok(key.ok)
      assert.equal(key.value.algorithm, 'PS256')
      assert.equal(key.value.publicKey.algorithm.name, 'RSA-PSS')
    }
  })

  test('verifies what an RSASSA-PSS key signed', async () => {
    const { publicKey, privateKey } = await crypto.subtle.generateKey(
      {
        name: 'RSA-PSS',
        modulusLength: 2048,
        publicExponent: Uint8Array.of(1, 0, 1),
        hash: 'SHA-256',
      },
      true,
      ['sign', 'verify'],
    )
    const algorithm = { name: 'RSA-PSS', saltLength: 32 }
    const message = new Uint8Array(10)
    const signature = await crypto.subtle.sign(algorithm, privateKey, message)
    const spki = await crypto.subtle.exportKey('spki', publicKey)
    const key = await importPublicKey(new Uint8Array(spki))
    assert.ok(key.ok)
    assert.ok(await crypto.subtle.verify(algorithm, key.value.publicKey, signature, message))
  })

  test('refuses short RSA keys, other kinds, and a point that is not on its curve', async () => {
    const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' })
    const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey
    const offCurve = Uint8Array.from(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
        type: 'spki',
        format: 'der',
      }),
    )
    offCurve[offCurve.length - 1] = (offCurve.at(-1) ?? 0) ^ 1
    const codes = await Promise.all(
      [rsa(1024), ed25519, secp256k1.export({ type: 'spki', format: 'der' }), offCurve].map(
        async (spki) => {
          const key = await importPublicKey(spki)
          return key.ok ? 'imported' : key.code
        },
      ),
    )
    assert.deepEqual(codes, ['KEY_SIZE', 'KEY_UNSUPPORTED', 'KEY_UNSUPPORTED', 'KEY_MALFORMED'])
  })
})
