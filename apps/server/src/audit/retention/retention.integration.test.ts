import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ScreeningInput, SiteView } from '@sidep/contracts'
import { dayMilliseconds } from '@sidep/time'
import { openSigners, type Signers } from '../../issuance/signers.ts'
import { systemRandomBytes } from '../../platform/clock.ts'
import {
  asOwner,
  makeTestClock,
  sampleScreening,
  startTestCluster,
  type TestCluster,
  type TestPortal,
  testSites,
  testStart,
} from '../../platform/testing.ts'
import { VaultError } from '../../platform/vault.ts'
import { checkChain } from '../check.ts'
import { checkAudit, checkRolls, type RollsCheckDependencies } from '../check-rolls.ts'
import { portalChain, readPublishedRolls, signHeads } from '../sign-heads.ts'
import { locks, whenAlone } from '../single-run.ts'
import { openStatementVerifier } from '../statement-signers.ts'
import { nothingErased, silentLog } from '../testing.ts'
import { reportRetention } from './report.ts'
import { isRunDue, type RetentionDependencies, runEveryHours, runRetention } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-retention-'))
let cluster: TestCluster
let signers: Signers
before(async () => {
  cluster = await startTestCluster()
  signers = await openSigners(
    { mode: 'development', keysDirectory: join(folder, 'keys') },
    makeTestClock(testStart),
    systemRandomBytes,
  )
})
after(async () => {
  await cluster.close()
  rmSync(folder, { recursive: true, force: true })
})

const { parvis, saintDenis } = testSites
const settings = { identifyingDays: 92, tracesDays: 184 }
const minute = 60_000

const openPortal = (): Promise<TestPortal> => cluster.portal({ overrides: { signers } })

const dependenciesOf = (portal: TestPortal): RetentionDependencies => ({
  database: portal.sql,
  clock: portal.clock,
  randomBytes: systemRandomBytes,
  vault: portal.server.platform.vault,
  signer: signers.scopes.continuity,
  rootCertificate: signers.rootCertificate,
  retention: settings,
  erasedUntil: nothingErased,
  log: silentLog,
})
const run = (portal: TestPortal, changes: Partial<RetentionDependencies> = {}) =>
  runRetention({ ...dependenciesOf(portal), ...changes }, new AbortController().signal)
const sign = (portal: TestPortal) =>
  signHeads({
    database: portal.sql,
    clock: portal.clock,
    signer: signers.scopes.continuity,
    log: silentLog,
  })
const report = (portal: TestPortal) => reportRetention(portal.sql, settings, portal.clock.now())
const outlived = async (portal: TestPortal): Promise<string[]> =>
  (await report(portal)).lines.filter(({ kept }) => !kept).map(({ kind }) => kind)
const verifier = ({ sql }: TestPortal) => openStatementVerifier(sql, signers.rootCertificate)
const rollsDependencies = async (portal: TestPortal): Promise<RollsCheckDependencies> => ({
  verifies: await verifier(portal),
  at: portal.clock.now(),
  headsKeptSince: new Date(portal.clock.now().getTime() - settings.tracesDays * dayMilliseconds),
  outside: await readPublishedRolls(portal.sql, 1),
})

/** Signed in anew each time: sessions end within a day. */
const send = async (
  portal: TestPortal,
  method: string,
  path: string,
  body?: unknown,
  site: SiteView = parvis,
) => portal.send(method, path, body, { cookie: await portal.cookieAt(site) })

const record = async (
  portal: TestPortal,
  changes: Partial<ScreeningInput> = {},
  site: SiteView = parvis,
): Promise<void> => {
  const reply = await send(
    portal,
    'POST',
    '/api/screenings',
    sampleScreening(portal, changes),
    site,
  )
  assert.equal(reply.status, 201, reply.text)
}

/** Moves the clock, and lets the vault have the key of the week it is then. */
const pass = async (portal: TestPortal, milliseconds: number): Promise<void> => {
  portal.clock.advance(milliseconds)
  await portal.server.platform.vault.refresh()
}

