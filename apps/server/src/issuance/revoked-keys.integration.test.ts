/** What a key's revocation means to those who rely on it: verifiers, counters, the portal itself. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { beforeEach, test } from 'node:test'
import type { BookletsInForce, ScreeningAnswer } from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import { loadTrust, openBundle, type Trust } from '@sidep/trust'
import { verify } from '@sidep/verdict'
import { certified, makeCounter } from '../continuity/testing.ts'
import { until } from '../login/testing.ts'
import type { SignerScope } from '../platform/signer.ts'
import { clusterOfFile, sampleScreening } from '../platform/testing.ts'
import { readRootKey } from './key-folder.ts'
import { openKeyRings } from './key-rings.ts'
import { endKey, RotationRefused, rotateKey } from './rotate.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal({ environment: { KEYS_REFRESH_SECONDS: '1' } })
// Each change of keys has minutes of its own.
beforeEach(() => portal.clock.advance(60_000))

const anchor = async (): Promise<Uint8Array<ArrayBuffer>> => {
  const spki = base64ToBytes(
    (await portal.send('GET', '/trust/anchor')).json<{ spki: string }>().spki,
  )
  assert.ok(spki.ok)
  return spki.value
}

/** As a verifier has it that knows a bundle signer. */
const openWith = async (spki: Uint8Array<ArrayBuffer>) => {
  const response = await fetch(`http://127.0.0.1:${portal.server.port}/trust/bundle`)
  return openBundle(new Uint8Array(await response.arrayBuffer()), spki, portal.clock.now())
}
const trustNow = async (): Promise<Trust> => {
  const opened = await openWith(await anchor())
  assert.ok(opened.ok, JSON.stringify(opened))
  return loadTrust(opened.value)
}
const codeOf = async (text: string, trust: Trust): Promise<string> =>
  (await verify(text, trust, portal.clock.now(), { kind: 'none' })).code

const record = async (): Promise<{ hcert: string; twoddoc: string }> => {
  const { cookie } = await makeCounter(portal)
  const reply = await portal.send('POST', '/api/screenings', sampleScreening(portal), { cookie })
  const { certificate } = reply.json<ScreeningAnswer>()
  assert.ok(certificate?.hcert, reply.text)
  return { hcert: certificate.hcert, twoddoc: certificate.twoddoc }
}

/** Rotates a scope and ends the key of before, as the person on duty does; resolves once the server has done so too. */
const replaceStolen = async (scope: SignerScope): Promise<void> => {
  // What a bundle lists of the keys of certificates; of sessions and bundles it lists none.
  const isListed = scope !== 'bundle' && scope !== 'session'
  const countOf = (): number => {
    const { continuity = [], dcc, twoddoc } = portal.server.trust
    return continuity.length + dcc.length + twoddoc.length
  }
  const { configuration, clock, randomBytes, database } = portal.server.platform
  const dependencies = { configuration, clock, randomBytes, database }
  const stolen = (await openKeyRings(dependencies)).scopes[scope].current()
  await assert.rejects(endKey(dependencies, stolen, 'test'), RotationRefused)
  const before = countOf()
  const rootKey = await readRootKey(join(configuration.keysDirectory, 'root.key.pem'))
  const next = await rotateKey(dependencies, {
    scope,
    leadMilliseconds: 3_000,
    rootKey,
    twoddoc: null,
    by: 'test',
  })
  if (isListed) await until(() => countOf() === before + 1)
  portal.clock.set(new Date(next.signsFrom.getTime() + 1_000).toISOString())
  await endKey(dependencies, stolen, 'test')
  if (scope === 'bundle') {
    const old = Buffer.from(await crypto.subtle.exportKey('spki', stolen.publicKey))
    await until(async () => Buffer.compare(Buffer.from(await anchor()), old) !== 0)
  } else await until(() => countOf() === before)
}

test('twoddoc: codes of the stolen key are refused from the next bundle on, the same person’s EU code is not', async () => {
  const before = await record()
  assert.equal(await codeOf(before.twoddoc, await trustNow()), 'ACCEPTED')
  await replaceStolen('twoddoc')
  const trust = await trustNow()
  assert.notEqual(await codeOf(before.twoddoc, trust), 'ACCEPTED')
  assert.equal(await codeOf(before.hcert, trust), 'ACCEPTED')
  assert.equal(await codeOf((await record()).twoddoc, trust), 'ACCEPTED')
})

test('continuity: what booklets of the stolen key signed is refused by verifiers and at reconciling; counters hear that theirs counts no more and take another', async () => {
  const counter = await makeCounter(portal)
  const { answer, booklet } = await counter.takeBooklet()
  const inForce = async (): Promise<readonly string[]> =>
    (await counter.send('GET', '/api/booklets')).json<BookletsInForce>().booklets
  const item = await certified(portal, counter, booklet, 1)
  const text = item.provisional ?? ''
  assert.equal(await codeOf(text, await trustNow()), 'ACCEPTED')
  assert.deepEqual(await inForce(), [answer.id])

  await replaceStolen('continuity')
  assert.notEqual(await codeOf(text, await trustNow()), 'ACCEPTED')
  const [line] = await counter.reconcile([item])
  assert.equal(line?.status, 'refused', JSON.stringify(line))
  assert.deepEqual(await inForce(), [], 'it would sign what everybody refuses')

  portal.clock.advance(60_000)
  const next = await counter.takeBooklet()
  assert.deepEqual(await inForce(), [next.answer.id])
  const again = await certified(portal, counter, next.booklet, 1)
  assert.equal(await codeOf(again.provisional ?? '', await trustNow()), 'ACCEPTED')
  const [taken] = await counter.reconcile([again])
  assert.equal(taken?.status, 'definitive', JSON.stringify(taken))
})

test('bundle: verifiers follow from the stolen anchor to the next one by themselves, and take nothing more of the old', async () => {
  const old = await anchor()
  const kept = await fetch(`http://127.0.0.1:${portal.server.port}/trust/bundle`)
  const before = await openBundle(new Uint8Array(await kept.arrayBuffer()), old, portal.clock.now())
  assert.ok(before.ok)
  await replaceStolen('bundle')
  const followed = await openWith(old)
  assert.ok(followed.ok, JSON.stringify(followed))
  const own = await openWith(await anchor())
  assert.ok(own.ok, JSON.stringify(own))
  assert.deepEqual(followed.value, own.value)
  assert.equal(await codeOf((await record()).hcert, await loadTrust(followed.value)), 'ACCEPTED')
})
