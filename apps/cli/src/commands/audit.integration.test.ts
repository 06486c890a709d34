import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { recordAct } from '@sidep/server/audit/chain.ts'
import type { AuditCheck } from '@sidep/server/audit/check-rolls.ts'
import { publishedDigests } from '@sidep/server/audit/published-digests.ts'
import type { RetentionReport } from '@sidep/server/audit/retention/report.ts'
import { signHeads } from '@sidep/server/audit/sign-heads.ts'
import { openSigners } from '@sidep/server/issuance/signers.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import { openDatabase, type Pools } from '@sidep/server/platform/database.ts'
import { fillFromTemplate } from '@sidep/server/platform/test-template.ts'
import { asOwner } from '@sidep/server/platform/testing.ts'
import { signBundle } from '@sidep/trust'
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
  await fillFromTemplate(environment().DATA_DIR)
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

const anyDigest = `1:${'0'.repeat(64)}`

test('checking without keys is refused as a matter of configuration, 78', async () => {
  assert.equal((await sidep('audit', '--check', '--against', anyDigest)).exitCode, 78)
})

test('checking without a digest from outside is refused, and so is one that is none', async () => {
  const without = await sidep('audit', '--check')
  assert.equal(without.exitCode, 64)
  assert.match(without.stderr, /kept outside/)
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

/** Signs the day's heads, as a server does. @returns what a verifier keeps of it: the digest, and a bundle in a file */
const signDay = async (): Promise<{ digest: string; bundle: string }> => {
  const keysDirectory = join(environment().DATA_DIR, 'keys')
  const configuration = { mode: 'development', keysDirectory } as const
  const { scopes } = await openSigners(configuration, systemClock, systemRandomBytes)
  const bundle = join(folder, 'bundle.cose')
  let digest = ''
  await withPools(async ({ worker }) => {
    const log = { info: () => {} }
    await signHeads({ database: worker, clock: systemClock, signer: scopes.continuity, log })
    const audit = await publishedDigests(worker)
    digest = `${audit[0]?.number}:${audit[0]?.digest}`
    const at = systemClock.now().toISOString()
    const content = { version: 1, issuedAt: at, expiresAt: at, dcc: [], twoddoc: [] } as const
    await writeFile(bundle, await signBundle({ ...content, audit }, scopes.bundle))
  })
  return { digest, bundle }
}

test('a sound chain is checked with 0, one that differs from what was kept outside or was changed with 1', async () => {
  await withPools(actDaysAgo(0))
  const { digest, bundle } = await signDay()
  const sound = await sidep('audit', '--check', '--json', '--against', digest)
  assert.equal(sound.exitCode, 0, sound.stdout + sound.stderr)
  const check: AuditCheck = JSON.parse(sound.stdout)
  assert.deepEqual([check.ok, check.chains, check.rows], [true, 2, 3])
  const byBundle = await sidep('audit', '--check', '--against', bundle)
  assert.equal(byBundle.exitCode, 0, byBundle.stdout + byBundle.stderr)
  assert.match(byBundle.stdout, /day 1 is as it was kept outside/)
  const other = await sidep('audit', '--check', '--against', anyDigest)
  assert.equal(other.exitCode, 1)
  assert.match(other.stdout, /OUTSIDE_DIFFERS/)
  const none = await sidep('audit', '--check', '--against', join(folder, 'nothing.cose'))
  assert.equal(none.exitCode, 64)
  await withPools(({ worker }) =>
    asOwner(worker, (owner) => owner`update audit set subject = 'x' where site_id = ${siteId}`),
  )
  const changed = await sidep('audit', '--check', '--site', siteId, '--against', digest)
  assert.equal(changed.exitCode, 1)
  assert.match(changed.stdout, /750712184: ROW_CHANGED at 2/)
})

test('readings are shown by site and time, with who was at the keyboard; other acts are not', async () => {
  const at = new Date('2026-11-20T10:00:00Z')
  const staff = { id: '899700075122', familyName: 'X', firstNames: 'Y' }
  const actor = { professionalId: '810003456789', counterId: null, door: 'card' } as const
  await withPools(async ({ worker }) => {
    const listed = { siteId, at, act: 'screenings.listed', subject: 'waiting shown:3' } as const
    await recordAct(worker, { ...listed, actor: { ...actor, operator: staff } })
    await recordAct(worker, { ...listed, siteId: '2A0000014', actor })
    await recordAct(worker, { ...listed, act: 'screening.recorded', actor })
  })
  const times = ['--from', '2026-11-20', '--to', '2026-11-20T12:00Z']
  const one = await sidep('audit', '--readings', '--site', siteId, ...times)
  assert.equal(one.exitCode, 0, one.stderr)
  assert.equal(
    one.stdout.trim(),
    `2026-11-20T10:00:00.000Z ${siteId} screenings.listed 810003456789 by 899700075122 waiting shown:3`,
  )
  const all = await sidep('audit', '--readings', ...times, '--json')
  assert.deepEqual(
    JSON.parse(all.stdout).readings.map((reading: { siteId: string }) => reading.siteId),
    ['2A0000014', siteId].sort(),
  )
  const none = await sidep('audit', '--readings')
  assert.equal(none.stdout.trim(), '')
  assert.equal((await sidep('audit', '--readings', '--from', 'yesterday')).exitCode, 64)
})
