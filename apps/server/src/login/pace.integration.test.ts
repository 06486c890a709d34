/** How fast screenings come in under one name: asking for a sign-in, and never stopping a queue. */
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Booklet } from '@sidep/continuity'
import type { ReconciliationAnswer, SiteView } from '@sidep/contracts'
import { demoPeople } from '@sidep/dev'
import {
  certified,
  itemOf,
  makeCounter,
  professionalId,
  type TestCounter,
  type TestItem,
} from '../continuity/testing.ts'
import type { SiteActor } from '../platform/actor.ts'
import {
  clusterOfFile,
  type Reply,
  type SessionChanges,
  sampleScreening,
  testSites,
} from '../platform/testing.ts'
import { makePace } from './pace.ts'
import { until } from './testing.ts'

const cap = 20
const hourMilliseconds = 3_600_000
const cluster = await clusterOfFile()
const portal = await cluster.portal({ environment: { PACE_SCREENINGS_PER_HOUR: String(cap) } })
// Each test has an hour of its own.
beforeEach(() => portal.clock.advance(3_600_000))

/** Signed in a minute ago: a sign-in of the same second would come after. */
const aMinuteAgo = async (changes: SessionChanges = {}): Promise<TestCounter> => {
  const counter = await makeCounter(portal, testSites.parvis, changes)
  portal.clock.advance(60_000)
  return counter
}
const record = async (counter: TestCounter): Promise<string> => {
  const reply = await counter.send('POST', '/api/screenings', sampleScreening(portal))
  return reply.status === 201 ? '201' : reply.code
}
const recordMany = async (counter: TestCounter, count: number): Promise<void> => {
  for (let number = 0; number < count; number += 1) assert.equal(await record(counter), '201')
}
const flags = async (): Promise<number> => {
  const [row] = await portal.sql<{ count: number }[]>`
    select count(*)::int from continuity_flag where code = 'PACE_EXCEEDED'`
  return row?.count ?? -1
}

const actorAt = (site: SiteView): SiteActor => ({
  professionalId: '899700075122',
  familyName: 'MARTIN',
  firstNames: 'Camille',
  profession: '21',
  door: 'ecps',
  site,
  sites: [site],
  sessionId: 'one',
  counterId: null,
  signedInAt: new Date(portal.clock.now().getTime() - 60_000),
  expiresAt: portal.clock.now(),
})

test('beyond the hour’s number a sign-in is asked for, what comes after it goes on, and each time it is a flag', async () => {
  const before = await flags()
  const counter = await aMinuteAgo()
  await recordMany(counter, cap)
  assert.equal(await record(counter), 'FRESH_SIGN_IN_REQUIRED')
  await until(async () => (await flags()) === before + 1)
  portal.clock.advance(60_000)
  const again = await aMinuteAgo()
  await recordMany(again, cap)
  assert.equal(await record(again), 'FRESH_SIGN_IN_REQUIRED')
  await until(async () => (await flags()) === before + 2)
  // Somebody else at the same site is not asked.
  const other = await makeCounter(portal, testSites.parvis, {
    professionalId: demoPeople.nurse.nationalId,
  })
  assert.equal(await record(other), '201')
  // The next hour begins with nobody.
  portal.clock.advance(3_600_000)
  assert.equal(await record(again), '201')
})

test('whoever works for a professional counts for them', async () => {
  const delegation = {
    id: '017b3f50-0000-7000-8000-000000000001',
    endsAt: new Date(portal.clock.now().getTime() + 3_600_000),
    responsible: {
      id: professionalId,
      familyName: 'MARTIN',
      firstNames: 'Camille',
      profession: '21',
    },
    site: testSites.parvis,
  }
  const staff = await aMinuteAgo({
    professionalId: demoPeople.student.nationalId,
    delegation,
  })
  const responsible = await aMinuteAgo()
  await recordMany(staff, cap / 2)
  await recordMany(responsible, cap / 2)
  assert.equal(await record(staff), 'FRESH_SIGN_IN_REQUIRED')
  assert.equal(await record(responsible), 'FRESH_SIGN_IN_REQUIRED')
})

/** What a counter typed by itself at a moment, with a certificate of its booklet when it has one. */
const typedAt = async (
  counter: TestCounter,
  at: Date,
  booklet: Booklet | null = null,
  number = 0,
): Promise<TestItem> => {
  const changes = { sampledAt: new Date(at.getTime() - 600_000).toISOString() }
  if (booklet === null) return itemOf(sampleScreening(portal, changes))
  return certified(portal, counter, booklet, number, { screening: changes, issuedAt: at })
}
const bring = (counter: TestCounter, items: readonly TestItem[]): Promise<Reply> =>
  counter.send('POST', '/api/reconciliations', { items, wasted: [] })
const statuses = (reply: Reply): Set<string> =>
  new Set(reply.json<ReconciliationAnswer>().lines.map(({ status }) => status))

