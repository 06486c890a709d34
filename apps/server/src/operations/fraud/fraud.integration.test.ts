/** From what counters enter to an alert in the database, and its end with a reason. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sql } from 'postgres'
import { makeCounter, professionalId, type TestCounter } from '../../continuity/testing.ts'
import { clusterOfFile, sampleScreening, testSites } from '../../platform/testing.ts'
import { closeAlerts, entriesBetween, listAlerts } from './fraud-store.ts'
import { makeFraudWatch } from './fraud-worker.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal({ environment: { PROBE_SITES: testSites.ajaccio.id } })
const day = 86_400_000
const watch = makeFraudWatch(portal.server.platform)

const record = async (counter: TestCounter, count: number): Promise<void> => {
  for (let number = 0; number < count; number += 1) {
    const sent = await counter.send('POST', '/api/screenings', sampleScreening(portal))
    assert.equal(sent.status, 201, sent.text)
  }
}

const cameBy = (counter: TestCounter, network: string) => portal.sql`
  insert into counter_network (site_id, counter_id, network, first_at, last_at)
  values (${testSites.parvis.id}, ${counter.signer.device.thumbprint}, ${Buffer.from(network)}, ${portal.clock.now()},
    ${portal.clock.now()})`

test('an unknown counter by an unknown network under a known name is one alert, which a person closes with a reason', async () => {
  const own = await makeCounter(portal, testSites.parvis, { professionalId })
  await cameBy(own, 'pharmacy')
  await record(own, 6)
  portal.clock.advance(2 * day)

  const again = await portal.signInAt(testSites.parvis, { professionalId }, own.signer.device)
  for (let number = 0; number < 12; number += 1) {
    const sent = await portal.send('POST', '/api/screenings', sampleScreening(portal), again)
    assert.equal(sent.status, 201, sent.text)
  }
  portal.clock.advance(120_000)
  assert.equal(await watch.look(), 0, 'one’s own counter')

  const stolen = await makeCounter(portal, testSites.parvis, { professionalId })
  await cameBy(stolen, 'elsewhere')
  await record(stolen, 26)
  portal.clock.advance(120_000)
  assert.equal(await watch.look(), 1)
  const [alert, ...others] = await listAlerts(portal.sql, false)
  assert.deepEqual(others, [])
  assert.deepEqual(alert?.sites, [testSites.parvis.id])
  assert.equal(alert?.entries, 38)
  const codes = alert?.evidence.map(({ code }) => code) ?? []
  assert.ok(codes.includes('UNKNOWN_COUNTER_AND_NETWORK'), codes.join(' '))

  // What comes after adds to it; another process that takes over finds the same, not another.
  await record(stolen, 2)
  portal.clock.advance(120_000)
  assert.equal(await watch.look(), 0)
  assert.equal(await makeFraudWatch(portal.server.platform).look(), 0)
  const [grown] = await listAlerts(portal.sql, false)
  assert.equal(grown?.entries, 40)

  const order = { reason: 'new computer, confirmed by phone', by: 'c.martin' }
  assert.equal(
    await closeAlerts(portal.sql, alert?.professionalId ?? '', order, portal.clock.now()),
    1,
  )
  assert.equal((await listAlerts(portal.sql, false)).length, 0)
  const [row] = await portal.sql<{ subject: string }[]>`
    select subject from audit where site_id = 'portal' and act = 'fraud-alert.closed'`
  assert.match(row?.subject ?? '', /by c\.martin: new computer/)
})

test('what was recorded in hours is read once each and in order, at the ends of what is read at a time too', async () => {
  const from = new Date('2021-06-01T08:00:00.000Z')
  const until = new Date('2021-06-01T10:02:00.000Z')
  const after = (milliseconds: number): Date => new Date(from.getTime() + milliseconds)
  const minute = 60_000
  const outside = [after(0), after(until.getTime() - from.getTime() + 1)]
  const inside = [1, 5 * minute, 5 * minute, 5 * minute + 1, 10 * minute, 63 * minute].map(after)
  const times = [...outside, ...inside, until].map((at) => at.toISOString())
  await portal.sql`
    insert into screening (site_id, id, professional_id, door, state, kind, disease, device, sampled_at, recorded_at,
      result, result_at, final_at, catch_up, request_digest, person_hash, key_id, sealed)
    select ${testSites.parvis.id}, gen_random_uuid(), ${professionalId}, 'ecps', 'final', 'antigen', '840539006', '1232', at, at,
      'negative', at, at, false, '\\x00', '\\x00', 1, '\\x00'
    from unnest(${times}::text[]::timestamptz[]) as at`
  const read: number[] = []
  for await (const { recordedAt } of entriesBetween(portal.sql, [], from, until))
    read.push(recordedAt - from.getTime())
  assert.deepEqual(
    read,
    [...inside, until].map((at) => at.getTime() - from.getTime()),
  )
})

/** That database, until it is told to fail at the second page of entries that it is asked for from then on. */
const failing = (database: Sql) => {
  let pagesLeft = Number.POSITIVE_INFINITY
  const proxy: Sql = new Proxy(database, {
    apply(target, self, parts: [readonly string[], ...unknown[]]) {
      const isPage = parts[0].some((part) => part.includes('order by s.recorded_at, s.id'))
      if (isPage) pagesLeft -= 1
      if (isPage && pagesLeft === 0) throw new Error('the connection is lost')
      return Reflect.apply(target, self, parts)
    },
  })
  return {
    database: proxy,
    failAtSecondPage: () => {
      pagesLeft = 2
    },
  }
}

test('what was read before a look failed is not counted twice by the next', async () => {
  const { platform } = portal.server
  const { database, failAtSecondPage } = failing(platform.database)
  const broken = makeFraudWatch({ ...platform, database })
  await broken.look()
  portal.clock.advance(9 * 60_000)
  const now = portal.clock.now()
  await portal.sql`
    insert into screening (site_id, id, professional_id, door, state, kind, disease, device, sampled_at, recorded_at,
      result, result_at, final_at, catch_up, request_digest, person_hash, key_id, sealed)
    select 'site ' || n % 6, gen_random_uuid(), 'one person at six sites', 'ecps', 'final', 'antigen', '840539006', '1232', at, at,
      'negative', at, at, false, '\\x00', '\\x00', 1, '\\x00'
    from generate_series(1, 24) n, lateral (select ${now}::timestamptz - (n % 2 * 6 + 2) * interval '1 minute' as at) m`
  failAtSecondPage()
  await assert.rejects(broken.look(), /the connection is lost/)
  assert.equal(await broken.look(), 1)
  const [alert] = await listAlerts(portal.sql, false)
  assert.equal(alert?.professionalId, 'one person at six sites')
  assert.equal(alert.entries, 24)
})
