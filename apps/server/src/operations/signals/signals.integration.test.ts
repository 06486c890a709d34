/** From what is met at a door and at a counter to what the watcher reads of it: a real portal, a real provider, no browser. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { probeIdentity, startIdentityProvider } from '@sidep/dev'
import { minuteMilliseconds } from '@sidep/time'
import { freePort } from '../../platform/free-port.ts'
import { clusterOfFile, sampleScreening, testSites } from '../../platform/testing.ts'
import { makeUserSignals } from '../../platform/user-signals.ts'
import { readSignals } from './read-signals.ts'

const port = await freePort('127.0.0.1')
const client = {
  id: 'portal',
  secret: 'secret',
  redirectUris: [`http://localhost:${port}/login/ecps/callback`],
}
const provider = await startIdentityProvider({ port: 0, clients: [client], people: [] })
after(() => provider.close())
const cluster = await clusterOfFile()
const probeSite = { id: probeIdentity.activities[0].finess, name: 'Sonde', postalCode: '75004' }
const portal = await cluster.portal({
  environment: {
    PORT: String(port),
    ECPS_ISSUER: provider.issuer,
    ECPS_CLIENT_ID: client.id,
    ECPS_CLIENT_SECRET: client.secret,
    PROBE_SITES: probeSite.id,
  },
})
const { sql, clock } = portal

const counts = async (): Promise<{ user: number; counter: number }> => {
  const [row] = await sql<{ user: number; counter: number }[]>`select
    (select coalesce(sum(begun), 0)::int from user_signal) as user,
    (select coalesce(sum(heard), 0)::int from counter_signal) as counter`
  return row ?? { user: 0, counter: 0 }
}

/** The cookie by which a browser says at which site it is, made by choosing that site. */
const placeAt = async (site: (typeof testSites)[keyof typeof testSites]): Promise<string> => {
  const { cookie } = await portal.signInAt(null, { sites: [site] })
  const chosen = await portal.send('POST', '/api/session/site', { site: site.id }, { cookie })
  assert.equal(chosen.status, 200)
  const line = chosen.headers.getSetCookie().find((one) => one.startsWith('sidep-place='))
  return line?.split(';')[0] ?? assert.fail('no place')
}

