/** For tests of continuity: a counter with a key of its own, its booklets, and what it makes from them. */
import assert from 'node:assert/strict'
import { afterEach } from 'node:test'
import {
  type Booklet,
  counterKeyOf,
  provisionalRetrievalCode,
  readBooklet,
  type Sign,
} from '@sidep/continuity'
import type {
  BookletAnswer,
  ReconciliationAnswer,
  ScreeningInput,
  SiteView,
  SlipsAnswer,
} from '@sidep/contracts'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { parseFiness } from '@sidep/identifiers'
import { loadTrust, openBundle, type Trust } from '@sidep/trust'
import { verify } from '@sidep/verdict'
import {
  type Crafted,
  craftProvisional,
} from '../../../../packages/verdict/test/crafted-provisional.ts'
import {
  type Reply,
  type SessionChanges,
  type SessionSigner,
  sampleScreening,
  type TestCluster,
  type TestPortal,
  testSites,
} from '../platform/testing.ts'

export const professionalId = '899700075122'

export interface TestCounter {
  readonly cookie: string
  /** The device that its session is bound to. */
  readonly signer: SessionSigner
  readonly counterKey: { readonly x: string; readonly y: string }
  readonly sign: Sign
  readonly send: (method: string, path: string, body?: unknown) => Promise<Reply>
  /** A booklet, as the answer says it and as it is signed. */
  takeBooklet(held?: string): Promise<{ readonly answer: BookletAnswer; readonly booklet: Booklet }>
  printSlips(count: number): Promise<SlipsAnswer>
  reconcile(
    items: readonly unknown[],
    wasted?: readonly unknown[],
  ): Promise<ReconciliationAnswer['lines']>
}

const bytesOf = (base64: string): Uint8Array => {
  const bytes = base64ToBytes(base64)
  assert.ok(bytes.ok)
  return bytes.value
}

/** A counter at a site, signed in, with a key that only it has. `session`: who is signed in, and at which device. */
export const makeCounter = async (
  portal: TestPortal,
  site: SiteView = testSites.parvis,
  changes: SessionChanges = {},
): Promise<TestCounter> => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const keys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const { x, y } = await counterKeyOf(keys.publicKey)
  const counterKey = { x: bytesToBase64(x), y: bytesToBase64(y) }
  const { cookie, signer } = await portal.signInAt(site, { professionalId, ...changes })
  const send: TestCounter['send'] = (method, path, body) =>
    portal.send(method, path, body, { cookie, signer })
  return {
    cookie,
    signer,
    counterKey,
    send,
    sign: async (bytes) =>
      new Uint8Array(
        await crypto.subtle.sign(
          { name: 'ECDSA', hash: 'SHA-256' },
          keys.privateKey,
          new Uint8Array(bytes),
        ),
      ),
    async takeBooklet(held) {
      const input = { counterKey, ...(held === undefined ? {} : { held }) }
      const reply = await send('POST', '/api/booklets', input)
      assert.equal(reply.status, 201, reply.text)
      const answer = reply.json<BookletAnswer>()
      const booklet = readBooklet(bytesOf(answer.signed))
      assert.ok(booklet.ok)
      return { answer, booklet: booklet.value }
    },
    async printSlips(count) {
      const reply = await send('POST', '/api/slips', { count })
      assert.equal(reply.status, 201, reply.text)
      return reply.json<SlipsAnswer>()
    },
    async reconcile(items, wasted = []) {
      const reply = await send('POST', '/api/reconciliations', { items, wasted })
      assert.equal(reply.status, 200, reply.text)
      return reply.json<ReconciliationAnswer>().lines
    },
  }
}

export interface TestItem {
  readonly kind: 'screening'
  readonly id: string
  readonly version: number
  readonly screening: ScreeningInput
  readonly provisional: string | null
  readonly slip: string | null
}

/** An item of a batch about a screening. */
export const itemOf = (
  screening: ScreeningInput,
  documents: Partial<Pick<TestItem, 'provisional' | 'slip'>> = {},
): TestItem => ({
  kind: 'screening',
  id: screening.id,
  version: 1,
  screening,
  provisional: null,
  slip: null,
  ...documents,
})

/** A screening and the provisional certificate that says the same, unless changed. */
export const certified = async (
  portal: TestPortal,
  counter: TestCounter,
  booklet: Booklet,
  number: number,
  {
    screening: changes = {},
    ...crafted
  }: Partial<Crafted> & { screening?: Partial<ScreeningInput> } = {},
): Promise<TestItem> => {
  const screening = sampleScreening(portal, changes)
  const provisional = await craftProvisional({
    booklet,
    sign: counter.sign,
    number,
    issuedAt: portal.clock.now(),
    sampledAt: new Date(screening.sampledAt),
    person: screening.person,
    ...crafted,
  })
  return itemOf(screening, { provisional })
}

/** The code of the link that a counter prints beside a provisional certificate. */
export const printedLink = async (
  { retrievalSeed, siteId }: BookletAnswer,
  screeningId: string,
): Promise<string> => {
  const site = parseFiness(siteId)
  assert.ok(site.ok)
  return provisionalRetrievalCode(bytesOf(retrievalSeed), site.value, screeningId)
}

export const trustOfBundle = async ({ server, clock }: TestPortal): Promise<Trust> => {
  const base = `http://127.0.0.1:${server.port}`
  const anchor: { spki: string } = JSON.parse(await (await fetch(`${base}/trust/anchor`)).text())
  const spki = base64ToBytes(anchor.spki)
  assert.ok(spki.ok)
  const bytes = new Uint8Array(await (await fetch(`${base}/trust/bundle`)).arrayBuffer())
  const opened = await openBundle(bytes, spki.value, clock.now())
  assert.ok(opened.ok)
  return loadTrust(opened.value)
}

export const codeAt = async (at: TestPortal, text: string): Promise<string> =>
  (await verify(text, await trustOfBundle(at), at.clock.now(), { kind: 'none' })).code

export const flagsIn = async (at: TestPortal): Promise<string[]> =>
  (
    await at.sql<{ code: string }[]>`
      select code from continuity_flag where resolved_at is null order by code`
  ).map(({ code }) => code)

export const countIn = async (at: TestPortal, table: string): Promise<number> => {
  const [row] = await at.sql<{ count: number }[]>`select count(*)::int from ${at.sql(table)}`
  return row?.count ?? -1
}

export const retrieve = (at: TestPortal, code: string, birthDate: string) =>
  at.send('POST', '/api/retrieval', { code, birthDate }, { cookie: null })

export const statuses = (lines: Awaited<ReturnType<TestCounter['reconcile']>>): string[] =>
  lines.map((line) => (line.status === 'refused' ? line.code : line.status))

export const textOf = ({ provisional }: TestItem): string => {
  assert.ok(provisional)
  return provisional
}

/** A counter on a portal of its own, for tests that count rows or move the clock. */
export interface FreshCounter {
  readonly portal: TestPortal
  readonly counter: TestCounter
}

/** Makes them on a file's cluster, and ends each after its test: one PostgreSQL does not have connections for all at once. */
export const freshCountersOn = (cluster: TestCluster): (() => Promise<FreshCounter>) => {
  const ended: TestPortal[] = []
  afterEach(async () => {
    await Promise.all(ended.splice(0).map(({ server }) => server.close()))
  })
  return async () => {
    const portal = await cluster.portal()
    ended.push(portal)
    return { portal, counter: await makeCounter(portal) }
  }
}
