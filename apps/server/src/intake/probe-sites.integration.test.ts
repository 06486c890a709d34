/** What probes enter is recorded like everything else, and reaches nobody. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScreeningAnswer } from '@sidep/contracts'
import { makeCounter } from '../continuity/testing.ts'
import { probePerson } from '../platform/probe-sites.ts'
import { clusterOfFile, newId, sampleScreening, testSites } from '../platform/testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal({
  environment: { PROBE_SITES: testSites.ajaccio.id, PACE_SCREENINGS_PER_HOUR: '20' },
})
const counter = await makeCounter(portal, testSites.ajaccio)
const cookie = await portal.cookieAt(testSites.ajaccio)

const probe = () => ({ ...sampleScreening(portal), person: probePerson })
const send = (body: unknown) => portal.send('POST', '/api/screenings', body, { cookie })

const outboxAt = async (siteId: string): Promise<number> => {
  const [row] = await portal.sql<{ count: number }[]>`
    select count(*)::int from outbox where site_id = ${siteId}`
  return row?.count ?? -1
}

test('a probe gets its certificate and its link, and no message or feed hears of it', async () => {
  const reply = await send(probe())
  assert.equal(reply.status, 201, reply.text)
  const { certificate } = reply.json<ScreeningAnswer>()
  assert.ok(certificate?.hcert)
  const code = new URL(certificate.retrieval).hash.slice(1)
  const found = await portal.send('POST', '/api/retrieval', {
    code,
    birthDate: probePerson.birthDate,
  })
  assert.equal(found.status, 200)
  assert.equal(await outboxAt(testSites.ajaccio.id), 0)
})

test('nobody but the person that is none can be entered at a probe site, in any way', async () => {
  const refused = await send(sampleScreening(portal))
  assert.equal(refused.code, 'REQUEST_INVALID')
  assert.deepEqual(refused.faults, [{ pointer: '/person', code: 'NOT_ALLOWED' }])
  const { contact } = sampleScreening(portal).person
  const reached = await send({ ...probe(), person: { ...probePerson, contact } })
  assert.equal(reached.code, 'REQUEST_INVALID')

  const sound = probe()
  const batch = await portal.send(
    'POST',
    '/api/screenings/batch',
    { screenings: [sampleScreening(portal), sound] },
    { cookie },
  )
  const { lines } = batch.json<{ lines: { id: string; status: string }[] }>()
  assert.deepEqual(
    lines.map(({ status }) => status),
    ['refused', 'recorded'],
  )

  const { person, device, sampledAt } = sampleScreening(portal)
  const corrected = await counter.send('POST', `/api/screenings/${sound.id}/corrections`, {
    id: newId(portal.clock),
    replaces: 1,
    reason: 'name',
    screening: { person, device, sampledAt, result: 'negative' },
  })
  assert.deepEqual(corrected.faults, [{ pointer: '/screening/person', code: 'NOT_ALLOWED' }])
  assert.equal(await outboxAt(testSites.ajaccio.id), 0)
})

test('probes are not counted against their name', async () => {
  for (let number = 0; number < 25; number += 1) assert.equal((await send(probe())).status, 201)
  const [row] = await portal.sql<{ count: number }[]>`
    select count(*)::int from continuity_flag where code = 'PACE_EXCEEDED'`
  assert.equal(row?.count, 0)
})
