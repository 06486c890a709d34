import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, test } from 'node:test'
import { routes } from '@sidep/contracts'
import { bytesToBase64 } from '@sidep/encoding'
import { type BundleSigner, signBundle, signSuccession } from '@sidep/trust'
import { type KeySet, makeKeySet } from '@sidep/trust/certificates'
import { makeSigner } from '../../../../packages/trust/test/signer.ts'
import { renewedTrust, storedTrust, type TrustDependencies } from './trust-source.ts'
import { memoryTrustStore, type TrustStore } from './trust-store.ts'

const start = new Date('2021-08-13T15:30:00Z')
const later = (hours: number) => new Date(start.getTime() + hours * 3_600_000)

interface Authority {
  readonly anchor: Uint8Array
  readonly signer: BundleSigner
  readonly bundleOf: (issuedAt: Date, successions?: readonly Uint8Array[]) => Promise<Uint8Array>
}

const makeAuthority = async (): Promise<Authority> => {
  const keys: KeySet = await makeKeySet({
    at: later(-1),
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    development: true,
  })
  const { anchor, signer } = await makeSigner(keys.signers.bundle)
  return {
    anchor,
    signer,
    bundleOf: (issuedAt, successions) =>
      signBundle(
        {
          version: 1,
          issuedAt: issuedAt.toISOString(),
          expiresAt: new Date(issuedAt.getTime() + 7 * 86_400_000).toISOString(),
          dcc: [bytesToBase64(keys.signers.dcc.certificate)],
          twoddoc: [],
          ruleProfile: 'dated',
        },
        signer,
        successions,
      ),
  }
}

let ours: Authority
let theirs: Authority
before(async () => {
  ours = await makeAuthority()
  theirs = await makeAuthority()
})

interface World {
  readonly dependencies: TrustDependencies
  readonly store: TrustStore
  readonly asked: string[]
}

/** A network that answers with this authority and bundle, or not at all. */
const world = (
  answer: { authority: Authority; bundle: Uint8Array } | null,
  store = memoryTrustStore(),
  now = start,
): World => {
  const asked: string[] = []
  const fetch = async (path: string): Promise<Response> => {
    asked.push(path)
    if (answer === null) throw new TypeError('no network')
    const headers = { date: start.toUTCString() }
    return path === routes.trustAnchor
      ? Response.json({ spki: bytesToBase64(answer.authority.anchor) }, { headers })
      : new Response(answer.bundle.slice().buffer, { headers })
  }
  return { dependencies: { fetch, store, now: () => now }, store, asked }
}

const loaded = async (issuedAt = start): Promise<TrustStore> => {
  const answer = { authority: ours, bundle: await ours.bundleOf(issuedAt) }
  const { dependencies, store } = world(answer, memoryTrustStore(), issuedAt)
  await renewedTrust(dependencies)
  return store
}

test('the first load pins the anchor and keeps the bundle; later loads do not ask for the anchor', async () => {
  const first = world({ authority: ours, bundle: await ours.bundleOf(start) })
  const { data, problem } = await renewedTrust(first.dependencies)
  assert.equal(problem, null)
  assert.equal(data?.trust.signers.length, 1)
  assert.equal(data?.profile.id, 'dated')
  assert.deepEqual(first.asked, [routes.trustAnchor, routes.trustBundle])

  const second = world({ authority: ours, bundle: await ours.bundleOf(later(1)) }, first.store)
  const renewed = await renewedTrust({ ...second.dependencies, now: () => later(1) })
  assert.deepEqual(second.asked, [routes.trustBundle])
  assert.deepEqual(renewed.data?.issuedAt, later(1))
})

test('without a network what is stored is used, and said to be; with nothing stored that is said', async () => {
  const { dependencies } = world(null, await loaded())
  const offline = await renewedTrust(dependencies)
  assert.equal(offline.problem, 'TRUST_NOT_RENEWED')
  assert.ok(offline.data)
  assert.equal((await renewedTrust(world(null).dependencies)).problem, 'TRUST_UNAVAILABLE')
})

test('another authority is refused, even when it brings its own anchor', async () => {
  const store = await loaded()
  const before = await store.read()
  const { dependencies } = world(
    { authority: theirs, bundle: await theirs.bundleOf(later(1)) },
    store,
  )
  const refused = await renewedTrust({ ...dependencies, now: () => later(1) })
  assert.equal(refused.problem, 'TRUST_OTHER_ANCHOR')
  assert.deepEqual(refused.data?.issuedAt, start)
  assert.equal(await store.read(), before)
})

