import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  bytesToBase64,
  coseAlgorithm,
  coseHeader,
  coseToBeSigned,
  encodeCbor,
  encodeCoseSign1,
  parseCoseSign1,
} from '@sidep/encoding'
import fc from 'fast-check'
import { bundleFormat } from './bundle-format.ts'
import {
  type BundleContent,
  bundleTimeFault,
  loadSigner,
  loadTrust,
  openBundle,
  readBundle,
  signBundle,
} from './index.ts'
import { makeKeySet } from './making.ts'

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const at = new Date('2021-08-13T12:00:00Z')
const keys = await makeKeySet({ at, randomBytes, development: true })
const signer = await loadSigner(keys.signers.bundle.certificate)
assert.ok(signer.ok)
const { keyId, publicKey } = signer.value
const anchor = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
const privateKey = await crypto.subtle.importKey(
  'pkcs8',
  new Uint8Array(keys.signers.bundle.privateKey),
  { name: 'ECDSA', namedCurve: 'P-256' },
  false,
  ['sign'],
)
const sign = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(
    await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, new Uint8Array(bytes)),
  )

const content: BundleContent = {
  version: 1,
  issuedAt: '2021-08-13T12:00:00Z',
  expiresAt: '2021-08-20T12:00:00Z',
  dcc: [bytesToBase64(keys.signers.dcc.certificate)],
  twoddoc: [
    { caId: 'FR99', certificateId: 'DEV1', spki: bytesToBase64(anchor) },
    {
      caId: 'FR99',
      certificateId: 'DEV2',
      spki: bytesToBase64(anchor),
      notBefore: '2021-01-01T00:00:00Z',
      notAfter: '2022-01-01T00:00:00Z',
    },
  ],
  revoked: [bytesToBase64(new Uint8Array(32).fill(9))],
  ruleProfile: 'dated',
}
const bundle = await signBundle(content, { keyId, sign })

const codeOf = async (bytes: Uint8Array, spki = anchor, when = at): Promise<string> => {
  const opened = await openBundle(bytes, spki, when)
  return opened.ok ? 'opened' : opened.code
}

/** A properly signed message with any header and payload. */
const signedMessage = async (header: Map<unknown, unknown>, value: unknown) => {
  const protectedBytes = encodeCbor(header)
  const payload = encodeCbor(value)
  const signature = await sign(coseToBeSigned({ protectedBytes, payload }))
  return encodeCoseSign1({ protectedBytes, payload, signature: new Uint8Array(signature) })
}
const properHeader = new Map<unknown, unknown>([
  [coseHeader.algorithm, coseAlgorithm.ES256],
  [coseHeader.contentType, bundleFormat.contentType],
])

