import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHourlyHistory } from '@sidep/server/operations/forecast/read-history.ts'
import { countScreenings } from '@sidep/server/operations/screen/counting.ts'
import { clusterOfFile, sampleScreening, testSites } from '@sidep/server/platform/testing.ts'
import { makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

const cluster = await clusterOfFile()

test('two simulated years with holidays and waves: at least a fifth better than last week, and honest intervals', async () => {
  const folder = await makeTemporaryFolder()
  try {
    for (const seed of ['1', '2026']) {
      const words = ['forecast', '--simulated', '--seed', seed, '--capacity', '60', '--json']
      const { exitCode, stdout, stderr } = await runCommand(words, folder).finished
      assert.equal(exitCode, 0, stderr)
      const { backtest, hours, peak } = JSON.parse(stdout)
      assert.ok(backtest.weeks > 90)
      assert.ok(backtest.scaledError <= 0.8, `seed ${seed}: ${backtest.scaledError}`)
      assert.ok(backtest.coverage >= 0.75 && backtest.coverage <= 0.85, `${backtest.coverage}`)
      assert.equal(hours.length, 168)
      assert.ok(peak.shareOfCapacity > 0)
    }
  } finally {
    await removeFolder(folder)
  }
})

test('hours are read from the database by the clock in France, today and probes left out', async () => {
  const portal = await cluster.portal({ environment: { PROBE_SITES: testSites.ajaccio.id } })
  const cookie = await portal.cookieAt(testSites.parvis)
  for (let count = 0; count < 3; count += 1) {
    const body = sampleScreening(portal)
    const sent = await portal.send('POST', '/api/screenings', body, { cookie })
    assert.equal(sent.status, 201, sent.text)
  }
  const [one, two] = await portal.sql<{ id: string }[]>`select id from screening order by id`
  // 22:30 in Paris on the 12th, 00:10 there on the 13th: both are the 12th in UTC.
  await portal.sql`update screening set recorded_at = '2021-08-12T20:30:00Z' where id = ${one?.id ?? ''}`
  await portal.sql`update screening set recorded_at = '2021-08-12T22:10:00Z' where id = ${two?.id ?? ''}`
  await portal.sql`update screening set recorded_at = '2021-08-14T08:00:00Z' where id not in (${one?.id ?? ''}, ${two?.id ?? ''})`
  const now = new Date('2021-08-14T09:00:00Z')
  const count = () =>
    countScreenings(
      { database: portal.sql, clock: { now: () => now }, configuration },
      new AbortController().signal,
    )
  const { configuration } = portal.server.platform
  await portal.sql`truncate screening_quarter, screening_quarters_counted`
  assert.equal(await readHourlyHistory(portal.sql, now), null)
  await count()
  const history = await readHourlyHistory(portal.sql, now)
  assert.equal(history?.firstDay, '2021-08-12')
  assert.equal(history?.counts.length, 48)
  assert.deepEqual([history?.counts[22], history?.counts[24]], [1, 1])
  assert.equal(
    history?.counts.reduce((sum, count) => sum + count, 0),
    2,
  )
  // What is not counted yet is no day without anybody.
  const later = await readHourlyHistory(portal.sql, new Date('2021-08-20T09:00:00Z'))
  assert.equal(later?.counts.length, 48)
})
