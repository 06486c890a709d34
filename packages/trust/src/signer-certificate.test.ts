import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { suite, test } from 'node:test'
import { base64ToBytes } from '@sidep/encoding'
import fc from 'fast-check'
import { readDccVectors, vectorsAbsent } from '../../../tools/src/vectors.ts'
import { certificateBytesMax, isDevelopmentSubject, parseSignerCertificate } from './index.ts'
import { makeKeySet } from './making.ts'

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const at = new Date('2021-08-13T12:00:00.750Z')
const keys = await makeKeySet({ at, randomBytes, development: true, organization: 'A, B' })

/** Reads the same certificate with another reader, OpenSSL, and compares. */
const assertSameAsOpenssl = (der: Uint8Array): void => {
  const parsed = parseSignerCertificate(der)
  assert.ok(parsed.ok)
  const other = new X509Certificate(der)
  const { notBefore, notAfter, subjectPublicKeyInfo, extendedKeyUsages } = parsed.value
  assert.deepEqual(notBefore, other.validFromDate)
  assert.deepEqual(notAfter, other.validToDate)
  const spki = other.publicKey.export({ format: 'der', type: 'spki' })
  assert.deepEqual(Buffer.from(subjectPublicKeyInfo), spki)
  assert.deepEqual(extendedKeyUsages, other.keyUsage ?? [])
}

suite('parseSignerCertificate', () => {
  test('reads our own certificates as OpenSSL does', () => {
    for (const { certificate } of [keys.root, ...Object.values(keys.signers)]) {
      assertSameAsOpenssl(certificate)
    }
  })

  test('reads every certificate of the outside vectors as OpenSSL does', (context) => {
    if (vectorsAbsent !== null) return context.skip(vectorsAbsent)
    for (const { certificate } of readDccVectors()) {
      const der = base64ToBytes(certificate)
      assert.ok(der.ok)
      assertSameAsOpenssl(der.value)
    }
  })

  test('names the subject, its country, and keeps a comma from passing for a separator', () => {
    const parsed = parseSignerCertificate(keys.signers.dcc.certificate)
    assert.ok(parsed.ok)
    assert.equal(parsed.value.subject, 'C=FR, O=A\\, B, OU=Development, CN=sidep dcc')
    assert.equal(parsed.value.country, 'FR')
  })

  test('refuses a certificate larger than any with CERTIFICATE_TOO_LARGE', () => {
    const large = new Uint8Array(certificateBytesMax + 1)
    assert.deepEqual(parseSignerCertificate(large), { ok: false, code: 'CERTIFICATE_TOO_LARGE' })
  })

  test('refuses bytes after the certificate, and anything cut short, with CERTIFICATE_MALFORMED', () => {
    const malformed = { ok: false, code: 'CERTIFICATE_MALFORMED' }
    const { certificate } = keys.signers.dcc
    assert.deepEqual(parseSignerCertificate(Uint8Array.of(...certificate, 0)), malformed)
    for (let length = 0; length < certificate.length; length += 1) {
      assert.deepEqual(parseSignerCertificate(certificate.subarray(0, length)), malformed)
    }
  })

  test('answers to any bytes, and to any change of a certificate, without throwing', () => {
    const { certificate } = keys.signers.dcc
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.equal(typeof parseSignerCertificate(bytes).ok, 'boolean')
      }),
    )
    fc.assert(
      fc.property(fc.nat(certificate.length - 1), fc.nat(255), (index, octet) => {
        const changed = Uint8Array.from(certificate)
        changed[index] = octet
        assert.equal(typeof parseSignerCertificate(changed).ok, 'boolean')
      }),
      { numRuns: 2_000 },
    )
  })
})

test('only an organisational unit named Development marks a subject', () => {
  assert.equal(isDevelopmentSubject('C=FR, OU=Development, CN=x'), true)
  assert.equal(isDevelopmentSubject('CN=x, OU=Development'), true)
  assert.equal(isDevelopmentSubject('C=FR, O=OU=Development House, CN=x'), false)
  assert.equal(isDevelopmentSubject('C=FR, OU=Developments, CN=x'), false)
  assert.equal(isDevelopmentSubject('C=FR, O=a\\, OU=Development'), false)
})
