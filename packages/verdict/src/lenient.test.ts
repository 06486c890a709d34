import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import {
  coseAlgorithm,
  coseHeader,
  coseToBeSigned,
  deflate,
  encodeBase45,
  encodeCoseSign1,
  encodeCwtClaims,
  encodeProtectedHeader,
} from '@sidep/encoding'
import type { JsonObject } from '@sidep/hcert'
import { type DccSigner, importPublicKey, type Trust, trustOf } from '@sidep/trust'
import { makeIssuer, type TestIssuer, testPayload, vaccinationPayload } from '../test/issuer.ts'
import { purposeFor, verify } from './index.ts'

const at = new Date('2021-08-13T15:30:00Z')
const none = { kind: 'none' } as const
const keyId = new Uint8Array(8).fill(5)

let issuer: TestIssuer
before(async () => {
  issuer = await makeIssuer()
})

interface RsaIssuer {
  readonly trust: Trust
  readonly sign: (payload: JsonObject, keyIdIn: 'protected' | 'unprotected') => Promise<string>
}

/** An issuer as states with RSA keys have it: PS256, RFC 8230 §2. */
const makeRsaIssuer = async (modulusLength: number): Promise<RsaIssuer> => {
  const keys = await crypto.subtle.generateKey(
    { name: 'RSA-PSS', modulusLength, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  )
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey))
  const imported = await importPublicKey(spki)
  assert.ok(imported.ok)
  const signer: DccSigner = {
    keyId,
    certificate: new Uint8Array(),
    subject: 'C=XX, CN=RSA',
    country: 'XX',
    ...imported.value,
    notBefore: new Date('2021-01-01T00:00:00Z'),
    notAfter: new Date('2023-01-01T00:00:00Z'),
    usages: new Set(['test', 'vaccination', 'recovery']),
    development: true,
  }
  return {
    trust: trustOf({ signers: [signer] }),
    sign: async (payload, keyIdIn) => {
      const id: [number, Uint8Array] = [coseHeader.keyId, keyId]
      const algorithm: [number, unknown] = [coseHeader.algorithm, coseAlgorithm.PS256]
      const protectedBytes = encodeProtectedHeader(
        new Map<unknown, unknown>(keyIdIn === 'protected' ? [algorithm, id] : [algorithm]),
      )
      const claims = encodeCwtClaims({
        iss: 'XX',
        iat: Date.parse('2021-08-13T12:00:00Z') / 1000,
        exp: Date.parse('2021-08-20T12:00:00Z') / 1000,
        hcert: new Map([[1, payload]]),
      })
      const toBeSigned = coseToBeSigned({ protectedBytes, payload: claims })
      const pss = { name: 'RSA-PSS', saltLength: 32 }
      const signature = await crypto.subtle.sign(pss, keys.privateKey, toBeSigned)
      const message = encodeCoseSign1({
        protectedBytes,
        unprotectedHeader: new Map<unknown, unknown>(keyIdIn === 'unprotected' ? [id] : []),
        payload: claims,
        signature: new Uint8Array(signature),
      })
      return `HC1:${encodeBase45(deflate(message))}`
    },
  }
}

suite('certificates as other issuers make them', () => {
  for (const modulusLength of [2048, 3072]) {
    test(`RSA ${modulusLength}, key id in either header, is accepted`, async () => {
      const { trust, sign } = await makeRsaIssuer(modulusLength)
      for (const place of ['protected', 'unprotected'] as const) {
        const { code } = await verify(await sign(testPayload(), place), trust, at, none)
        assert.equal(code, 'ACCEPTED', place)
      }
    })
  }

  test('an RSA certificate under another RSA key is refused at signature', async () => {
    const [left, right] = await Promise.all([makeRsaIssuer(2048), makeRsaIssuer(2048)])
    const verdict = await verify(await left.sign(testPayload(), 'protected'), right.trust, at, none)
    assert.equal(verdict.step, 'signature')
  })

  // The same instant, 2021-08-13T10:00:00Z, as issuers write it.
  const samplings = [
    '2021-08-13T12:00:00+02',
    '2021-08-13T12:00:00+0200',
    '2021-08-13T12:00:00+02:00',
    '2021-08-13T10:00:00.1234567Z',
  ]
  for (const sampledAt of samplings) {
    test(`a sampling time written ${sampledAt} is read, by the rules too`, async () => {
      const text = await issuer.hcert(testPayload({ sampledAt }))
      const verdict = await verify(text, issuer.trust, at, purposeFor('FR'))
      assert.ok(verdict.verdict === 'accepted', verdict.code)
      const until = verdict.acceptedUntil?.toISOString().slice(0, 19)
      assert.equal(until, '2021-08-16T10:00:00')
    })
  }

  for (const dob of ['1980-05-02T00:00:00', '1980-05', '1980', '']) {
    test(`a birth date written "${dob}" is read, by the rules of both countries too`, async () => {
      const text = await issuer.hcert(testPayload({ dob }))
      for (const country of ['FR', 'GR']) {
        const { code } = await verify(text, issuer.trust, at, purposeFor(country))
        assert.equal(code, 'ACCEPTED', country)
      }
    })
  }

  test('a vaccination date with a time behind it is read, by the rules too', async () => {
    const text = await issuer.hcert(vaccinationPayload({ on: '2021-07-01T00:00:00' }))
    const { code } = await verify(text, issuer.trust, at, purposeFor('FR'))
    assert.equal(code, 'ACCEPTED')
  })

  for (const version of ['1.0.0', '1.0.1', '1.2.1', '1.3.0', '1.3.2']) {
    test(`schema version ${version} is read`, async () => {
      const text = await issuer.hcert({ ...testPayload(), ver: version })
      assert.equal((await verify(text, issuer.trust, at, none)).code, 'ACCEPTED')
    })
  }
})
