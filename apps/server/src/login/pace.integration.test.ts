/** How fast screenings come in under one name: asking for a sign-in, and never stopping a queue. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { demoPeople } from '@sidep/dev'
import { itemOf, makeCounter, professionalId, type TestCounter } from '../continuity/testing.ts'
import {
  type SessionChanges,
  sampleScreening,
  startTestCluster,
  type TestCluster,
  type TestPortal,
  testSites,
} from '../platform/testing.ts'
import { createPace } from './pace.ts'
import { until } from './testing.ts'

const cap = 20
let cluster: TestCluster
let portal: TestPortal
before(async () => {
  cluster = await startTestCluster()
  portal = await cluster.portal({ environment: { PACE_SCREENINGS_PER_HOUR: String(cap) } })
})
after(() => cluster.close())
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

test('what was typed while the portal was away comes in all the same', async () => {
  const counter = await aMinuteAgo()
  await recordMany(counter, cap)
  const kept = sampleScreening(portal)
  assert.equal((await counter.send('POST', '/api/screenings', kept)).code, 'FRESH_SIGN_IN_REQUIRED')
  const [line] = await counter.reconcile([itemOf(kept)])
  assert.equal(line?.status, 'definitive')
})

test('of several processes each asks for the sum, and it is one flag', async () => {
  const codes: string[] = []
  const { platform } = portal.server
  const make = () =>
    createPace({ platform, onFlags: (more) => codes.push(...more), everyMilliseconds: 3_600_000 })
  const [one, other] = [make(), make()]
  const actor = {
    professionalId: '899700075122',
    familyName: 'MARTIN',
    firstNames: 'Camille',
    profession: '21',
    door: 'ecps',
    site: testSites.ajaccio,
    sites: [testSites.ajaccio],
    sessionId: 'one',
    counterId: null,
    signedInAt: new Date(portal.clock.now().getTime() - 60_000),
    expiresAt: portal.clock.now(),
  } as const
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