test('a backlog of twelve hours comes in at once: each hour of its certificates has its own number', async () => {
  const counter = await aMinuteAgo()
  const { booklet } = await counter.takeBooklet()
  const began = portal.clock.now().getTime()
  const items: TestItem[] = []
  for (let hour = 0; hour < 12; hour += 1) {
    for (let place = 1; place < cap; place += 1) {
      const at = new Date(began + hour * hourMilliseconds + place * 60_000)
      items.push(await typedAt(counter, at, booklet, items.length + 1))
    }
  }
  portal.clock.advance(12 * hourMilliseconds)
  // The session of the evening has gone on.
  const signedInAt = new Date(began + 600_000)
  const expiresAt = new Date(portal.clock.now().getTime() + hourMilliseconds)
  const again = await portal.signInAt(
    testSites.parvis,
    { professionalId, signedInAt, expiresAt },
    counter.signer.device,
  )
  for (let first = 0; first < items.length; first += 40) {
    const batch = { items: items.slice(first, first + 40), wasted: [] }
    const reply = await portal.send('POST', '/api/reconciliations', batch, again)
    assert.equal(reply.status, 200, reply.text)
    assert.deepEqual(statuses(reply), new Set(['definitive']))
    // An answer that was lost on the way is asked for again, and counts nothing.
    assert.equal((await portal.send('POST', '/api/reconciliations', batch, again)).status, 200)
  }
  const [flagged] = await portal.sql<{ count: number }[]>`
    select count(*)::int from continuity_flag
    where code = 'PACE_EXCEEDED' and screening_id = any(${items.map(({ id }) => id)})`
  assert.equal(flagged?.count, 0)
})

test('certificates of one hour beyond its number ask for a sign-in, and are a flag; after it they go on', async () => {
  const before = await flags()
  const counter = await aMinuteAgo()
  const { booklet } = await counter.takeBooklet()
  const at = portal.clock.now()
  const items = await Promise.all(
    Array.from({ length: cap + 1 }, (_, place) => typedAt(counter, at, booklet, place + 1)),
  )
  assert.equal((await bring(counter, items.slice(0, cap))).status, 200)
  const refused = await bring(counter, items.slice(cap))
  assert.equal(refused.code, 'FRESH_SIGN_IN_REQUIRED')
  await until(async () => (await flags()) === before + 1)
  portal.clock.advance(60_000)
  assert.deepEqual(
    statuses(await bring(await aMinuteAgo(), items.slice(cap))),
    new Set(['definitive']),
  )
})

test('what never was offline does not get past the asking by the way of a backlog', async () => {
  const counter = await aMinuteAgo()
  await recordMany(counter, cap)
  const kept = await typedAt(counter, portal.clock.now())
  assert.equal((await bring(counter, [kept])).code, 'FRESH_SIGN_IN_REQUIRED')
  // Nor by saying that it is of long ago: without a document of the time it is typed now.
  portal.clock.advance(hourMilliseconds)
  const other = await aMinuteAgo()
  const [late, later] = [30, 54].map((hours) =>
    Array.from(
      { length: cap },
      () => new Date(portal.clock.now().getTime() - hours * hourMilliseconds),
    ),
  )
  const first = await Promise.all((late ?? []).map((at) => typedAt(other, at)))
  const second = await Promise.all((later ?? []).map((at) => typedAt(other, at)))
  assert.equal((await bring(other, first)).status, 200)
  assert.equal((await bring(other, second)).code, 'FRESH_SIGN_IN_REQUIRED')
  // Asking what became of something is nobody's pace.
  const ask = { items: [{ kind: 'ask', id: kept.id }], wasted: [] }
  assert.equal((await other.send('POST', '/api/reconciliations', ask)).status, 200)
})

test('while nobody can sign in, nobody is asked to; it is a flag all the same', async () => {
  const codes: string[] = []
  const { platform } = portal.server
  const pace = makePace({
    platform,
    onFlags: (more) => codes.push(...more),
    isSignInPossible: () => false,
  })
  const actor = actorAt(testSites.saintDenis)
  for (let number = 0; number < cap; number += 1) {
    pace.count(actor, '017b3f50-0000-7000-8000-00000000000b')
  }
  pace.check(actor)
  pace.checkBacklog(actor)
  assert.deepEqual(codes, ['PACE_EXCEEDED'])
})

test('of several processes each asks for the sum, and it is one flag', async () => {
  const codes: string[] = []
  const { platform } = portal.server
  const make = () =>
    makePace({ platform, onFlags: (more) => codes.push(...more), everyMilliseconds: 3_600_000 })
  const [one, other] = [make(), make()]
  const actor = actorAt(testSites.ajaccio)
  for (let number = 0; number < cap * 0.6; number += 1) {
    for (const pace of [one, other]) pace.count(actor, '017b3f50-0000-7000-8000-00000000000a')
  }
  one.check(actor)
  other.check(actor)
  await one.sum()
  await other.sum()
  assert.throws(() => other.check(actor), { code: 'FRESH_SIGN_IN_REQUIRED' })
  await one.sum()
  assert.throws(() => one.check(actor), { code: 'FRESH_SIGN_IN_REQUIRED' })
  assert.deepEqual(codes, ['PACE_EXCEEDED'])
  one.check({ ...actor, signedInAt: portal.clock.now() })
})