const countsOf = async ({ sql }: TestPortal) => {
  const [row] = await sql<Record<string, number>[]>`select
    (select count(*) from screening where erased_at is null)::int as identified,
    (select count(*) from screening where erased_at is not null)::int as erased,
    (select count(*) from certificate)::int as certificates,
    (select count(*) from retrieval)::int as links,
    (select count(*) from outbox)::int as messages,
    (select coalesce(sum(screenings), 0) from screening_count)::int as counted`
  assert.ok(row)
  return row
}

test('identity is there until three months are over, and gone with certificate, link and messages then', async () => {
  const portal = await openPortal()
  await record(portal, { symptoms: { presence: 'none' } })
  await pass(portal, settings.identifyingDays * dayMilliseconds)
  assert.deepEqual((await run(portal))?.removed.identity, undefined)
  assert.deepEqual(await countsOf(portal), {
    identified: 1,
    erased: 0,
    certificates: 1,
    links: 1,
    messages: 2,
    counted: 0,
  })
  await pass(portal, 1)
  const outcome = await run(portal)
  assert.deepEqual(outcome?.removed, { identity: 1, certificate: 1, link: 1, message: 2 })
  assert.deepEqual(await countsOf(portal), {
    identified: 0,
    erased: 1,
    certificates: 0,
    links: 0,
    messages: 0,
    counted: 0,
  })
  const [row] = await portal.sql`
    select key_id, sealed, person_hash, request_digest, symptoms, department, result from screening`
  assert.deepEqual(
    { ...row },
    {
      key_id: 0,
      sealed: Buffer.alloc(0),
      person_hash: Buffer.alloc(0),
      request_digest: Buffer.alloc(0),
      symptoms: null,
      department: null,
      result: 'negative',
    },
  )
})

test('an erased screening is in no list, and its id cannot be entered again', async () => {
  const portal = await openPortal()
  const input = sampleScreening(portal)
  assert.equal((await send(portal, 'POST', '/api/screenings', input)).status, 201)
  await pass(portal, settings.identifyingDays * dayMilliseconds + minute)
  await run(portal)
  const again = sampleScreening(portal, { id: input.id })
  assert.equal((await send(portal, 'POST', '/api/screenings', again)).code, 'SCREENING_ID_REUSED')
  const opened = await send(portal, 'GET', `/api/screenings/${input.id}`)
  assert.equal(opened.code, 'SCREENING_UNKNOWN')
  const list = await send(portal, 'GET', '/api/screenings?day=2021-08-13')
  assert.deepEqual(list.json<{ screenings: unknown[] }>().screenings, [])
})

test('a screening that still waits after three months goes whole', async () => {
  const portal = await openPortal()
  const { result: _, ...waiting } = sampleScreening(portal)
  assert.equal((await send(portal, 'POST', '/api/screenings', waiting)).status, 201)
  await pass(portal, settings.identifyingDays * dayMilliseconds + minute)
  assert.deepEqual((await run(portal))?.removed, { identity: 1 })
  const { identified, erased } = await countsOf(portal)
  assert.deepEqual([identified, erased], [0, 0])
})

test('the key of a week goes when all it sealed is past its time, and a copy of the row cannot be read', async () => {
  const portal = await openPortal()
  await record(portal)
  const { vault } = portal.server.platform
  const [copy] = await portal.sql<{ id: string; key_id: number; sealed: Uint8Array }[]>`
    select id, key_id, sealed from screening`
  assert.ok(copy)
  const context = `screening|${parvis.id}|${copy.id}`
  // Friday 13 August plus 92 days: the week began on Monday 9 and ended on Monday 16.
  await pass(portal, settings.identifyingDays * dayMilliseconds + minute)
  await run(portal)
  assert.ok(vault.open(copy.key_id, copy.sealed, context).length > 0)
  portal.clock.set('2021-11-16T00:00:00Z')
  await vault.refresh()
  assert.equal((await run(portal))?.removed['data-key'], 1)
  assert.throws(
    () => vault.open(copy.key_id, copy.sealed, context),
    (error) => error instanceof VaultError && error.code === 'KEY_REMOVED',
  )
})

