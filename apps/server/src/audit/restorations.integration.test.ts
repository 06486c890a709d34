/** A database that was set back says so by its own chain, in every answer of the interface, for a day. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRestorations, restorationsHeader } from '@sidep/contracts'
import { clusterOfFile, type TestPortal } from '../platform/testing.ts'
import { openRestorations, recordRestoration } from './restorations.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()
const hour = 3_600_000

const headerOf = async ({ server }: TestPortal, path: string): Promise<string | null> => {
  const answer = await fetch(`${server.url}${path}`)
  await answer.arrayBuffer()
  return answer.headers.get(restorationsHeader)
}

test('a portal that was never set back says nothing', async () => {
  assert.equal(await headerOf(portal, '/api/session'), null)
})

test('one that was says to which second and when, for a day; of several each', async () => {
  const now = portal.clock.now()
  const at = (hours: number): Date => new Date(now.getTime() - hours * hour)
  const told = [
    { to: at(26), at: at(25) },
    { to: at(5), at: at(3) },
    { to: at(2), at: at(1) },
  ]
  for (const restoration of told) await recordRestoration(portal.sql, restoration)
  const source = await openRestorations(portal.sql, { now: () => now })
  assert.deepEqual(
    readRestorations(source.header()),
    told.slice(1).map(({ to, at }) => ({ to: to.getTime(), at: at.getTime() })),
  )
  // Started again on it: refusals say it too, pages do not.
  const again = await cluster.portal({ database: 0 })
  assert.equal(await headerOf(again, '/api/session'), source.header())
  assert.equal(await headerOf(again, '/healthz'), null)
  const later = await openRestorations(portal.sql, { now: () => at(-24) })
  assert.equal(later.header(), null)
})
