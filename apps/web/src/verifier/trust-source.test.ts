import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, test } from 'node:test'
import { routes } from '@sidep/contracts'
import { bytesToBase64 } from '@sidep/encoding'
import {
  type BundleSigner,
  extensionOf,
  extensionTexts,
  noticeText,
  signNotice,
  signSuccession,
  type TrustContent,
} from '@sidep/trust'
import { type KeySet, makeKeySet } from '@sidep/trust/certificates'
import { makeSigner } from '../../../../packages/trust/test/signer.ts'
import greekEntry from '../../../../packages/verdict/src/rules/sets/gr-entry-air.json' with {
  type: 'json',
}
import { type PublishedTrust, publishTrust } from '../../test/published-trust.ts'
import { modeChoices } from './mode.ts'
import { scannedTrust, sharedTrust } from './trust-codes.ts'
import { renewedTrust } from './trust-renewal.ts'
import { storedTrust, type TrustDependencies } from './trust-source.ts'
import { memoryTrustStore, type TrustStore } from './trust-store.ts'

const start = new Date('2021-08-13T15:30:00Z')
const later = (hours: number) => new Date(start.getTime() + hours * 3_600_000)

interface Authority {
  readonly anchor: Uint8Array
  readonly signer: BundleSigner
  readonly publish: (
    number: number,
    issuedAt?: Date,
    content?: Partial<TrustContent>,
    successions?: readonly Uint8Array[],
  ) => Promise<PublishedTrust>
}

