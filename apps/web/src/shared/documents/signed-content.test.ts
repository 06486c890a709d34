import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issueHcert, testDcc } from '@sidep/hcert'
import { signedContentOf } from './signed-content.ts'

test('the paper’s person and place are those of the signed code', async () => {
  const person = { familyName: 'Lefèvre', firstNames: 'Zoé', birthDate: '1987-03-09' }
  const dcc = testDcc({
    person,
    test: {
      disease: '840539006',
      testType: 'LP217198-3',
      device: '1232',
      sampledAt: new Date('2021-08-13T07:26:00Z'),
      result: 'negative',
      centre: 'Pharmacie du Parvis',
    },
    country: 'FR',
    issuer: 'sidep',
    uvci: 'URN:UVCI:01:FR:ABCDEFGHIJKL#M',
  })
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  const hcert = await issueHcert(dcc, {
    issuer: 'FR',
    issuedAt: new Date('2021-08-13T07:40:00Z'),
    expiresAt: new Date('2022-08-13T07:40:00Z'),
    keyId: new Uint8Array(8),
    sign: async (bytes) =>
      new Uint8Array(
        await crypto.subtle.sign(
          { name: 'ECDSA', hash: 'SHA-256' },
          keys.privateKey,
          new Uint8Array(bytes),
        ),
      ),
  })
  assert.deepEqual(signedContentOf(hcert), { person, siteName: 'Pharmacie du Parvis' })
})

test('what is no certificate of a test has nothing to say', () => {
  for (const text of ['', 'HC1:TEXT', 'DC04']) assert.equal(signedContentOf(text), null)
})
