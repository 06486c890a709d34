import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { bytesToBase64, bytesToHex } from '@sidep/encoding'
import { importPublicKey, loadSigner, loadTrust } from './index.ts'
import { makeKeySet } from './making.ts'

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const at = new Date('2021-08-13T12:00:00Z')
const keys = await makeKeySet({ at, randomBytes, development: true })
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
    assert.deepEqual([...(signer?.usages ?? [])], ['test', 'recovery'])
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
        'revoked[1] BASE64_CHARACTER',
      ],
    )
  })
})

suite('an entry by its own key id', () => {
  const kid = Uint8Array.of(0xfb, 0xef, 0xff, 1, 2, 3, 4, 5)
  const certified = keys.signers.dcc.certificate

  test('is found by that id, whichever way it is written, and not by the hash of its certificate', async () => {
    const spki = await spkiOf(certified)
    for (const written of [
      '++//AQIDBAU=',
      '--__AQIDBAU',
      '++//AQIDBAU',
      'fbefff0102030405',
      'FBEFFF0102030405',
    ]) {
      for (const entry of [
        { kid: written, spki },
        { kid: written, certificate: dcc },
      ]) {
        const trust = await loadTrust({ dcc: [entry], twoddoc: [] })
        assert.deepEqual(trust.rejected, [], written)
        assert.equal(trust.dccSigners(kid).length, 1, written)
        const digest = createHash('sha256').update(certified).digest()
        assert.deepEqual(trust.dccSigners(new Uint8Array(digest.subarray(0, 8))), [])
      }
    }
  })

  test('without a certificate may sign every kind at any time, unless it says less', async () => {
    const spki = await spkiOf(certified)
    const plain = { kid: '++//AQIDBAU=', spki }
    const limited = {
      ...plain,
      usages: ['test'] as const,
      notAfter: '2022-01-01T00:00:00Z',
      country: 'XX',
    }
    const trust = await loadTrust({ dcc: [plain, limited], twoddoc: [] })
    const [open, bounded] = trust.dccSigners(kid)
    assert.deepEqual([...(open?.usages ?? [])], ['test', 'vaccination', 'recovery'])
    assert.deepEqual([open?.notBefore, open?.notAfter, open?.certificate], [null, null, null])
    assert.deepEqual([...(bounded?.usages ?? [])], ['test'])
    assert.deepEqual(bounded?.notAfter, new Date('2022-01-01T00:00:00Z'))
    assert.equal(bounded?.country, 'XX')
  })

  test('that cannot be used is left out, and says why', async () => {
    const spki = await spkiOf(certified)
    const trust = await loadTrust({
      dcc: [
        { kid: '', spki },
        { kid: '!', spki },
        { kid: bytesToBase64(new Uint8Array(33)), spki },
        { kid: '++//AQIDBAU=', spki: 'AAAA' },
        { kid: '++//AQIDBAU=', spki, notBefore: 'soon' },
        { kid: '++//AQIDBAU=', certificate: 'AAAA' },
      ],
      twoddoc: [],
    })
    assert.deepEqual(
      trust.rejected.map(({ code }) => code),
      [
        'KEY_ID_MALFORMED',
        'KEY_ID_MALFORMED',
        'KEY_ID_MALFORMED',
        'KEY_MALFORMED',
        'TIME_MALFORMED',
        'CERTIFICATE_MALFORMED',
      ],
    )
  })
})

suite('the revocation list', () => {
  const hash = new Uint8Array(createHash('sha256').update('FRX').digest())
  const trustIn = (...revoked: string[]) => loadTrust({ dcc: [], twoddoc: [], revoked })

  test('has hashes of 32 and of 16 bytes, in hexadecimal or base64', async () => {
    for (const bytes of [hash, hash.subarray(0, 16)]) {
      const base64 = bytesToBase64(bytes)
      for (const written of [
        bytesToHex(bytes),
        bytesToHex(bytes).toUpperCase(),
        base64,
        base64.replaceAll('=', ''),
        base64.replaceAll('+', '-').replaceAll('/', '_'),
      ]) {
        const trust = await trustIn(written)
        assert.equal(trust.revoked(hash), true, written)
        assert.equal(trust.revoked(new Uint8Array(32)), false)
        assert.deepEqual([trust.hasRevocations, trust.revocationsReadable], [true, true])
        assert.equal(trust.hasShortRevocations, bytes.length === 16)
      }
    }
  })

  test('with one entry that cannot be read says that it cannot be relied on', async () => {
    const whole = bytesToHex(hash)
    for (const wrong of [
      '',
      'x',
      whole.slice(2),
      `${whole}00`,
      'zz'.repeat(32),
      whole.slice(0, 30),
      bytesToBase64(hash.subarray(0, 20)),
    ]) {
      const trust = await trustIn(whole, wrong)
      assert.equal(trust.revocationsReadable, false, wrong)
      assert.equal(trust.rejected.length, 1)
    }
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
