import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { recordAct } from '@sidep/server/audit/chain.ts'
import type { AuditCheck } from '@sidep/server/audit/check-rolls.ts'
import type { RetentionReport } from '@sidep/server/audit/retention/report.ts'
import { openDatabase, type Pools } from '@sidep/server/platform/database.ts'
import { makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

const siteId = '750712184'
let folder: string
before(async () => {
  folder = await makeTemporaryFolder()
})
after(() => removeFolder(folder))

const environment = () => ({ DATA_DIR: join(folder, 'data'), KEYS_DIR: '', DATABASE_URL: '' })
const sidep = (...words: string[]) => runCommand(words, folder, environment()).finished

const withPools = async (work: (pools: Pools) => Promise<unknown>): Promise<void> => {
  const database = await openDatabase(null, environment().DATA_DIR)
  try {
    await work(database.pools)
  } finally {
    await database.close()
  }
}
const actDaysAgo =
  (days: number) =>
  async ({ worker }: Pools) => {
    const at = new Date(Date.now() - days * 86_400_000)
    await recordAct(worker, { siteId, at, act: 'screening.recorded', actor: null, subject: null })
  }

test('without saying what to do, both commands end with 64', async () => {
  assert.equal((await sidep('audit')).exitCode, 64)
  assert.equal((await sidep('retention')).exitCode, 64)
})

test('checking without keys is refused as a matter of configuration, 78', async () => {
  assert.equal((await sidep('audit', '--check')).exitCode, 78)
})

test('the report ends with 1 while something outlives its setting and with 0 once a run was made', async () => {
  await withPools(actDaysAgo(186))
  const before = await sidep('retention', '--report', '--json')
  assert.equal(before.exitCode, 1, before.stderr)
  const report: RetentionReport = JSON.parse(before.stdout)
  assert.deepEqual(
    report.lines.filter(({ kept }) => !kept).map(({ kind }) => kind),
    ['act'],
  )
  assert.equal(report.lastRun, null)
  const done = await sidep('retention', '--run')
  assert.equal(done.exitCode, 0, done.stderr)
  assert.match(done.stdout, /1 act/)
  const after = await sidep('retention', '--report')
  assert.equal(after.exitCode, 0, after.stdout)
  assert.match(after.stdout, /nothing outlives its setting/)
})

test('a sound chain is checked with 0, a changed one with 1 and its code', async () => {
  await withPools(actDaysAgo(0))
  const sound = await sidep('audit', '--check', '--json')
  assert.equal(sound.exitCode, 0, sound.stdout + sound.stderr)
  const check: AuditCheck = JSON.parse(sound.stdout)
  assert.deepEqual([check.ok, check.chains, check.rows], [true, 2, 2])
  await withPools(({ worker }) => worker`update audit set subject = 'x' where site_id = ${siteId}`)
  const changed = await sidep('audit', '--check', '--site', siteId)
  assert.equal(changed.exitCode, 1)
  assert.match(changed.stdout, /750712184: ROW_CHANGED at 2/)
})
