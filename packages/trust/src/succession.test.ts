import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { bytesToHex } from '@sidep/encoding'
import {
  type BundleContent,
  type BundleSigner,
  followBundle,
  openBundle,
  signBundle,
  signSuccession,
} from './index.ts'
import { generateSignerKeys } from './making.ts'

const at = new Date('2021-08-13T12:00:00Z')
const content: BundleContent = {
  version: 1,
  issuedAt: '2021-08-13T12:00:00Z',
  expiresAt: '2021-08-20T12:00:00Z',
  dcc: [],
  twoddoc: [],
  revoked: [],
}

interface Anchor extends BundleSigner {
  readonly spki: Uint8Array
}

const makeAnchor = async (): Promise<Anchor> => {
  const { publicKey, privateKey } = await generateSignerKeys()
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
  const sign = async (bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(
      await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        privateKey,
        new Uint8Array(bytes),
      ),
    )
  return { keyId: spki.slice(0, 8), spki, sign }
}

const [first, second, third, stranger] = await Promise.all(Array.from({ length: 4 }, makeAnchor))
assert.ok(first && second && third && stranger)
const toSecond = await signSuccession(second.spki, at, first)
const toThird = await signSuccession(third.spki, at, second)

const opens = async (bundle: Uint8Array, { spki }: Anchor): Promise<string> => {
  const opened = await followBundle(bundle, spki, at)
  return opened.ok ? bytesToHex(opened.value.anchor) : opened.code
}

suite('an anchor and its successors', () => {
  test('who pinned the first follows to the third, in whatever order the statements come', async () => {
    for (const statements of [
      [toSecond, toThird],
      [toThird, toSecond],
    ]) {
      const bundle = await signBundle(content, third, statements)
      assert.equal(await opens(bundle, first), bytesToHex(third.spki))
      assert.equal(await opens(bundle, second), bytesToHex(third.spki))
      assert.equal(await opens(bundle, third), bytesToHex(third.spki))
      assert.deepEqual(await openBundle(bundle, first.spki, at), { ok: true, value: content })
    }
  })

  test('a successor that is published and does not sign yet changes nothing', async () => {
    const bundle = await signBundle(content, first, [toSecond])
    assert.equal(await opens(bundle, first), bytesToHex(first.spki))
  })

  test('nothing leads back: who holds to the second refuses what the first signs', async () => {
    const bundle = await signBundle(content, first, [toSecond])
    assert.equal(await opens(bundle, second), 'BUNDLE_SIGNATURE')
  })

  test('a statement that is missing, of a stranger, changed or no statement leads nowhere', async () => {
    const forged = await signSuccession(stranger.spki, at, stranger)
    const changed = new Uint8Array(toSecond)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    const borrowed = await signBundle(content, first)
    for (const statements of [
      [],
      [toThird],
      [forged],
      [changed, toThird],
      [borrowed],
      [new Uint8Array(2_000)],
    ]) {
      const bundle = await signBundle(content, third, statements)
      assert.equal(await opens(bundle, first), 'BUNDLE_SIGNATURE')
    }
    const byStranger = await signBundle(content, stranger, [toSecond, toThird, forged])
    assert.equal(await opens(byStranger, first), 'BUNDLE_SIGNATURE')
  })

  test('statements in a circle end, and so do too many of them', async () => {
    const back = await signSuccession(first.spki, at, second)
    const circle = await signBundle(content, second, [back, toSecond])
    assert.equal(await opens(circle, first), bytesToHex(second.spki))
    const many = await signBundle(content, third, [
      ...Array.from({ length: 40 }, () => back),
      toSecond,
      toThird,
    ])
    assert.equal(await opens(many, first), 'BUNDLE_SIGNATURE')
  })
})