const makeAuthority = async (): Promise<Authority> => {
  const keys: KeySet = await makeKeySet({
    at: later(-1),
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    development: true,
  })
  const { anchor, signer } = await makeSigner(keys.signers.bundle)
  const own = {
    keys: new Map([['FR', [bytesToBase64(keys.signers.dcc.certificate)]]]),
    ruleProfile: 'dated',
  }
  return {
    anchor,
    signer,
    publish: (number, issuedAt = start, content = {}, successions = []) =>
      publishTrust(signer, number, issuedAt, { ...own, ...content }, successions),
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

/** A network that answers with this authority and what it published, or not at all. */
const world = (
  answer: { readonly authority: Authority; readonly published: PublishedTrust } | null,
  store = memoryTrustStore(),
  now = start,
  anchor: Uint8Array | null = ours.anchor,
): World => {
  const asked: string[] = []
  const fetch: TrustDependencies['fetch'] = async (path, headers = {}) => {
    asked.push(path.startsWith('/trust/parts/') ? '/trust/parts' : path)
    if (answer === null) throw new TypeError('no network')
    const { published } = answer
    const told = { date: start.toUTCString(), etag: '"one"' }
    if (path === routes.trustIndex) {
      return headers['if-none-match'] === told.etag
        ? new Response(null, { status: 304, headers: told })
        : new Response(published.index.slice().buffer, { headers: told })
    }
    const part = published.parts.get(path.split('/').at(-1) ?? '')
    return part === undefined
      ? new Response('', { status: 404 })
      : new Response(part.slice().buffer, { headers: told })
  }
  return { dependencies: { fetch, store, anchor, now: () => now }, store, asked }
}

const loaded = async (number = 5): Promise<TrustStore> => {
  const { dependencies, store } = world({ authority: ours, published: await ours.publish(number) })
  await renewedTrust(dependencies)
  return store
}

const numberIn = async (store: TrustStore, now = start): Promise<number | undefined> =>
  (await storedTrust(world(null, store, now).dependencies)).data?.index.number

test('the first load goes by the anchor of the page and keeps index and parts; the next asks for the index alone, by its tag', async () => {
  const published = await ours.publish(1)
  const first = world({ authority: ours, published })
  const { data, problem } = await renewedTrust(first.dependencies)
  assert.equal(problem, null)
  assert.equal(data?.trust.signers.length, 1)
  assert.equal(data?.profile.id, 'dated')
  assert.deepEqual([...new Set(first.asked)], [routes.trustIndex, '/trust/parts'])
  const second = world({ authority: ours, published }, first.store)
  const renewed = await renewedTrust(second.dependencies)
  assert.deepEqual(second.asked, [routes.trustIndex])
  assert.equal(renewed.problem, null)
  assert.equal(renewed.data?.index.number, 1)
})

test('of a newer index only the parts that changed are fetched, and those that no index names any more are forgotten', async () => {
  const store = await loaded(5)
  const state = await store.readState()
  // What a server says of a newer one: another tag.
  await store.writeState({ ...(state ?? assert.fail()), tag: null })
  const newer = await ours.publish(6, later(1), { valueSets: { another: ['1'] } })
  const { dependencies, asked } = world({ authority: ours, published: newer }, store, later(1))
  assert.equal((await renewedTrust(dependencies)).data?.index.number, 6)
  assert.deepEqual(asked, [routes.trustIndex, '/trust/parts'])
})

test('without a network what is stored is used, and said to be; with nothing stored that is said', async () => {
  const offline = await renewedTrust(world(null, await loaded()).dependencies)
  assert.equal(offline.problem, 'TRUST_NOT_RENEWED')
  assert.ok(offline.data)
  assert.equal((await renewedTrust(world(null).dependencies)).problem, 'TRUST_UNAVAILABLE')
})

test('another authority, an older number and another index of the same are refused; what was in use stays', async () => {
  const store = await loaded(5)
  const offers = [
    [theirs, await theirs.publish(6), 'TRUST_OTHER_ANCHOR'],
    [ours, await ours.publish(4), 'TRUST_OLDER'],
    [ours, await ours.publish(5, later(1)), 'TRUST_OLDER'],
  ] as const
  for (const [authority, published, problem] of offers) {
    const state = await store.readState()
    await store.writeState({ ...(state ?? assert.fail()), tag: null })
    const refused = await renewedTrust(world({ authority, published }, store).dependencies)
    assert.equal(refused.problem, problem)
    assert.equal(refused.data?.index.number, 5)
  }
})

test('a newer index whose parts do not come leaves what is in use, until they do', async () => {
  const store = await loaded(5)
  const state = await store.readState()
  await store.writeState({ ...(state ?? assert.fail()), tag: null })
  const newer = await ours.publish(6, later(1), { valueSets: { another: ['1'] } })
  const half = { index: newer.index, parts: new Map() }
  const waiting = await renewedTrust(
    world({ authority: ours, published: half }, store, later(1)).dependencies,
  )
  assert.equal(waiting.problem, 'TRUST_NOT_RENEWED')
  assert.equal(waiting.data?.index.number, 5)
  const whole = world({ authority: ours, published: newer }, store, later(1))
  assert.equal((await renewedTrust(whole.dependencies)).data?.index.number, 6)
})

test('a damaged index, a page of a captive portal and an error leave what is stored', async () => {
  const store = await loaded()
  const refusing = {
    ...world(null, store).dependencies,
    fetch: async () => new Response('no', { status: 503 }),
  }
  assert.equal((await renewedTrust(refusing)).problem, 'TRUST_NOT_RENEWED')
  const page = { ...refusing, fetch: async () => new Response('<html>') }
  const renewed = await renewedTrust(page)
  assert.equal(renewed.problem, 'TRUST_UNREADABLE')
  assert.equal(renewed.data?.index.number, 5)
  const fresh = { ...world(null).dependencies, fetch: async () => new Response('<html>') }
  assert.equal((await renewedTrust(fresh)).problem, 'TRUST_UNREADABLE')
})

test('a clock before the data, and data past its end, are told apart; three days alone are neither', async () => {
  const store = await loaded()
  const problemAt = async (now: Date) =>
    (await storedTrust(world(null, store, now).dependencies)).problem
  assert.equal(await problemAt(later(-1)), 'TRUST_CLOCK')
  assert.equal(await problemAt(later(80)), null)
  assert.equal(await problemAt(later(24 * 61)), 'TRUST_EXPIRED')
})

test('the difference to the server’s clock is measured', async () => {
  const published = await ours.publish(1)
  const { dependencies } = world({ authority: ours, published }, memoryTrustStore(), later(2))
  assert.equal((await renewedTrust(dependencies)).clockDifferenceMilliseconds, 2 * 3_600_000)
})

test('a successor that the pinned anchor signed for is followed and kept; the anchor is believed no more', async () => {
  const store = await loaded(5)
  const succession = await signSuccession(theirs.anchor, start, ours.signer)
  const offer = async (authority: Authority, number: number) => {
    const state = await store.readState()
    await store.writeState({ ...(state ?? assert.fail()), tag: null })
    const published = await authority.publish(number, later(number), {}, [succession])
    return await renewedTrust(world({ authority, published }, store, later(number)).dependencies)
  }
  assert.equal((await offer(theirs, 6)).problem, null)
  assert.deepEqual((await store.readState())?.anchor, theirs.anchor)
  assert.equal((await offer(ours, 7)).problem, 'TRUST_OTHER_ANCHOR')
})

test('the first that answers is not believed: an index of another than the page’s anchor, or of any where it has none', async () => {
  const published = await theirs.publish(1)
  const other = await renewedTrust(world({ authority: theirs, published }).dependencies)
  assert.equal(other.problem, 'TRUST_OTHER_ANCHOR')
  assert.equal(other.data, null)
  const without = world({ authority: theirs, published }, memoryTrustStore(), start, null)
  assert.equal((await renewedTrust(without.dependencies)).problem, 'TRUST_NO_ANCHOR')
  assert.deepEqual(without.asked, [])
})

test('where nothing leads on from a lost key, another version of the page begins anew; none leads back', async () => {
  const store = await loaded(5)
  const offer = async (authority: Authority, number: number, anchor: Uint8Array) => {
    const published = await authority.publish(number, later(1))
    const { dependencies } = world({ authority, published }, store, later(1), anchor)
    const state = await store.readState()
    await store.writeState({ ...(state ?? assert.fail()), tag: null })
    return await renewedTrust(dependencies)
  }
  // A page alone changes nothing while what is served leads on.
  assert.equal((await offer(ours, 6, theirs.anchor)).problem, null)
  assert.deepEqual((await store.readState())?.anchor, ours.anchor)
  assert.equal((await offer(theirs, 7, ours.anchor)).problem, 'TRUST_OTHER_ANCHOR')
  const anew = await offer(theirs, 7, theirs.anchor)
  assert.equal(anew.problem, null)
  assert.equal(anew.data?.index.number, 7)
  assert.equal((await offer(ours, 8, ours.anchor)).problem, 'TRUST_OTHER_ANCHOR')
})

const notice = {
  id: '2021-08-13/1',
  from: later(-1).toISOString(),
  until: later(24).toISOString(),
  accepts: ['slip'],
  sites: ['75'],
  fr: 'Les fiches papier de Paris sont acceptées.',
  en: 'Paper slips of Paris are accepted.',
} as const

test('a notice scanned from paper counts at once and stays; of another authority, or over, it is refused', async () => {
  const store = await loaded()
  const { dependencies, asked } = world(null, store)
  const text = noticeText(await signNotice(notice, ours.signer))
  assert.deepEqual(await scannedTrust(text, null, dependencies), { kind: 'notice' })
  const { data } = await storedTrust(dependencies)
  assert.deepEqual(
    data?.trust.tolerated.map(({ id }) => id),
    [notice.id],
  )
  const foreign = noticeText(await signNotice(notice, theirs.signer))
  assert.equal((await scannedTrust(foreign, null, dependencies)).kind, 'refused')
  const over = world(null, store, later(25)).dependencies
  assert.deepEqual(await scannedTrust(text, null, over), {
    kind: 'refused',
    problem: 'NOTICE_ENDED',
    gathered: null,
  })
  assert.equal((await scannedTrust('TN1:ABC', null, dependencies)).kind, 'refused')
  assert.deepEqual(asked, [])
})

test('a device without network takes a newer index over from the codes of another, in any order', async () => {
  const store = await loaded(5)
  const newer = await ours.publish(6, later(1), {
    continuity: [],
    withdrawn: {
      booklets: ['00'.repeat(8)],
      sites: [],
      allIssuedUntil: null,
      slips: [],
      slipSites: [],
    },
  })
  const other = await loadedWith(newer)
  const texts = (await sharedTrust(world(null, other, later(1)).dependencies)) ?? []
  assert.ok(texts.length > 1)
  const { dependencies, asked } = world(null, store, later(1))
  let gathered = null
  for (const [place, text] of [...texts].reverse().entries()) {
    const result = await scannedTrust(text, gathered, dependencies)
    if (place < texts.length - 1) {
      assert.ok(result.kind === 'more')
      assert.equal(result.missing.length, texts.length - 1 - place)
      gathered = result.gathered
    } else assert.deepEqual(result, { kind: 'extended' })
  }
  assert.equal(await numberIn(store, later(1)), 6)
  assert.deepEqual(asked, [])
})

const loadedWith = async (published: PublishedTrust): Promise<TrustStore> => {
  const { dependencies, store } = world(
    { authority: ours, published },
    memoryTrustStore(),
    later(1),
  )
  await renewedTrust(dependencies)
  return store
}

test('codes of another authority, of an older index and damaged ones change nothing', async () => {
  const store = await loaded(5)
  const scanAll = async (published: PublishedTrust): Promise<string> => {
    const parts = [...published.parts].map(([sha256, bytes]) => ({ sha256, bytes: bytes.length }))
    const extension = await extensionOf(
      { bytes: published.index, parts },
      new Set(published.parts.keys()),
      async () => null,
    )
    let gathered = null
    for (const text of await extensionTexts(extension)) {
      const result = await scannedTrust(text, gathered, world(null, store).dependencies)
      if (result.kind === 'refused') return result.problem
      gathered = result.kind === 'more' ? result.gathered : null
    }
    return 'taken'
  }
  assert.equal(await scanAll(await theirs.publish(6)), 'INDEX_SIGNATURE')
  assert.equal(await scanAll(await ours.publish(4)), 'INDEX_OLDER')
  const damaged = await scannedTrust('TX1:nonsense', null, world(null, store).dependencies)
  assert.equal(damaged.kind, 'refused')
  assert.equal(await numberIn(store), 5)
})

test('rules of another country come with the parts, and are to be chosen from then on', async () => {
  const set = { ...greekEntry, country: 'AT', timeZone: 'Europe/Vienna' }
  const published = await ours.publish(1, start, { ruleSets: [set] })
  const { data } = await renewedTrust(world({ authority: ours, published }).dependencies)
  const choices = modeChoices(data?.profile ?? assert.fail())
  assert.deepEqual(
    choices.map(({ id }) => id),
    ['pass:FR', 'entry:GR', 'entry:AT'],
  )
})

test('a text that is neither is left to the verdict', async () => {
  const { dependencies } = world(null, await loaded())
  assert.deepEqual(await scannedTrust('HC1:6BF', null, dependencies), { kind: 'none' })
})
