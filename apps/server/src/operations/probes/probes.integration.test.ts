/** The probes against a real portal and a real identity provider: what each finds in calm, and when a door is shut. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { probeIdentity, startIdentityProvider } from '@sidep/dev'
import { openFeedBench } from '../../feeds/testing.ts'
import { systemClock, systemRandomBytes } from '../../platform/clock.ts'
import { freePort } from '../../platform/free-port.ts'
import { clusterOfFile } from '../../platform/testing.ts'
import { entriesBetween } from '../fraud/fraud-store.ts'
import type { Finding } from '../incidents/machine.ts'
import { countScreenings } from '../screen/counting.ts'
import { readLately, readStanding } from '../screen/figures.ts'
import { makeProbes } from './probes.ts'

const port = await freePort('127.0.0.1')
const url = `http://localhost:${port}`
const client = { id: 'portal', secret: 'secret', redirectUris: [`${url}/login/ecps/callback`] }
const provider = await startIdentityProvider({
  port: 0,
  clients: [client],
  people: [probeIdentity],
})
let isOpen = true
const shut = async (): Promise<void> => {
  if (isOpen) await provider.close()
  isOpen = false
}
after(shut)
const cluster = await clusterOfFile()
const portal = await cluster.portal({
  environment: {
    PORT: String(port),
    ECPS_ISSUER: provider.issuer,
    ECPS_CLIENT_ID: client.id,
    ECPS_CLIENT_SECRET: client.secret,
    PROBE_SITES: probeIdentity.activities[0].finess,
  },
  overrides: { clock: systemClock },
})

const ending = new AbortController()
after(() => ending.abort())
const dependencies = {
  configuration: {
    origins: { home: url, counter: url, person: url, verifier: url },
    ecps: { nationalId: probeIdentity.nationalId },
    card: null,
  },
  clock: systemClock,
  randomBytes: systemRandomBytes,
  stalledMilliseconds: () => 0,
  anchor: null,
  onAnchor: () => undefined,
}
const probes = makeProbes({ ...dependencies, stopping: ending.signal })

/** One look of each, in turn; a machine that has other work may make one too slow, and then it is looked at again. */
const lookAt = async (component: Finding['component']): Promise<Finding> => {
  const probe = probes.find((one) => one.component === component) ?? assert.fail(component)
  for (;;) {
    const finding = await probe.look()
    if (finding.code !== 'TIMEOUT') return finding
  }
}

test('booklets and slips are looked at together from the start, by one session', async () => {
  const both = makeProbes({ ...dependencies, stopping: ending.signal })
  const look = async (components: readonly Finding['component'][]) =>
    Promise.all(
      both.filter(({ component }) => components.includes(component)).map((one) => one.look()),
    )
  await look(['bundle'])
  for (let round = 0; round < 2; round += 1)
    assert.deepEqual(
      (await look(['booklets', 'slips'])).map(({ state, code }) => [state, code]),
      [
        ['works', null],
        ['works', null],
      ],
    )
  const sessions = await portal.sql`select 1 from listed_session where ends_at > now()`
  assert.equal(sessions.length, 1)
})

test('probes find that everything works, and leave no session open but the one that they work in', async () => {
  for (const component of [
    'ecps',
    'bundle',
    'entry',
    'booklets',
    'slips',
    'booklets',
    'retrieval',
    'verification',
  ] as const)
    assert.deepEqual(await lookAt(component), { component, state: 'works', code: null })
  const [row] = await portal.sql<{ screenings: number; outbox: number }[]>`
    select (select count(*)::int from screening) as screenings,
      (select count(*)::int from outbox) as outbox`
  assert.ok((row?.screenings ?? 0) >= 1)
  assert.equal(row?.outbox, 0)
})

test('with the provider gone door ecps fails, and a test is entered all the same in the session that is open', async () => {
  await shut()
  const { state, code } = await lookAt('ecps')
  assert.equal(state, 'fails')
  assert.equal(code, 'PROVIDER_UNAVAILABLE')
  for (const component of ['entry', 'retrieval', 'verification', 'bundle'] as const)
    assert.equal((await lookAt(component)).state, 'works')
})

test('nothing of probes is in figures, feeds, open data, counts, caps, flags or messages', async () => {
  const { sql, server } = portal
  const { configuration } = server.platform
  const [made] = await sql<{ booklets: number; numbers: number; slips: number }[]>`
    select (select count(*)::int from booklet) as booklets, (select count(*)::int from booklet_number) as numbers,
      (select count(*)::int from slip) as slips`
  assert.deepEqual({ ...made }, { booklets: 2, numbers: 4, slips: 3 })
  const figures = {
    ...(await readLately(sql, configuration.probeSites, systemClock.now())),
    ...(await readStanding(sql, configuration.probeSites, systemClock.now())),
  }
  assert.deepEqual(figures.booklets, { inForce: 0, sites: 0, allowance: 0 })
  assert.deepEqual(figures.provisional, {
    received: 0,
    reconciled: 0,
    waiting: 0,
    overdue: 0,
    gaps: 0,
  })
  assert.deepEqual(figures.slips, { out: 0, sites: 0, overdue: 0 })
  assert.deepEqual([figures.sitesActive, figures.messages.sent, figures.counters.heard], [0, 0, 0])
  assert.deepEqual([figures.signIns.ecps, figures.sessions], [0, 0])
  const feeds = await openFeedBench(portal)
  await feeds.round().finally(() => feeds.close())
  await countScreenings(
    {
      database: sql,
      configuration,
      clock: { now: () => new Date(systemClock.now().getTime() + 3_600_000) },
    },
    ending.signal,
  )
  for (const table of [
    'outbox',
    'feed_item',
    'feed_record',
    'open_data_due',
    'screening_quarter',
    'professional_pace',
    'continuity_flag',
    'fraud_alert',
  ])
    assert.equal((await sql`select 1 from ${sql(table)}`).length, 0, table)
  const entries = entriesBetween(sql, configuration.probeSites, new Date(0), systemClock.now())
  assert.equal((await entries.next()).done, true)
})
