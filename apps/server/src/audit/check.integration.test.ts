import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { OpenDatabase } from '../platform/database.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import { asOwner } from '../platform/testing.ts'
import { type Act, recordAct } from './chain.ts'
import { checkChain } from './check.ts'

let database: OpenDatabase

before(async () => {
  database = await openTestDatabase()
})
after(() => database.close())

const act = (siteId: string, subject: string): Act => ({
  siteId,
  at: new Date('2021-08-13T13:30:00.123Z'),
  act: 'screening.recorded',
  actor: { professionalId: '810003456789', counterId: null, door: 'ecps' },
  subject,
})

/** A chain of ten rows at a site of its own. */
const chainAt = async (siteId: string): Promise<void> => {
  for (let index = 0; index < 10; index += 1) {
    await recordAct(database.pools.intake, act(siteId, `s${index}`))
  }
}
const check = (siteId: string) => checkChain(database.pools.intake, siteId)

test('a chain as written holds, and so does one of nothing', async () => {
  await chainAt('000000001')
  assert.deepEqual(await check('000000001'), { ok: true, rows: 10 })
  assert.deepEqual(await check('000000000'), { ok: true, rows: 0 })
})

test('fifty acts at once at one site make one chain without gaps', async () => {
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      recordAct(database.pools.intake, act('000000002', `s${index}`)),
    ),
  )
  assert.deepEqual(await check('000000002'), { ok: true, rows: 50 })
})

const tampering = [
  ['professional_id', "'899999999999'"],
  ['act', "'screening.result-set'"],
  ['subject', "'s7'"],
  ['at', "at + interval '1 millisecond'"],
  ['door', "'card'"],
  ['counter_id', "'c'"],
  ['hash', "sha256('x')"],
] as const
for (const [index, [column, value]] of tampering.entries()) {
  test(`a row whose ${column} was changed is found`, async () => {
    const site = `00000010${index}`
    await chainAt(site)
    await asOwner(database.pools.intake, (owner) =>
      owner.unsafe(
        `update audit set ${column} = ${value} where site_id = '${site}' and sequence = 5`,
      ),
    )
    assert.deepEqual(await check(site), { ok: false, code: 'ROW_CHANGED', sequence: 5n })
  })
}

test('a removed row is found, wherever it was', async () => {
  const sql = database.pools.intake
  const found = [
    [1, { ok: false, code: 'ROW_MISSING', sequence: 1n }],
    [5, { ok: false, code: 'ROW_MISSING', sequence: 5n }],
    [10, { ok: false, code: 'HEAD_DIFFERS', sequence: 9n }],
  ] as const
  for (const [sequence, expected] of found) {
    const site = `0000002${String(sequence).padStart(2, '0')}`
    await chainAt(site)
    await asOwner(
      sql,
      (owner) => owner`delete from audit where site_id = ${site} and sequence = ${sequence}`,
    )
    assert.deepEqual(await check(site), expected)
  }
})

test('a removed row whose followers were renumbered is found', async () => {
  const sql = database.pools.intake
  await chainAt('000000300')
  await asOwner(
    sql,
    (owner) => owner`delete from audit where site_id = '000000300' and sequence = 5`,
  )
  for (let sequence = 6; sequence <= 10; sequence += 1) {
    await asOwner(
      sql,
      (owner) => owner`update audit set sequence = ${sequence - 1}
      where site_id = '000000300' and sequence = ${sequence}`,
    )
  }
  assert.deepEqual(await check('000000300'), { ok: false, code: 'ROW_CHANGED', sequence: 5n })
})

test('a chain moved to another site is found', async () => {
  await chainAt('000000400')
  await asOwner(
    database.pools.intake,
    (owner) => owner`update audit set site_id = '000000401' where site_id = '000000400'`,
  )
  assert.equal((await check('000000401')).ok, false)
})
