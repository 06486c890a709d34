/** Bounds on what a site is given hold for requests of the same instant too. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestCluster, type TestCluster, type TestPortal } from '../platform/testing.ts'
import { makeCounter } from './testing.ts'

let cluster: TestCluster
let portal: TestPortal
before(async () => {
  cluster = await startTestCluster()
  portal = await cluster.portal()
})
after(() => cluster.close())

/** How often each answer came, by its status. */
const together = async (
  count: number,
  send: () => Promise<{ readonly status: number; readonly code: string | null | undefined }>,
): Promise<ReadonlyMap<string, number>> => {
  const answers = await Promise.all(Array.from({ length: count }, send))
  const bySort = Map.groupBy(answers, ({ status, code }) =>
    status < 400 ? String(status) : `${status} ${code}`,
  )
  return new Map([...bySort].map(([sort, all]) => [sort, all.length]))
}

test('a counter that asks for thirty booklets at once gets the six that it may have', async () => {
  const { send, counterKey } = await makeCounter(portal)
  const answers = await together(30, () => send('POST', '/api/booklets', { counterKey }))
  assert.deepEqual(Object.fromEntries(answers), { 201: 6, '409 BOOKLETS_TOO_MANY': 24 })
})

test('a site that prints twenty sheets at once has as many slips out as it may have', async () => {
  const { send } = await makeCounter(portal)
  const answers = await together(20, () => send('POST', '/api/slips', { count: 40 }))
  assert.deepEqual(Object.fromEntries(answers), { 201: 12, '409 SLIPS_TOO_MANY': 8 })
})
