import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DuplicatesAnswer, ScreeningInput, SiteView } from '@sidep/contracts'
import { clusterOfFile, sampleScreening, testSites } from '../platform/testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()

const person = {
  familyName: 'Le Goff',
  firstNames: 'Éloïse',
  birthDate: '1980-04-03',
  sex: 'F',
} as const
const minutes = (count: number): string =>
  new Date(portal.clock.now().getTime() - 3_600_000 + count * 60_000).toISOString()

const record = async (changes: Partial<ScreeningInput>): Promise<ScreeningInput> => {
  const screening = sampleScreening(portal, changes)
  const cookie = await portal.cookieAt(testSites.parvis)
  const reply = await portal.send('POST', '/api/screenings', screening, { cookie })
  assert.equal(reply.status, 201, reply.text)
  return screening
}

const ask = async (
  asked: readonly Record<string, unknown>[],
  site: SiteView = testSites.parvis,
): Promise<DuplicatesAnswer['found']> => {
  const cookie = await portal.cookieAt(site)
  const screenings = asked.map((changes) => ({
    id: sampleScreening(portal, {}).id,
    familyName: person.familyName,
    firstNames: person.firstNames,
    birthDate: person.birthDate,
    sampledAt: minutes(0),
    ...changes,
  }))
  const reply = await portal.send(
    'POST',
    '/api/reconciliations/duplicates',
    { screenings },
    { cookie },
  )
  assert.equal(reply.status, 200, reply.text)
  return reply.json<DuplicatesAnswer>().found
}

test('a person sampled within the hour is found however the name is typed, with the nearest time', async () => {
  await record({ person, sampledAt: minutes(-20) })
  await record({ person, sampledAt: minutes(-50) })
  const found = await ask([{ familyName: 'LE-GOFF', firstNames: 'eloise' }])
  assert.equal(found.length, 1)
  assert.equal(found[0]?.sampledAt, minutes(-20))
})

test('another time, birth date or site, the screening itself, and what cannot be read are no doubles', async () => {
  const own = await record({
    person: { ...person, familyName: 'Seule' },
    sampledAt: minutes(0),
  })
  assert.deepEqual(
    await ask([
      { sampledAt: minutes(-20 - 61 - 60) },
      { birthDate: '1980-04-04' },
      { id: own.id, familyName: 'Seule' },
      { sampledAt: 'not a moment at all!!' },
    ]),
    [],
  )
  assert.deepEqual(await ask([{}], testSites.ajaccio), [])
})

test('nobody asks without a session', async () => {
  const reply = await portal.send(
    'POST',
    '/api/reconciliations/duplicates',
    { screenings: [] },
    { cookie: null },
  )
  assert.equal(reply.status, 401)
})
