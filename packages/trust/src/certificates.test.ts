import 'reflect-metadata'
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { suite, test } from 'node:test'
import {
  BasicConstraintsExtension,
  X509Certificate as Certificate,
  KeyUsageFlags,
  KeyUsagesExtension,
} from '@peculiar/x509'
import { parseSignerCertificate } from './index.ts'
import { makeAuthority, makeKeySet, makeSignerCertificate, signerScopes } from './making.ts'

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const at = new Date('2021-08-13T12:00:00.750Z')
const keys = await makeKeySet({ at, randomBytes, development: false, organization: 'Ministère' })

const keyUsage = (der: Uint8Array): number | undefined =>
  new Certificate(new Uint8Array(der)).getExtension(KeyUsagesExtension)?.usages

suite('makeKeySet', () => {
  test('makes a root that signs certificates and revocation lists, and itself', () => {
    const root = new X509Certificate(keys.root.certificate)
    assert.equal(root.ca, true)
    assert.equal(root.verify(root.publicKey), true)
    assert.equal(keyUsage(keys.root.certificate), KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)
    const constraints = new Certificate(new Uint8Array(keys.root.certificate)).getExtension(
      BasicConstraintsExtension,
    )
    assert.equal(constraints?.pathLength, 0)
  })

  test('makes a signer for each scope, under the root, that signs data and nothing else', () => {
    const root = new X509Certificate(keys.root.certificate)
    for (const scope of signerScopes) {
      const { certificate } = keys.signers[scope]
      const signer = new X509Certificate(certificate)
      assert.equal(signer.ca, false, scope)
      assert.equal(signer.checkIssued(root), true, scope)
      assert.equal(signer.verify(root.publicKey), true, scope)
      assert.equal(keyUsage(certificate), KeyUsageFlags.digitalSignature, scope)
      assert.ok(signer.validToDate < root.validToDate, scope)
      assert.deepEqual(signer.validFromDate, new Date('2021-08-13T12:00:00Z'), scope)
    }
  })

  test('permits the signer of EU certificates to sign tests and recoveries only', () => {
    const usages = signerScopes.map((scope) => {
      const parsed = parseSignerCertificate(keys.signers[scope].certificate)
      return parsed.ok ? parsed.value.extendedKeyUsages : null
    })
    const testAndRecovery = ['1.3.6.1.4.1.1847.2021.1.1', '1.3.6.1.4.1.1847.2021.1.3']
    assert.deepEqual(usages, [testAndRecovery, [], [], [], []])
  })

  test('gives every certificate its own key and serial number', () => {
    const all = [keys.root, ...Object.values(keys.signers)].map(
      ({ certificate }) => new X509Certificate(certificate),
    )
    assert.equal(new Set(all.map(({ serialNumber }) => serialNumber)).size, all.length)
    const spkis = all.map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }))
    assert.equal(new Set(spkis).size, all.length)
  })

  test('marks development keys, and only those', async () => {
    const subject = (der: Uint8Array): string => new X509Certificate(der).subject
    assert.doesNotMatch(subject(keys.signers.dcc.certificate), /Development/)
    const marked = await makeKeySet({ at, randomBytes, development: true })
    for (const { certificate } of [marked.root, ...Object.values(marked.signers)]) {
      assert.match(subject(certificate), /^OU=Development$/m)
    }
  })
})

test('a signer that would outlive its root is not made', async () => {
  const request = {
    commonName: 'x',
    notBefore: at,
    notAfter: new Date('2022-08-13T12:00:00Z'),
    development: true,
    randomBytes,
  }
  const authority = await makeAuthority({ ...request, country: 'FR', organization: 'sidep' })
  const { publicKey } = authority.keys
  const longer = { ...request, notAfter: new Date('2022-08-13T12:00:01Z') }
  await assert.rejects(
    makeSignerCertificate({ ...longer, scope: 'dcc', authority, publicKey }),
    RangeError,
  )
})