test('after six months the row becomes a number under the site’s own day, and the acts go behind a checkpoint', async () => {
  const portal = await openPortal()
  // 21:30 UTC: already the next day on Réunion.
  portal.clock.set('2021-08-13T21:30:00Z')
  await portal.sql`insert into site (id, name, postal_code, source, updated_at)
    values (${saintDenis.id}, 'x', '97400', 'test', now()) on conflict do nothing`
  for (const result of ['negative', 'negative', 'positive'] as const) {
    await record(portal, { result }, saintDenis)
  }
  await sign(portal)
  await pass(portal, settings.tracesDays * dayMilliseconds)
  await run(portal)
  assert.equal((await countsOf(portal)).erased, 3)
  const verifies = await verifier(portal)
  assert.deepEqual(await checkChain(portal.sql, saintDenis.id, verifies), {
    ok: true,
    rows: 3,
    signedHeads: 1,
  })
  await pass(portal, minute)
  const outcome = await run(portal)
  assert.equal(outcome?.removed.screening, 3)
  // The heads-signed act of the portal's own chain is as old.
  assert.equal(outcome?.removed.act, 4)
  const counted = await portal.sql<{ day: string; result: string; screenings: number }[]>`
    select day::text, result, screenings from screening_count where site_id = ${saintDenis.id} order by result`
  assert.deepEqual(
    counted.map((row) => ({ ...row })),
    [
      { day: '2021-08-14', result: 'negative', screenings: 2 },
      { day: '2021-08-14', result: 'positive', screenings: 1 },
    ],
  )
  const [left] = await portal.sql`select count(*)::int as screenings from screening`
  assert.equal(left?.screenings, 0)
  assert.equal((await checkChain(portal.sql, saintDenis.id, verifies)).ok, true)
})

test('a chain cut by retention goes on from its checkpoint and is checked from there', async () => {
  const portal = await openPortal()
  for (let index = 0; index < 3; index += 1) await record(portal)
  await sign(portal)
  await pass(portal, (settings.tracesDays - 1) * dayMilliseconds)
  await record(portal)
  await sign(portal)
  await pass(portal, dayMilliseconds + minute)
  await run(portal)
  const verifies = await verifier(portal)
  const check = () => checkChain(portal.sql, parvis.id, verifies)
  assert.deepEqual(await check(), { ok: true, rows: 1, signedHeads: 2 })
  await record(portal)
  assert.deepEqual(await check(), { ok: true, rows: 2, signedHeads: 2 })

  const { sql } = portal
  await asOwner(
    sql,
    (owner) => owner`update audit_checkpoint set sequence = 4 where site_id = ${parvis.id}`,
  )
  assert.deepEqual(await check(), { ok: false, code: 'CHECKPOINT_FORGED', sequence: 4n })
  await asOwner(sql, (owner) => owner`delete from audit_checkpoint where site_id = ${parvis.id}`)
  assert.deepEqual(await check(), { ok: false, code: 'ROW_MISSING', sequence: 1n })
})

test('a chain that somebody changed is not cut, and the report shows it', async () => {
  const portal = await openPortal()
  await record(portal)
  await asOwner(
    portal.sql,
    (owner) =>
      owner`update audit set professional_id = '899999999999' where site_id = ${parvis.id}`,
  )
  await pass(portal, (settings.tracesDays + 2) * dayMilliseconds)
  const outcome = await run(portal)
  assert.equal(outcome?.brokenChains, 1)
  assert.equal(outcome?.removed.act, undefined)
  assert.deepEqual(await outlived(portal), ['act'])
})

test('signed heads go after six months, rolls stay, and what remains is still whole', async () => {
  const portal = await openPortal()
  for (let day = 0; day < 3; day += 1) {
    await record(portal)
    await sign(portal)
    await pass(portal, dayMilliseconds)
  }
  // Now 16 August: 184 days later the heads of the 13th and 14th are past their time.
  portal.clock.set('2022-02-15T00:00:00.001Z')
  await portal.server.platform.vault.refresh()
  await run(portal)
  const rolls = await portal.sql<{ day: string }[]>`select day::text from audit_roll order by day`
  assert.deepEqual(
    rolls.map(({ day }) => day),
    ['2021-08-13', '2021-08-14', '2021-08-15'],
  )
  const heads = await portal.sql`select 1 from audit_signed_head where day <= '2021-08-14'`
  assert.equal(heads.length, 0)
  await sign(portal)
  const all = await checkAudit(portal.sql, null, await rollsDependencies(portal))
  assert.equal(all.ok, true, JSON.stringify(all))
  assert.equal((await checkRolls(portal.sql, await rollsDependencies(portal))).ok, true)
})

