/**
 * kill -9 of a retention run at random instants: nothing goes twice, nothing stays, the chain stays checkable.
 * SIDEP_KILL_SEED replays one run.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { recordAct } from '@sidep/server/audit/chain.ts'
import { openDatabase, type Pools } from '@sidep/server/platform/database.ts'
import { makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

const seed = Number(process.env.SIDEP_KILL_SEED ?? randomInt(2 ** 31))
const killsMax = 4
const screenings = 30_000
const acts = 4_500
const siteId = '750712184'

let state = seed | 0
/** xorshift32: small, and the same everywhere. */
const random = (): number => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32
}

let folder: string
before(async () => {
  folder = await makeTemporaryFolder()
})
after(() => removeFolder(folder))

const environment = () => ({ DATA_DIR: join(folder, 'data'), KEYS_DIR: '', DATABASE_URL: '' })
const sidep = (...words: string[]) => runCommand(words, folder, environment())

const withPools = async <T>(work: (pools: Pools) => Promise<T>): Promise<T> => {
  const database = await openDatabase(null, environment().DATA_DIR)
  try {
    return await work(database.pools)
  } finally {
    await database.close()
  }
}

/** Screenings of a hundred days ago, acts of two hundred. */
const fill = async ({ worker }: Pools): Promise<void> => {
  await worker`insert into screening (site_id, id, professional_id, door, state, kind, disease, device, sampled_at,
      recorded_at, result, catch_up, request_digest, person_hash, key_id, sealed)
    select ${siteId}, gen_random_uuid(), '810003456789', 'ecps', 'final', 'antigen', '840539006', '1232',
      now() - interval '100 days', now() - interval '100 days', 'negative', false, 'd', 'h', 1, 's'
    from generate_series(1, ${screenings})`
  const at = new Date(Date.now() - 200 * 86_400_000)
  for (let index = 0; index < acts; index += 1) {
    await recordAct(worker, { siteId, at, act: 'screening.recorded', actor: null, subject: null })
  }
}

test(`a retention run killed again and again removes each row once (seed ${seed})`, {
  timeout: 180_000,
}, async (context) => {
  await withPools(fill)
  for (let kill = 0; kill < killsMax; kill += 1) {
    const { child, finished } = sidep('retention', '--run')
    const milliseconds = 700 + Math.floor(random() * 2_500)
    const ended = await Promise.race([finished, wait(milliseconds, null)])
    if (ended !== null) break
    child.kill('SIGKILL')
    await finished
    const [row] = await withPools(
      ({ worker }) => worker<{ erased: number; acts: number }[]>`
        select (select count(*) from screening where erased_at is not null)::int as erased,
          (select count(*) from audit where site_id = ${siteId})::int as acts`,
    )
    context.diagnostic(
      `killed after ${milliseconds} ms: ${row?.erased} erased, ${row?.acts} acts left`,
    )
  }
  const last = await sidep('retention', '--run', '--report', '--json').finished
  assert.equal(last.exitCode, 0, last.stdout + last.stderr)
  await withPools(async ({ worker }) => {
    const runs = await worker<{ removed: Record<string, number> }[]>`
      select removed from retention_run where finished_at is not null`
    const total = (kind: string): number =>
      runs.reduce((sum, { removed }) => sum + (removed[kind] ?? 0), 0)
    assert.deepEqual([total('identity'), total('act')], [screenings, acts])
    const [left] = await worker<{ runs: number }[]>`
      select count(*)::int as runs from audit where act = 'retention.run'`
    assert.equal(left?.runs, runs.length)
  })
  const check = await sidep('audit', '--check', '--site', siteId, '--json').finished
  assert.equal(check.exitCode, 0, check.stdout + check.stderr)
})
