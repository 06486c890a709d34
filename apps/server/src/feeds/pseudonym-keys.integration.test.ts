import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMilliseconds } from '@sidep/time'
import { clusterOfFile } from '../platform/testing.ts'
import { openPseudonymKeys } from './pseudonym-keys.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()
const { platform } = portal.server

const stored = () => portal.sql<{ period: string; key_id: number }[]>`
  select period, key_id from feed_key order by period`

const pass = async (days: number): Promise<void> => {
  portal.clock.advance(days * dayMilliseconds)
  await platform.vault.refresh()
  await openPseudonymKeys(platform).tend()
}

test('a quarter has one key in every process, another quarter another, sealed anew each week and removed with its people', async () => {
  const [one, other] = [openPseudonymKeys(platform), openPseudonymKeys(platform)]
  const key = await one.keyOf('2021-07-01')
  assert.deepEqual(await other.keyOf('2021-09-30'), key)
  assert.notDeepEqual(await one.keyOf('2021-10-01'), key)
  const [before] = await stored()
  assert.equal(before?.period, '2021-Q3')
  await pass(8)
  const [after] = await stored()
  assert.notEqual(after?.key_id, before?.key_id)
  for (let weeks = 0; weeks < 26; weeks += 1) await pass(7)
  assert.deepEqual(await openPseudonymKeys(platform).keyOf('2021-08-01'), key)
  for (let weeks = 0; weeks < 8; weeks += 1) await pass(7)
  assert.deepEqual(
    (await stored()).map(({ period }) => period),
    ['2021-Q4'],
  )
})
