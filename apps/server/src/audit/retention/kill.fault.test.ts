/**
 * kill -9 of a process in the middle of a retention run, four times: nothing is counted twice, nothing stays, and the
 * chain can be checked at each point. SIDEP_KILL_SEED replays one run.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { openSigners } from '../../issuance/signers.ts'
import { systemClock, systemRandomBytes } from '../../platform/clock.ts'
import type { Sql } from '../../platform/context.ts'
import { openEmbeddedDatabase } from '../../platform/database.ts'
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../platform/embedded/cluster.ts'
import { recordAct } from '../chain.ts'
import { checkChain } from '../check.ts'
import { openStatementVerifier } from '../statement-signers.ts'

const seed = Number(process.env.SIDEP_KILL_SEED ?? randomInt(1, 2 ** 31))
const kills = 4
const screenings = 20_000
const acts = 3_500
const siteId = '750712184'

let state = seed | 0
/** xorshift32: small, and the same everywhere. */
const random = (): number => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32
}

const folder = mkdtempSync(join(tmpdir(), 'sidep-retention-kill-'))
const keysDirectory = join(folder, 'keys')
let embedded: EmbeddedDatabase
before(async () => {
  embedded = await startEmbeddedDatabase(folder)
  await openSigners({ mode: 'development', keysDirectory }, systemClock, systemRandomBytes)
})
after(async () => {
  await embedded.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** What the process runs that is killed: one run over the database it is told. */
const program = `
import { runRetention } from ${JSON.stringify(join(import.meta.dirname, 'run.ts'))}
import { openSigners } from ${JSON.stringify(join(import.meta.dirname, '../../issuance/signers.ts'))}
import { systemClock, systemRandomBytes } from ${JSON.stringify(join(import.meta.dirname, '../../platform/clock.ts'))}
import { openEmbeddedDatabase } from ${JSON.stringify(join(import.meta.dirname, '../../platform/database.ts'))}
const { connection, keysDirectory } = JSON.parse(process.env.SIDEP_TEST_GROUND)
const database = await openEmbeddedDatabase({ connection, stop: async () => {} }, 'kill')
const signers = await openSigners({ mode: 'development', keysDirectory }, systemClock, systemRandomBytes)
await runRetention({
  database: database.pools.worker,
  clock: systemClock,
  randomBytes: systemRandomBytes,
  vault: { removeKeysBefore: async () => 0 },
  signer: signers.scopes.continuity,
  rootCertificate: signers.rootCertificate,
  retention: { identifyingDays: 92, tracesDays: 184 },
  erasedUntil: { read: () => null, raise() {} },
  log: { info() {}, error: console.error },
}, new AbortController().signal)
await database.close()
`

const startRun = (): ChildProcess =>
  spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: {
      ...process.env,
      SIDEP_TEST_GROUND: JSON.stringify({ connection: embedded.connection, keysDirectory }),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })

/** Screenings of a hundred days ago, acts of two hundred. */
const fill = async (sql: Sql): Promise<void> => {
  await sql`insert into screening (site_id, id, professional_id, door, state, kind, disease, device, sampled_at,
      recorded_at, result, catch_up, request_digest, person_hash, key_id, sealed)
    select ${siteId}, gen_random_uuid(), '810003456789', 'ecps', 'final', 'antigen', '840539006', '1232',
      now() - interval '100 days', now() - interval '100 days', 'negative', false, 'd', 'h', 1, 's'
    from generate_series(1, ${screenings})`
  const at = new Date(systemClock.now().getTime() - 200 * 86_400_000)
  for (let index = 0; index < acts; index += 1) {
    await recordAct(sql, { siteId, at, act: 'screening.recorded', actor: null, subject: null })
  }
}

const doneSoFar = async (sql: Sql): Promise<{ erased: number; cut: number }> => {
  const [row] = await sql<{ erased: number; cut: number }[]>`
    select (select count(*) from screening where erased_at is not null)::int as erased,
      (select ${acts} - count(*) from audit where site_id = ${siteId})::int as cut`
  assert.ok(row)
  return row
}

/** Kills the process once it has done as much as said; false when it was done before. */
const killAt = async (sql: Sql, workDone: number): Promise<boolean> => {
  const child = startRun()
  const ended = once(child, 'exit')
  for (;;) {
    const { erased, cut } = await doneSoFar(sql)
    if (erased + cut >= workDone || child.exitCode !== null) break
    await wait(1)
  }
  const killed = child.kill('SIGKILL')
  await ended
  return killed
}

test(`a retention run killed ${kills} times removes each row once (seed ${seed})`, {
  timeout: 180_000,
}, async (context) => {
  const database = await openEmbeddedDatabase(embedded, 'kill')
  const sql = database.pools.worker
  try {
    await fill(sql)
    const { rootCertificate } = await openSigners(
      { mode: 'development', keysDirectory },
      systemClock,
      systemRandomBytes,
    )
    const anywhere = Array.from({ length: kills - 1 }, () => Math.floor(random() * screenings))
    // And once after the first cut into the chain.
    const moments = [...anywhere, screenings + 1]
    for (const moment of moments.sort((a, b) => a - b)) {
      const killed = await killAt(sql, moment)
      const { erased, cut } = await doneSoFar(sql)
      context.diagnostic(`seed ${seed}: killed ${killed} at ${erased} erased, ${cut} acts cut`)
      const verifies = await openStatementVerifier(sql, rootCertificate)
      // The database may still be at the statement that it was sent last: where the chain begins is not fixed yet.
      const check = await checkChain(sql, siteId, verifies)
      assert.equal(check.ok, true, check.ok ? '' : check.code)
    }
    const [code] = await once(startRun(), 'exit')
    assert.equal(code, 0)
    const runs = await sql<{ removed: Record<string, number>; finished_at: Date | null }[]>`
      select removed, finished_at from retention_run`
    const total = (kind: string): number =>
      runs.reduce((sum, { removed }) => sum + (removed[kind] ?? 0), 0)
    assert.deepEqual([total('identity'), total('act')], [screenings, acts])
    assert.ok(runs.every(({ finished_at }) => finished_at !== null))
    const told = await sql`select 1 from audit where act = 'retention.run'`
    assert.equal(told.length, runs.length)
  } finally {
    await database.close()
  }
})