test('each run is an act with its counts', async () => {
  const portal = await openPortal()
  await record(portal)
  await run(portal)
  await pass(portal, settings.identifyingDays * dayMilliseconds + minute)
  await run(portal)
  const acts = await portal.sql<{ act: string; subject: string }[]>`
    select act, subject from audit where site_id = ${portalChain} order by sequence`
  assert.deepEqual(
    acts.map(({ act, subject }) => [act, JSON.parse(subject)]),
    [
      ['retention.run', {}],
      ['retention.run', { identity: 1, certificate: 1, link: 1, message: 2 }],
    ],
  )
})

test('the report names what outlives its setting while the job has not run, and nothing once it has', async () => {
  const portal = await openPortal()
  await record(portal)
  assert.deepEqual(await outlived(portal), [])
  // The day that the job has to come by.
  await pass(portal, (settings.identifyingDays + 1) * dayMilliseconds)
  assert.deepEqual(await outlived(portal), [])
  await pass(portal, minute)
  assert.deepEqual(await outlived(portal), ['identity', 'certificate', 'link', 'message'])
  await pass(portal, 7 * dayMilliseconds)
  assert.ok((await outlived(portal)).includes('data-key'))
  await run(portal)
  assert.deepEqual(await outlived(portal), [])
  await pass(portal, settings.tracesDays * dayMilliseconds)
  assert.ok((await outlived(portal)).includes('act'))
  assert.ok((await outlived(portal)).includes('screening'))
  await run(portal)
  assert.deepEqual(await outlived(portal), [])
  assert.equal((await report(portal)).kept, true)
})

test('a row that says it was erased and was not is in the report', async () => {
  const portal = await openPortal()
  await record(portal)
  await portal.sql`update screening set erased_at = now()`
  await pass(portal, (settings.identifyingDays + 2) * dayMilliseconds)
  await run(portal)
  assert.ok((await outlived(portal)).includes('identity'))
})

test('a run beside another process does nothing; a run is due every six hours, and after one that was cut off', async () => {
  const portal = await openPortal()
  const { sql, clock } = portal
  assert.equal(await isRunDue(sql, clock.now()), true)
  assert.equal(await whenAlone(sql, locks.retention, () => run(portal)), null)
  await run(portal)
  assert.equal(await isRunDue(sql, clock.now()), false)
  clock.advance(runEveryHours * 60 * minute)
  assert.equal(await isRunDue(sql, clock.now()), true)
  const stopped = new AbortController()
  stopped.abort()
  assert.equal(await runRetention(dependenciesOf(portal), stopped.signal), null)
  assert.equal(await isRunDue(sql, clock.now()), true)
})

test('a run stopped in the middle is taken up by the next: everything goes once, and is counted once', async () => {
  const portal = await openPortal()
  // More than one batch, without signing each.
  await record(portal)
  await portal.sql`insert into screening (site_id, id, professional_id, door, state, kind, disease, device, sampled_at,
      recorded_at, result, catch_up, request_digest, person_hash, key_id, sealed)
    select site_id, gen_random_uuid(), professional_id, door, state, kind, disease, device, sampled_at,
      recorded_at, result, catch_up, request_digest, person_hash, key_id, sealed
    from screening, generate_series(1, 1199)`
  await pass(portal, settings.identifyingDays * dayMilliseconds + minute)
  // The connection of the second batch dies under it, as it does when the process is killed.
  let batches = 0
  const dying = new Proxy(portal.sql, {
    get(target, name) {
      if (name !== 'begin') return Reflect.get(target, name)
      return (work: (sql: unknown) => Promise<unknown>) =>
        target.begin(async (sql) => {
          const done = await work(sql)
          batches += 1
          if (batches === 3) throw new Error('killed')
          return done
        })
    },
  })
  await assert.rejects(run(portal, { database: dying }), /killed/)
  // Batch 1 counted the keys, batch 2 erased 500, batch 3 was undone whole.
  assert.equal((await countsOf(portal)).erased, 500)
  const outcome = await run(portal)
  assert.deepEqual(outcome?.removed, { identity: 1200, certificate: 1, link: 1, message: 2 })
  const acts = await portal.sql`select 1 from audit where act = 'retention.run'`
  assert.equal(acts.length, 1)
})
