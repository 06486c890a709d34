import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RetrievalAnswer, ScreeningAnswer, ScreeningInput } from '@sidep/contracts'
import { clusterOfFile, sampleScreening, testSites } from '../platform/testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()

const hours = (count: number): number => count * 3_600_000

const recorded = async (changes: Partial<ScreeningInput> = {}) => {
  const screening = sampleScreening(portal, changes)
  const cookie = await portal.cookieAt(testSites.parvis)
  const reply = await portal.send('POST', '/api/screenings', screening, { cookie })
  assert.equal(reply.status, 201, reply.text)
  const { certificate } = reply.json<ScreeningAnswer>()
  const code = certificate?.retrieval.split('#')[1]
  const { birthDate } = screening.person
  const open = async (): Promise<RetrievalAnswer['acceptance']> => {
    const answer = await portal.send(
      'POST',
      '/api/retrieval',
      { code, birthDate },
      { cookie: null },
    )
    assert.equal(answer.status, 200, answer.text)
    return answer.json<RetrievalAnswer>().acceptance
  }
  return { screening, open }
}

const untilOf = (acceptance: RetrievalAnswer['acceptance']): Record<string, string | null> =>
  Object.fromEntries(
    acceptance.map(({ purpose, country, until }) => [`${purpose}:${country}`, until]),
  )

test('a negative certificate says where it is accepted, the pass first, and still until when once that is over', async () => {
  const { screening, open } = await recorded()
  const end = new Date(Date.parse(screening.sampledAt) + hours(72)).toISOString()
  const fresh = await open()
  assert.equal(fresh[0]?.title.fr, 'Passe sanitaire (août 2021)')
  assert.equal(untilOf(fresh)['pass:FR'], end)
  assert.ok('entry:GR' in untilOf(fresh))
  portal.clock.advance(hours(80))
  assert.equal(untilOf(await open())['pass:FR'], end)
})

test('a positive one is accepted nowhere yet, and one without an EU code by the French code', async () => {
  assert.deepEqual(await (await recorded({ result: 'positive' })).open(), [])
  const { screening, open } = await recorded({ device: 'other', deviceName: 'Test maison' })
  const end = new Date(Date.parse(screening.sampledAt) + hours(72)).toISOString()
  assert.deepEqual(untilOf(await open())['pass:FR'], end)
})
