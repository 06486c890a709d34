import assert from 'node:assert/strict'
import { request } from 'node:http'
import { suite, test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { routes, type ScreeningAnswer } from '@sidep/contracts'
import { agesByKind, limitsOf, nothingRevoked, type OwnRevocations } from '@sidep/trust'
import { makeTestSigner } from '../login/testing.ts'
import { makeMetrics } from '../platform/metrics.ts'
import type { Reread } from '../platform/reread.ts'
import { fixedRing } from '../platform/signer.ts'
import {
  clusterOfFile,
  newId,
  sampleScreening,
  type TestPortal,
  testSites,
} from '../platform/testing.ts'
import { openCarriedSource } from './carried-source.ts'
import { readFilters } from './filter-store.ts'
import { lookAtFilters } from './filter-worker.ts'
import { replaceCarried } from './index-store.ts'
import { openPublishedIndex } from './published-index.ts'
import { startVerifier } from './testing.ts'

const hour = 3_600_000
const cluster = await clusterOfFile()
const portal = await cluster.portal()

interface Entered {
  readonly id: string
  readonly texts: readonly string[]
}

const enter = async (familyName: string, on: TestPortal = portal): Promise<Entered> => {
  const { person } = sampleScreening(on)
  const screening = sampleScreening(on, { person: { ...person, familyName } })
  const by = await on.signInAt(testSites.parvis)
  const reply = await on.send('POST', routes.screenings, screening, by)
  assert.equal(reply.status, 201, reply.text)
  const { certificate } = reply.json<ScreeningAnswer>()
  assert.ok(certificate?.hcert)
  return { id: screening.id, texts: [certificate.hcert, certificate.twoddoc] }
}

const withdraw = async ({ id }: Entered, on: TestPortal = portal): Promise<void> => {
  const path = routes.screeningWithdrawal.replace(':id', id)
  const body = { id: newId(on.clock), replaces: 1, reason: 'wrong-person' }
  const reply = await on.send('POST', path, body, await on.signInAt(testSites.parvis))
  assert.equal(reply.status, 200, reply.text)
}

const look = (on: TestPortal) => lookAtFilters(on.server.platform, new AbortController().signal)

const accepted = ['ACCEPTED', 'ACCEPTED']
const revoked = ['REVOKED', 'REVOKED']

/** As it comes: fetch would decompress it. */
const rawGet = (path: string, headers: Record<string, string>) => {
  const { promise, resolve, reject } = Promise.withResolvers<{ bytes: Buffer; encoding: unknown }>()
  request({ port: portal.server.port, path, headers }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () =>
      resolve({ bytes: Buffer.concat(chunks), encoding: response.headers['content-encoding'] }),
    )
  })
    .on('error', reject)
    .end()
  return promise
}