suite('a trust bundle', () => {
  test('opens to what was signed, under its signer’s key only', async () => {
    assert.deepEqual(await openBundle(bundle, anchor, at), { ok: true, value: content })
    const other = await makeKeySet({ at, randomBytes, development: true })
    const stranger = await loadSigner(other.signers.bundle.certificate)
    assert.ok(stranger.ok)
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', stranger.value.publicKey))
    assert.equal(await codeOf(bundle, spki), 'BUNDLE_SIGNATURE')
    assert.equal(await codeOf(bundle, new Uint8Array(3)), 'BUNDLE_ANCHOR')
  })

  test('loads into a trust whose keys verify', async () => {
    const opened = await openBundle(bundle, anchor, at)
    assert.ok(opened.ok)
    const trust = await loadTrust(opened.value)
    assert.deepEqual(trust.rejected, [])
    assert.equal(trust.signers.length, 1)
    assert.equal(trust.revoked(new Uint8Array(32).fill(9)), true)
  })

  test('is encoded the same way every time', async () => {
    const again = await signBundle(content, { keyId, sign })
    const [left, right] = [parseCoseSign1(bundle), parseCoseSign1(again)]
    assert.ok(left.ok && right.ok)
    assert.deepEqual(left.value.payload, right.value.payload)
  })

  test('holds from its issue, give or take a slow clock, and before its expiry', async () => {
    const when = (text: string): Promise<string> => codeOf(bundle, anchor, new Date(text))
    assert.equal(await when('2021-08-13T11:55:00Z'), 'opened')
    assert.equal(await when('2021-08-13T11:54:59Z'), 'BUNDLE_NOT_YET_VALID')
    assert.equal(await when('2021-08-20T11:59:59Z'), 'opened')
    assert.equal(await when('2021-08-20T12:00:00Z'), 'BUNDLE_EXPIRED')
  })

  test('is not replaced by anything else that its key signed', async () => {
    const withAlgorithm = new Map<unknown, unknown>([[coseHeader.algorithm, coseAlgorithm.ES256]])
    assert.equal(await codeOf(await signedMessage(withAlgorithm, new Map())), 'BUNDLE_CONTENT_TYPE')
    const otherAlgorithm = new Map(properHeader).set(coseHeader.algorithm, coseAlgorithm.PS256)
    assert.equal(await codeOf(await signedMessage(otherAlgorithm, new Map())), 'BUNDLE_ALGORITHM')
  })

  test('of another version or with another shape is refused, though signed', async () => {
    const code = async (value: unknown): Promise<string> =>
      codeOf(await signedMessage(properHeader, value))
    assert.equal(await code(new Map([['version', 2]])), 'BUNDLE_VERSION')
    assert.equal(await code([]), 'BUNDLE_MALFORMED')
    const shape = { version: 1, issuedAt: content.issuedAt, expiresAt: content.expiresAt }
    assert.equal(await code({ ...shape, dcc: ['text'], twoddoc: [] }), 'BUNDLE_MALFORMED')
    assert.equal(await code({ ...shape, dcc: [], twoddoc: [{}] }), 'BUNDLE_MALFORMED')
    const undated = { ...shape, expiresAt: 'some day' }
    assert.equal(await code({ ...undated, dcc: [], twoddoc: [] }), 'BUNDLE_MALFORMED')
    assert.equal(await code({ ...shape, dcc: [], twoddoc: [] }), 'opened')
  })

  test('carries the signers of booklets and slips, and what of theirs is withdrawn', async () => {
    const site = { site: '750712184', issuedUntil: '2021-08-13T11:00:00.000Z' }
    const withdrawn = {
      booklets: ['0123456789abcdef'],
      sites: [site],
      allIssuedUntil: '2021-08-01T00:00:00.000Z',
      slips: ['750712184000427KX4QMC'],
      slipSites: [site],
    }
    const continuity = [bytesToBase64(keys.signers.continuity.certificate)]
    const signed = await signBundle({ ...content, continuity, withdrawn }, { keyId, sign })
    const opened = await openBundle(signed, anchor, at)
    assert.ok(opened.ok)
    assert.deepEqual(opened.value.withdrawn, withdrawn)
    const trust = await loadTrust({ ...opened.value, continuity: [...continuity, '***'] })
    assert.equal(trust.continuity.length, 1)
    assert.equal(trust.continuity[0]?.notBefore.getTime(), at.getTime())
    assert.equal(trust.withdrawn, opened.value.withdrawn)
    assert.deepEqual(
      trust.rejected.map(({ list, index }) => `${list}[${index}]`),
      ['continuity[1]'],
    )
    const bare = await loadTrust(content)
    assert.deepEqual([bare.continuity, bare.withdrawn], [[], null])
  })

  test('carries keys by their key id, and hashes of 16 bytes', async () => {
    const listed: BundleContent = {
      ...content,
      dcc: [
        ...content.dcc,
        { kid: bytesToBase64(keyId), spki: bytesToBase64(anchor), country: 'XX', usages: ['test'] },
        { kid: '0102030405060708', certificate: String(content.dcc[0]) },
      ],
      revoked: ['0a'.repeat(16), '0b'.repeat(32)],
    }
    const opened = await openBundle(await signBundle(listed, { keyId, sign }), anchor, at)
    assert.ok(opened.ok)
    const [, ...named] = opened.value.dcc
    assert.deepEqual(named, [
      { kid: bytesToBase64(keyId), spki: bytesToBase64(anchor), country: 'XX', usages: ['test'] },
      { kid: 'AQIDBAUGBwg=', certificate: content.dcc[0] },
    ])
    const trust = await loadTrust(opened.value)
    assert.equal(trust.dccSigners(keyId).length, 1)
    assert.equal(trust.revoked(new Uint8Array(32).fill(10)), true)
    assert.equal(trust.revoked(new Uint8Array(32).fill(11)), true)
    // A list that cannot be read is not signed in the first place.
    const wrong = { ...content, revoked: ['0a'.repeat(15)] }
    await assert.rejects(signBundle(wrong, { keyId, sign }), TypeError)
  })

  test('tells of which time it is whatever the clock says', async () => {
    const read = await readBundle(bundle, anchor)
    assert.ok(read.ok)
    const { content: written } = read.value
    assert.equal(written.issuedAt, content.issuedAt)
    const fault = (when: string) => bundleTimeFault(written, new Date(when))
    assert.equal(fault('2021-08-13T11:55:00Z'), null)
    assert.equal(fault('2021-08-13T11:54:59Z'), 'BUNDLE_NOT_YET_VALID')
    assert.equal(fault('2021-08-20T12:00:00Z'), 'BUNDLE_EXPIRED')
  })

  test('with a list of withdrawals that is not whole does not open', async () => {
    const shape = { version: 1, issuedAt: content.issuedAt, expiresAt: content.expiresAt }
    const lists = { dcc: [], twoddoc: [] }
    const empty = { booklets: [], sites: [], allIssuedUntil: null, slips: [], slipSites: [] }
    const code = async (withdrawn: unknown): Promise<string> =>
      codeOf(await signedMessage(properHeader, { ...shape, ...lists, withdrawn }))
    assert.equal(await code(empty), 'opened')
    assert.equal(await code({ ...empty, booklets: [1] }), 'BUNDLE_MALFORMED')
    assert.equal(await code({ ...empty, sites: [{ site: 'x' }] }), 'BUNDLE_MALFORMED')
    assert.equal(await code({ ...empty, allIssuedUntil: 'then' }), 'BUNDLE_MALFORMED')
    assert.equal(await code([]), 'BUNDLE_MALFORMED')
  })

  test('carries more than a printed code does: ten thousand revocations', async () => {
    const revoked = Array.from({ length: 10_000 }, (_, index) =>
      index.toString(16).padStart(64, '0'),
    )
    const large = await signBundle({ ...content, revoked }, { keyId, sign })
    const opened = await openBundle(large, anchor, at)
    assert.equal(opened.ok && opened.value.revoked?.length, 10_000)
  })

  test('larger than its bound is refused before it is read', async () => {
    const large = new Uint8Array(bundleFormat.bytesMax + 1)
    assert.equal(await codeOf(large), 'BUNDLE_TOO_LARGE')
  })

  test('with any octet changed does not open', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bundle.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (index, mask) => {
          const changed = Uint8Array.from(bundle)
          changed[index] = (changed[index] ?? 0) ^ mask
          assert.match(await codeOf(changed), /^BUNDLE_/)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('is not made of entries that are not base64', async () => {
    const wrong = { ...content, dcc: ['*'] }
    await assert.rejects(signBundle(wrong, { keyId, sign }), TypeError)
  })
})
