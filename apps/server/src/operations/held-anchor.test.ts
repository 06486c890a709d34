import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { routes } from '@sidep/contracts'
import { bytesToBase64 } from '@sidep/encoding'
import { signBundle } from '@sidep/trust'
import { makeTestSigner } from '../login/testing.ts'
import { openAnchor } from './held-anchor.ts'
import type { ProbeBrowser } from './probes/browser.ts'
import { pollBundle } from './probes/entry.ts'

const folder = await mkdtemp(join(tmpdir(), 'sidep-anchor-'))
after(() => rm(folder, { recursive: true, force: true }))
const [ours, next, theirs] = await Promise.all([
  makeTestSigner('bundle'),
  makeTestSigner('bundle'),
  makeTestSigner('bundle'),
])
const now = new Date('2026-11-30T14:00:00Z')
const bundle = await signBundle(
  {
    version: 1,
    issuedAt: '2026-11-30T13:00:00Z',
    expiresAt: '2026-12-01T13:00:00Z',
    dcc: [],
    twoddoc: [],
  },
  ours,
)

/** A portal that serves this bundle, a page that brings the one key, and another key as its own word. */
const portal = (page: string, word: Uint8Array): ProbeBrowser => ({
  ask: async (url) => ({
    url,
    status: url.pathname === routes.trustAnchor || page !== '' ? 200 : 404,
    text:
      url.pathname === routes.trustAnchor ? JSON.stringify({ spki: bytesToBase64(word) }) : page,
    headers: {},
  }),
  follow: () => assert.fail(),
  bytes: async () => bundle,
})
const pageWith = (anchor: Uint8Array) =>
  `<head><meta name="trust-anchor" content="${bytesToBase64(anchor)}" /></head>`
const verifier = 'https://sidep.example'

test('the probe begins by the key of the verifier’s page, whatever the address of the trust answers', async () => {
  const held = await pollBundle(
    portal(pageWith(ours.certificate), theirs.certificate),
    verifier,
    null,
    now,
  )
  assert.deepEqual(held.anchor, ours.certificate)
  await assert.rejects(
    pollBundle(portal(pageWith(theirs.certificate), ours.certificate), verifier, null, now),
  )
  // A portal without pages.
  assert.ok(await pollBundle(portal('', ours.certificate), verifier, null, now))
})

test('a pinned key is held to from the first look on, whatever the page brings', async () => {
  const { get } = await openAnchor(join(folder, 'pinned'), theirs.certificate)
  await assert.rejects(
    pollBundle(portal(pageWith(ours.certificate), ours.certificate), verifier, get(), now),
  )
})

test('a successor is kept over a restart, until another key is pinned', async () => {
  const own = join(folder, 'kept')
  const first = await openAnchor(own, ours.certificate)
  assert.deepEqual(first.get(), ours.certificate)
  await first.set(next.certificate)
  assert.deepEqual((await openAnchor(own, ours.certificate)).get(), next.certificate)
  assert.deepEqual((await openAnchor(own, null)).get(), next.certificate)
  assert.deepEqual((await openAnchor(own, theirs.certificate)).get(), theirs.certificate)
})