suite('the index that verifiers follow', () => {
  test('carries ages, no cookie, a tag; whoever has it gets nothing again, and parts for ever', async () => {
    const first = await portal.send('GET', routes.trustIndex, undefined, { cookie: null })
    assert.equal(first.status, 200)
    assert.equal(first.headers.get('set-cookie'), null)
    const tag = first.headers.get('etag') ?? ''
    const headers = { 'if-none-match': tag }
    assert.equal((await portal.send('GET', routes.trustIndex, undefined, { headers })).status, 304)

    const verifier = await startVerifier(portal)
    const { adopted } = await verifier.poll()
    assert.ok(adopted)
    const { index } = adopted.opened
    assert.deepEqual(
      agesByKind(index, portal.clock.now()).map(({ kind, state }) => [kind, state]),
      [
        ['keys', 'fresh'],
        ['revocations', 'fresh'],
        ['rules', 'fresh'],
        ['notices', 'fresh'],
      ],
    )
    const keys = index.parts.find(({ name }) => name === 'keys/FR')
    const path = routes.trustPart.replace(':id', keys?.sha256 ?? '')
    const part = await portal.send('GET', path, undefined, { cookie: null })
    assert.equal(part.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    const deflated = await rawGet(path, { 'accept-encoding': 'gzip, br' })
    const plain = await rawGet(path, {})
    assert.equal(plain.encoding, undefined)
    if (deflated.encoding === 'br') {
      assert.deepEqual(brotliDecompressSync(deflated.bytes), plain.bytes)
    } else assert.deepEqual(deflated.bytes, plain.bytes)
    const unknown = routes.trustPart.replace(':id', '0'.repeat(64))
    assert.equal((await portal.send('GET', unknown)).code, 'ROUTE_UNKNOWN')
  })

  test('a certificate is accepted until it is withdrawn, and refused after one poll', async () => {
    const verifier = await startVerifier(portal)
    await verifier.poll()
    const [one, other] = [await enter('ALOUETTE'), await enter('BERGERONNETTE')]
    assert.deepEqual(await verifier.codesOf(one.texts), accepted)
    await withdraw(one)
    await verifier.pollUntil(
      async () => String(await verifier.codesOf(one.texts)) === String(revoked),
    )
    assert.deepEqual(await verifier.codesOf(other.texts), accepted)
    assert.equal((await verifier.poll()).adopted, null, 'nothing changed since')
  })

  test('its number grows by one, over processes that share the database and over restarts', async () => {
    const twin = await cluster.portal({ database: 0 })
    const numberAt = async (on: TestPortal, least = 1) => {
      const verifier = await startVerifier(on)
      const number = async () => (await verifier.current())?.opened.index.number ?? 0
      await verifier.pollUntil(async () => (await number()) >= least)
      return number()
    }
    const before = await numberAt(portal)
    assert.equal(await numberAt(twin), before)
    await withdraw(await enter('CHARDONNERET'))
    const after = await numberAt(portal, before + 1)
    assert.equal(after, before + 1)
    const restarted = await cluster.portal({ database: 0 })
    assert.equal(await numberAt(restarted), after)
  })

  test('is signed again within the hour, so that its ages stay young, and its parts are those of before', async () => {
    const verifier = await startVerifier(portal)
    await verifier.poll()
    const { fetched } = verifier
    const before = await verifier.current()
    portal.clock.advance(hour)
    const number = before?.opened.index.number ?? 0
    await verifier.pollUntil(
      async () => ((await verifier.current())?.opened.index.number ?? 0) > number,
    )
    const after = await verifier.current()
    assert.equal(verifier.fetched, fetched)
    assert.equal((after?.opened.index.number ?? 0) - (before?.opened.index.number ?? 0), 1)
    const [own] = after?.opened.index.parts.filter(({ name }) => name === 'revocations/own') ?? []
    assert.equal(own?.asOf, portal.clock.now().toISOString())
    assert.deepEqual(own && limitsOf(own.name).refuseAfterSeconds, 72 * 3600)
  })

  test('carries what others publish with the time that it is of, beside the portal’s own', async () => {
    const { writeParts, emptyContent } = await import('@sidep/trust')
    const spki = (await portal.send('GET', routes.trustAnchor)).json<{ spki: string }>().spki
    const theirs = writeParts({
      ...emptyContent,
      keys: new Map([['SE', [{ kid: 'AQIDBAUGBwg=', spki, country: 'SE' }]]]),
      valueSets: { 'covid-19-lab-result': ['260415000'] },
    })
    const asOf = new Date(portal.clock.now().getTime() - 5 * hour)
    const parts = ['keys/SE', 'value-sets'].map((name) => ({
      name,
      asOf,
      bytes: theirs.get(name) ?? new Uint8Array(),
    }))
    await replaceCarried(portal.sql, parts, portal.clock.now())
    const other = await cluster.portal({ database: 0 })
    other.clock.set(portal.clock.now().toISOString())
    const verifier = await startVerifier(other)
    await verifier.poll()
    const used = await verifier.current()
    assert.deepEqual([...(used?.content.keys.keys() ?? [])].sort(), ['FR', 'SE'])
    const swedish = used?.opened.index.parts.find(({ name }) => name === 'keys/SE')
    assert.equal(swedish?.asOf, asOf.toISOString())
    assert.deepEqual(used?.content.valueSets, { 'covid-19-lab-result': ['260415000'] })
  })
})

suite('filters over all that was issued', () => {
  test('every valid certificate passes and every revoked one is refused, before, between and after filters', async () => {
    const own = await cluster.portal()
    const verifier = await startVerifier(own)
    const [valid, gone]: [Entered[], Entered[]] = [[], []]
    const check = async (): Promise<void> => {
      const all = gone.flatMap(({ texts }) => texts)
      const now = own.clock.now().toISOString()
      await verifier.pollUntil(async () => {
        const isOfNow = (await verifier.current())?.opened.index.issuedAt === now
        return isOfNow && !(await verifier.codesOf(all)).includes('ACCEPTED')
      })
      assert.deepEqual(
        await verifier.codesOf(valid.flatMap(({ texts }) => texts)),
        valid.flatMap(() => accepted),
      )
      assert.deepEqual(
        await verifier.codesOf(gone.flatMap(({ texts }) => texts)),
        gone.flatMap(() => revoked),
      )
    }
    await look(own)
    // Behind the first days, which no filter covers.
    own.clock.advance(60 * hour)
    for (let number = 0; number < 12; number += 1) {
      const entered = await enter(`FAUVETTE ${'ABCDEFGHIJKL'[number]}`, own)
      if (number % 3 === 0) {
        // Entered twice: the other one says the same in French.
        valid.push(await enter(`FAUVETTE ${'ABCDEFGHIJKL'[number]}`, own))
        await withdraw(entered, own)
        gone.push(entered)
      } else valid.push(entered)
    }
    await check()
    // Two days on, both codes of those are covered.
    own.clock.advance(50 * hour)
    await look(own)
    const late = await enter('GOBEMOUCHE', own)
    valid.push(late, await enter('HIRONDELLE', own))
    await check()
    const [base] = await readFilters(own.sql)
    assert.equal(base?.kind, 'base')
    assert.ok(base.filter !== null)
    assert.deepEqual(base.listed, [])
    const used = await verifier.current()
    assert.equal(used?.content.own?.filters.length, 1)

    // Revoked after the filter was built: of what it covers, and of what it does not.
    for (const entered of valid.splice(0, 3).concat(late)) {
      await withdraw(entered, own)
      gone.push(entered)
    }
    valid.splice(valid.indexOf(late), 1)
    await check()
    own.clock.advance(50 * hour)
    await look(own)
    await check()
    assert.equal((await verifier.current())?.content.own?.listed.size, 0)
    assert.equal(
      (await own.sql`select count(*)::int as n from certificate_revocation`)[0]?.n,
      gone.length,
    )
  })

  test('more revoked one by one than anybody reads leaves the index as it was, and is counted by its code', async () => {
    const { platform } = portal.server
    const metrics = makeMetrics()
    const codes: unknown[] = []
    const said = { ...platform.log, error: ({ code }: { code?: unknown }) => codes.push(code) }
    let listed: ReadonlySet<string> = new Set()
    let own: OwnRevocations = { ...nothingRevoked, listed }
    const still = <T>(value: () => T): Reread<T> => ({
      current: async () => value(),
      changed: () => undefined,
    })
    const withdrawn = { booklets: [], sites: [], allIssuedUntil: null, slips: [], slipSites: [] }
    const notices: readonly Uint8Array[] = []
    const published = openPublishedIndex(
      { ...platform, metrics, log: said as unknown as typeof platform.log },
      {
        signer: fixedRing(await makeTestSigner('bundle')),
        keys: () => ({ dcc: [], twoddoc: [] }),
        successions: () => [],
        withdrawn: still(() => withdrawn),
        notices: still(() => notices),
        own: still(() => own),
        carried: openCarriedSource(platform),
        audit: async () => [],
        ruleProfile: 'dated',
        refreshKeys: async () => undefined,
      },
    )
    const before = await published.current()
    // As large as a list that nobody could hold here.
    listed = { ...listed, size: 1_000_001 } as ReadonlySet<string>
    own = { ...own, listed }
    assert.equal(await published.current(), before)
    assert.deepEqual(codes, ['REVOCATIONS_TOO_MANY'])
    assert.match(metrics.render(), /^sidep_trust_index_failures_total 1$/m)
  })

  test('an hour is written down once, whoever looks, however often', async () => {
    const own = await cluster.portal()
    await look(own)
    await enter('MESANGE', own)
    own.clock.advance(3 * hour)
    await Promise.all([look(own), look(own)])
    await look(own)
    const rows = await own.sql<
      { length: number }[]
    >`select length(hashes) as length from issued_hashes`
    // The EU certificate under its hour, the French one under the end of its day.
    assert.deepEqual(
      rows.map(({ length }) => length),
      [16, 16],
    )
  })
})