test('an older bundle does not replace a newer one', async () => {
  const store = await loaded(later(2))
  const { dependencies } = world(
    { authority: ours, bundle: await ours.bundleOf(start) },
    store,
    later(3),
  )
  const renewed = await renewedTrust(dependencies)
  assert.deepEqual(renewed.data?.issuedAt, later(2))
  assert.equal(renewed.problem, 'TRUST_OLDER')
  assert.deepEqual((await storedTrust(dependencies)).data?.issuedAt, later(2))
})

test('an older bundle is refused whatever the clock says: with the newest expired, or from the future', async () => {
  const older = { authority: ours, bundle: await ours.bundleOf(later(24 * 20)) }
  for (const setTo of [later(24 * 40), later(24 * 21)]) {
    const store = await loaded(later(24 * 30))
    const { dependencies } = world(older, store, setTo)
    const renewed = await renewedTrust(dependencies)
    assert.equal(renewed.problem, 'TRUST_OLDER')
    assert.equal(renewed.data, null)
    assert.equal((await storedTrust(dependencies)).data, null)
  }
})

test('an older bundle is refused after a newer one that could not be used', async () => {
  const store = await loaded()
  const before = await store.read()
  const future = { authority: ours, bundle: await ours.bundleOf(later(5)) }
  assert.equal((await renewedTrust(world(future, store).dependencies)).problem, 'TRUST_CLOCK')
  const between = { authority: ours, bundle: await ours.bundleOf(later(1)) }
  const renewed = await renewedTrust(world(between, store, later(1)).dependencies)
  assert.equal(renewed.problem, 'TRUST_OLDER')
  // What it had it goes on with.
  assert.deepEqual(renewed.data?.issuedAt, start)
  assert.equal((await store.read())?.bundle, before?.bundle)
})

test('a device that kept its bundle before the newest was noted down goes by that', async () => {
  const kept = await (await loaded(later(2))).read()
  assert.ok(kept)
  const store = memoryTrustStore({ anchor: kept.anchor, bundle: kept.bundle })
  const older = { authority: ours, bundle: await ours.bundleOf(start) }
  assert.equal(
    (await renewedTrust(world(older, store, later(200)).dependencies)).problem,
    'TRUST_OLDER',
  )
})

test('a damaged bundle, a page of a captive portal and an error leave what is stored', async () => {
  const store = await loaded()
  const damaged = (await ours.bundleOf(start)).slice(0, -9)
  const broken = world({ authority: ours, bundle: damaged }, store)
  assert.equal((await renewedTrust(broken.dependencies)).problem, 'TRUST_UNREADABLE')
  const refusing = {
    ...broken.dependencies,
    fetch: async () => new Response('no', { status: 503 }),
  }
  assert.equal((await renewedTrust(refusing)).problem, 'TRUST_NOT_RENEWED')
  const portal = { ...world(null).dependencies, fetch: async () => new Response('<html>') }
  assert.equal((await renewedTrust(portal)).problem, 'TRUST_UNAVAILABLE')
})

test('a clock before the data, and data past its end, are told apart', async () => {
  const store = await loaded()
  assert.equal(
    (await storedTrust(world(null, store, later(-1)).dependencies)).problem,
    'TRUST_CLOCK',
  )
  assert.equal(
    (await storedTrust(world(null, store, later(200)).dependencies)).problem,
    'TRUST_EXPIRED',
  )
})

test('the difference to the server’s clock is measured', async () => {
  const bundle = await ours.bundleOf(start)
  const { dependencies } = world({ authority: ours, bundle }, memoryTrustStore(), later(2))
  assert.equal((await renewedTrust(dependencies)).clockDifferenceMilliseconds, 2 * 3_600_000)
})

test('a successor that the pinned anchor signed for is followed and kept; the anchor is believed no more', async () => {
  const first = world({ authority: ours, bundle: await ours.bundleOf(start) })
  await renewedTrust(first.dependencies)
  const succession = await signSuccession(theirs.anchor, start, ours.signer)

  const succeeded = await theirs.bundleOf(later(1), [succession])
  const second = world({ authority: theirs, bundle: succeeded }, first.store, later(1))
  assert.equal((await renewedTrust(second.dependencies)).problem, null)
  assert.deepEqual((await second.store.read())?.anchor, theirs.anchor)

  const back = await ours.bundleOf(later(2), [succession])
  const third = world({ authority: ours, bundle: back }, first.store, later(2))
  assert.equal((await renewedTrust(third.dependencies)).problem, 'TRUST_OTHER_ANCHOR')
})
