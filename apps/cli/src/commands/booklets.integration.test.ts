import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { base64ToBytes } from '@sidep/encoding'
import { checkChain } from '@sidep/server/audit/check.ts'
import { openDatabaseBesides } from '@sidep/server/platform/database.ts'
import { openBundle, type WithdrawnContinuity } from '@sidep/trust'
import { portalOfFile, runCommand } from '../testing.ts'

const site = '750712184'
const { folder, port, environment } = await portalOfFile()
const url = `http://127.0.0.1:${port}`

const sidep = (...words: string[]) => runCommand(words, folder, environment).finished

const withdrawnInBundle = async (): Promise<Partial<WithdrawnContinuity>> => {
  const anchor: { spki: string } = JSON.parse(await (await fetch(`${url}/trust/anchor`)).text())
  const spki = base64ToBytes(anchor.spki)
  assert.ok(spki.ok)
  const bytes = new Uint8Array(await (await fetch(`${url}/trust/bundle`)).arrayBuffer())
  const opened = await openBundle(bytes, spki.value, new Date())
  assert.ok(opened.ok)
  return opened.value.withdrawn ?? {}
}

const withDatabase = async <T>(
  work: (database: Awaited<ReturnType<typeof openDatabaseBesides>>) => Promise<T>,
): Promise<T> => {
  const database = await openDatabaseBesides(null, environment.DATA_DIR ?? '')
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

test('without saying what, why and who, nothing is withdrawn: 64', async () => {
  for (const words of [
    [],
    ['--withdraw', 'all'],
    ['--withdraw', 'all', '--reason', 'stolen'],
    ['--withdraw', 'all', '--reason', 'because', '--by', 'c.martin'],
    ['--withdraw', '750712185', '--reason', 'stolen', '--by', 'c.martin'],
    ['--withdraw', `${site}/xyz`, '--reason', 'stolen', '--by', 'c.martin'],
    ['--withdraw', 'all', '--reason', 'stolen', '--by', 'c martin; drop'],
  ]) {
    assert.equal((await sidep('booklets', ...words)).exitCode, 64, words.join(' '))
  }
  assert.deepEqual((await withdrawnInBundle()).sites ?? [], [])
})

test('sites and everything, in one act beside a running server, are in its next bundle and in the audit chain', async () => {
  const act = ['--reason', 'stolen', '--by', 'c.martin', '--json']
  const done = await sidep('booklets', '--withdraw', 'all', site, ...act)
  assert.equal(done.exitCode, 0, done.stderr)
  assert.deepEqual(JSON.parse(done.stdout).withdrawn, ['all', site])

  let withdrawn = await withdrawnInBundle()
  while (typeof withdrawn.allIssuedUntil !== 'string') {
    await wait(100)
    withdrawn = await withdrawnInBundle()
  }
  assert.deepEqual(
    withdrawn.sites?.map((entry) => entry.site),
    [site],
  )
  await withDatabase(async ({ pools: { worker } }) => {
    const acts = await worker<{ site_id: string; subject: string }[]>`
      select site_id, subject from audit where act = 'booklets.withdrawn' order by site_id`
    assert.deepEqual(
      acts.map((row) => [row.site_id, row.subject]),
      [
        [site, `${site} by c.martin`],
        ['portal', 'all by c.martin'],
      ],
    )
    const rows = await worker`select distinct withdrawn_by from continuity_withdrawal`
    assert.deepEqual([...rows], [{ withdrawn_by: 'c.martin' }])
    assert.equal((await checkChain(worker, site)).ok, true)
  })
})

test('a booklet that the site was never given is told, and ends with 1', async () => {
  const what = `${site}/0123456789abcdef`
  const done = await sidep('booklets', '--withdraw', what, '--reason', 'lost', '--by', 'c.martin')
  assert.deepEqual([done.exitCode, done.stdout], [1, `no such booklet: ${what}\n`])
})

test('flags are listed, newest first, those resolved only when asked for', async () => {
  assert.equal((await sidep('booklets', '--flags')).stdout, 'nothing odd\n')
  await withDatabase(async ({ pools: { worker } }) => {
    const flag = (code: string, minute: number, resolvedAt: Date | null) => worker`
      insert into continuity_flag (site_id, screening_id, code, booklet_id, number, professional_id, flagged_at, resolved_at)
      values (${site}, gen_random_uuid(), ${code}, '0123456789abcdef', 7, '899700075122',
        ${new Date(Date.UTC(2026, 10, 24, 8, minute))}, ${resolvedAt})`
    await flag('NUMBER_GAP', 1, new Date())
    await flag('NUMBER_DUPLICATE', 2, null)
    await flag('RECEIVED_LATE', 3, null)
  })
  const codes = async (...words: string[]) => {
    const { stdout } = await sidep('booklets', '--flags', '--json', ...words)
    return JSON.parse(stdout).flags.map(({ code }: { code: string }) => code)
  }
  assert.deepEqual(await codes(), ['RECEIVED_LATE', 'NUMBER_DUPLICATE'])
  assert.deepEqual(await codes('--resolved', '--site', site), [
    'RECEIVED_LATE',
    'NUMBER_DUPLICATE',
    'NUMBER_GAP',
  ])
  const { stdout } = await sidep('booklets', '--flags')
  assert.match(
    stdout,
    /750712184 {2}RECEIVED_LATE {2}booklet 0123456789abcdef number 7 {2}899700075122/,
  )
})

test('a result put aside is listed with its screening and why', async () => {
  const id = '0193590a-0000-7000-8000-00000000a51d'
  await withDatabase(
    ({ pools: { worker } }) => worker`
      insert into continuity_flag (site_id, screening_id, code, professional_id, flagged_at, reason)
      values (${site}, ${id}, 'POSITIVE_SET_ASIDE', '899700075122', now(), 'wrong-person')`,
  )
  const { stdout } = await sidep('booklets', '--flags', '--site', site)
  assert.match(
    stdout,
    /POSITIVE_SET_ASIDE {2}screening 0193590a-0000-7000-8000-00000000a51d {2}899700075122 {2}wrong-person\n/,
  )
})