test('sign-ins that never come back are counted where they began, heartbeats where the counter is, and probes nowhere', async () => {
  const place = await placeAt(testSites.saintDenis)
  const begin = (cookie: string | null, agent = 'Mozilla/5.0'): Promise<number> =>
    portal
      .send('GET', '/login/ecps?return=/pro/', undefined, {
        cookie,
        signer: null,
        headers: { 'user-agent': agent },
      })
      .then(({ status }) => status)
  // On their way to the provider, and not seen again.
  for (let time = 0; time < 7; time += 1) assert.equal(await begin(place), 302)
  assert.equal(await begin(null), 302)
  assert.equal(await begin(null, 'sidep-probe'), 302)

  const atSite = await portal.cookieAt(testSites.saintDenis)
  const heartbeat = {
    offline: { since: '2021-08-13T13:00:00Z', until: '2021-08-13T13:22:00.000Z' },
    numbersUsed: 4,
    waiting: 2,
    lostSignIns: ['ecps', 'ecps', 'card'],
  }
  const send = (cookie: string) =>
    portal.send('POST', '/api/counter/heartbeats', heartbeat, { cookie, signer: null })
  assert.equal((await send(atSite)).status, 204)
  assert.equal((await send(await portal.cookieAt(probeSite))).status, 204)
  const malformed = { ...heartbeat, waiting: -1 }
  const refused = await portal.send('POST', '/api/counter/heartbeats', malformed, {
    cookie: atSite,
    signer: null,
  })
  assert.equal(refused.code, 'REQUEST_INVALID')
  await portal.send('POST', '/api/screenings', sampleScreening(portal))

  // Summed within seconds: seven, one of an unknown place, one screening.
  while ((await counts()).user < 9 || (await counts()).counter < 1) await wait(100)
  assert.deepEqual(await counts(), { user: 9, counter: 1 })
  const [row] =
    await sql`select department, heard, back, offline_seconds, offline_seconds_max, back_at,
    offline_since, numbers, waiting, lost_ecps, lost_card from counter_signal`
  assert.deepEqual(
    { ...row },
    {
      department: '974',
      heard: 1,
      back: 1,
      offline_seconds: 1_320,
      offline_seconds_max: 1_320,
      back_at: [testSites.saintDenis.id],
      offline_since: new Date(clock.now().getTime() - 1_320_000),
      numbers: 4,
      waiting: 2,
      lost_ecps: 2,
      lost_card: 1,
    },
  )

  // A moment later they may still come back; after some minutes they are counted as lost.
  const now = await readSignals(sql, clock.now(), null)
  assert.equal(now.lately.find(({ department }) => department === '974')?.failures, 0)
  const later = new Date(clock.now().getTime() + 5 * minuteMilliseconds)
  const { lately, minutes } = await readSignals(sql, later, null)
  const of = (component: string, by: string) =>
    lately.filter((one) => one.component === component && one.by === by)
  assert.deepEqual(of('ecps', 'requests'), [
    {
      component: 'ecps',
      by: 'requests',
      department: null,
      attempts: 1,
      failures: 1,
      sitesSeen: 1,
      sites: 1,
    },
    {
      component: 'ecps',
      by: 'requests',
      department: '974',
      attempts: 7,
      failures: 7,
      sitesSeen: 1,
      sites: 1,
    },
  ])
  assert.deepEqual(of('entry', 'requests'), [
    {
      component: 'entry',
      by: 'requests',
      department: '75',
      attempts: 1,
      failures: 0,
      sitesSeen: 0,
      sites: 0,
    },
  ])
  assert.deepEqual(of('entry', 'counters'), [
    {
      component: 'entry',
      by: 'counters',
      department: '974',
      attempts: 1,
      failures: 1,
      sitesSeen: 0,
      sites: 1,
    },
  ])
  assert.deepEqual(
    minutes.map(({ component, attempts, failures }) => ({ component, attempts, failures })),
    [
      { component: 'ecps', attempts: 0, failures: 0 },
      { component: 'entry', attempts: 1, failures: 0 },
    ],
  )
})

test('what two processes count is added up, what could not be written is written with the next, and a site that came back is not missing', async () => {
  await sql`truncate user_signal, counter_signal`
  const at = clock.now()
  const place = (source: string) => ({ department: '971', source })
  let isAway = true
  const database = new Proxy(sql, {
    get: (target, name) =>
      name === 'unsafe' && isAway
        ? () => Promise.reject(new Error('away'))
        : Reflect.get(target, name, target),
  })
  const one = makeUserSignals({ platform: { ...portal.server.platform, database } })
  const other = makeUserSignals({ platform: { ...portal.server.platform, database: sql } })
  for (const site of ['970100001', '970100002', '970100003']) {
    one.began('card', place(site), at)
    one.ended('card', place(site), at, 'failed')
  }
  await one.sum()
  assert.deepEqual(await counts(), { user: 0, counter: 0 })
  isAway = false
  one.began('card', place('970100003'), at)
  await one.sum()
  // The same site, by the other process, gets in.
  other.began('card', place('970100003'), at)
  other.ended('card', place('970100003'), at, 'came-in')
  await other.sum()
  one.ended('card', place('970100003'), at, 'refused')
  await one.sum()
  const later = new Date(at.getTime() + 5 * minuteMilliseconds)
  const { lately, minutes } = await readSignals(sql, later, null)
  assert.deepEqual(lately, [
    {
      component: 'card',
      by: 'requests',
      department: '971',
      attempts: 5,
      failures: 3,
      sitesSeen: 3,
      sites: 2,
    },
  ])
  assert.deepEqual(
    minutes.map(({ attempts, failures }) => [attempts, failures]),
    [[5, 3]],
  )
  assert.deepEqual((await readSignals(sql, later, minutes[0]?.minute ?? null)).minutes, [])
})
