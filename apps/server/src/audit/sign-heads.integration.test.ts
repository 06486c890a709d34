import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dayMilliseconds } from '@sidep/time'
import type { Signer } from '../platform/signer.ts'
import { asOwner } from '../platform/testing.ts'
import { digestOf, genesisOf, linkHash } from './chain.ts'
import { checkChain } from './check.ts'
import { checkAudit, checkRolls, type RollsCheckDependencies } from './check-rolls.ts'
import { portalChain, readPublishedRolls, signHeads } from './sign-heads.ts'
import { locks, whenAlone } from './single-run.ts'
import { openStatementVerifier } from './statement-signers.ts'
import { type AuditGround, type AuditGrounds, silentLog, startAuditGrounds } from './testing.ts'

let grounds: AuditGrounds
before(async () => {
  grounds = await startAuditGrounds()
})
after(() => grounds.close())

const sign = (
  { sql, clock, signers }: AuditGround,
  signer: Signer = signers.scopes.continuity,
): ReturnType<typeof signHeads> => signHeads({ database: sql, clock, signer, log: silentLog })

const [siteA, siteB] = ['750712184', '970400024']

/** Two sites over three days, signed each day; the second site stands still after the first. */
const threeDays = async (): Promise<AuditGround> => {
  const ground = await grounds.ground()
  await ground.act(siteB, 2)
  for (let day = 0; day < 3; day += 1) {
    await ground.act(siteA, 5)
    assert.notEqual(await sign(ground), null)
    ground.clock.advance(dayMilliseconds)
  }
  await ground.act(siteA, 2)
  return ground
}

const check = async ({ sql, verifier }: AuditGround, siteId: string) =>
  checkChain(sql, siteId, await verifier())
/** With what is in the database now as what was kept outside. */
const rollsDependencies = async (
  { sql, verifier, clock }: AuditGround,
  outside?: RollsCheckDependencies['outside'],
): Promise<RollsCheckDependencies> => ({
  verifies: await verifier(),
  at: clock.now(),
  headsKeptSince: new Date(clock.now().getTime() - 184 * dayMilliseconds),
  outside: outside ?? (await readPublishedRolls(sql, 7)),
})
const rolls = async (ground: AuditGround, outside?: RollsCheckDependencies['outside']) =>
  checkRolls(ground.sql, await rollsDependencies(ground, outside))

/** What somebody with the database alone can do: the chain again, with another fact and all hashes anew. */
const rewrite = async ({ sql }: AuditGround, siteId: string): Promise<void> => {
  const rows = await sql<
    {
      sequence: string
      at: Date
      act: string
      door: string
      subject: string
      operator_id: null
      extended: boolean
    }[]
  >`select sequence, at, act, door, subject, operator_id, extended
    from audit where site_id = ${siteId} order by sequence`
  let hash = genesisOf(siteId)
  for (const row of rows) {
    const professionalId = '899999999999'
    const { operator_id: operatorId, ...facts } = row
    const digest = digestOf({ ...facts, professionalId, counterId: null, operatorId })
    hash = linkHash(hash, BigInt(row.sequence), digest)
    await asOwner(
      sql,
      (owner) => owner`update audit set professional_id = ${professionalId}, hash = ${hash}
      where site_id = ${siteId} and sequence = ${row.sequence}`,
    )
  }
  await asOwner(
    sql,
    (owner) => owner`update audit_head set hash = ${hash} where site_id = ${siteId}`,
  )
}

test('each day the chains that grew get a signed head, and all heads of the day one roll', async () => {
  const ground = await threeDays()
  const heads = await ground.sql<{ site_id: string; day: string; sequence: string }[]>`
    select site_id, day::text, sequence from audit_signed_head
    where site_id <> ${portalChain} order by site_id, day`
  assert.deepEqual(
    heads.map(({ site_id, day, sequence }) => [site_id, day, Number(sequence)]),
    [
      [siteA, '2021-08-13', 5],
      [siteA, '2021-08-14', 10],
      [siteA, '2021-08-15', 15],
      [siteB, '2021-08-13', 2],
    ],
  )
  assert.deepEqual(await check(ground, siteA), { ok: true, rows: 17, signedHeads: 3 })
  assert.deepEqual(await rolls(ground), { ok: true, days: 3, agreed: 3 })
  const all = await checkAudit(ground.sql, null, await rollsDependencies(ground))
  assert.equal(all.ok, true)
  assert.equal(all.chains, 3)
})

test('that heads were signed is itself an act in the chain', async () => {
  const { sql } = await threeDays()
  const acts = await sql<{ act: string; subject: string }[]>`
    select act, subject from audit where site_id = ${portalChain} order by sequence`
  assert.deepEqual(
    acts.map(({ act, subject }) => `${act} ${subject}`),
    ['2021-08-13', '2021-08-14', '2021-08-15'].map((day) => `audit.heads-signed ${day}`),
  )
})

test('a second run on the same day, or one beside another process, signs nothing', async () => {
  const ground = await grounds.ground()
  await ground.act(siteA, 3)
  const beside = await whenAlone(ground.sql, locks.heads, () => sign(ground))
  assert.equal(beside, null)
  assert.equal((await sign(ground))?.heads, 1)
  await ground.act(siteA, 3)
  assert.equal(await sign(ground), null)
})

test('a run that was killed in the middle is finished by the next, also on a later day', async () => {
  const ground = await grounds.ground()
  await ground.act(siteA, 3)
  await ground.act(siteB, 3)
  const { continuity } = ground.signers.scopes
  let left = 1
  const dies: Signer = {
    ...continuity,
    sign: (bytes) => {
      left -= 1
      return left < 0 ? Promise.reject(new Error('killed')) : continuity.sign(bytes)
    },
  }
  await assert.rejects(sign(ground, dies), /killed/)
  ground.clock.advance(dayMilliseconds)
  assert.notEqual(await sign(ground), null)
  const days = await ground.sql<{ day: string; heads: number }[]>`
    select day::text, heads from audit_roll order by day`
  // The second day has the site that was left out; the portal's own chain came after it was gathered.
  assert.deepEqual(
    days.map(({ day, heads }) => [day, heads]),
    [
      ['2021-08-13', 1],
      ['2021-08-14', 1],
    ],
  )
  assert.deepEqual(await rolls(ground), { ok: true, days: 2, agreed: 2 })
  assert.equal((await check(ground, siteB)).ok, true)
})

test('a chain rewritten with sound hashes passes its links and fails its signed heads', async () => {
  const ground = await threeDays()
  await rewrite(ground, siteA)
  assert.deepEqual(await checkChain(ground.sql, siteA), { ok: true, rows: 17 })
  assert.deepEqual(await check(ground, siteA), {
    ok: false,
    code: 'SIGNED_HEAD_DIFFERS',
    sequence: 5n,
  })
  const all = await checkAudit(ground.sql, null, await rollsDependencies(ground))
  assert.equal(all.ok, false)
  assert.deepEqual(all.broken, [{ siteId: siteA, code: 'SIGNED_HEAD_DIFFERS', sequence: '5' }])
})

test('a chain cut short with its head moved is found by the signed head beyond it', async () => {
  const ground = await threeDays()
  const { sql } = ground
  await asOwner(sql, (owner) => owner`delete from audit where site_id = ${siteA} and sequence > 12`)
  await asOwner(
    sql,
    (owner) => owner`update audit_head set sequence = 12,
    hash = (select hash from audit where site_id = ${siteA} and sequence = 12) where site_id = ${siteA}`,
  )
  assert.deepEqual(await checkChain(sql, siteA), { ok: true, rows: 12 })
  assert.deepEqual(await check(ground, siteA), {
    ok: false,
    code: 'SIGNED_HEAD_DIFFERS',
    sequence: 15n,
  })
})

test('a chain taken away whole is found', async () => {
  const ground = await threeDays()
  await asOwner(ground.sql, (owner) => owner`delete from audit where site_id = ${siteB}`)
  await asOwner(ground.sql, (owner) => owner`delete from audit_head where site_id = ${siteB}`)
  const all = await checkAudit(ground.sql, null, await rollsDependencies(ground))
  assert.deepEqual(all.broken, [{ siteId: siteB, code: 'SIGNED_HEAD_DIFFERS', sequence: '2' }])
})

const headForgeries = [
  ['hash', "sha256('x')"],
  ['sequence', 'sequence - 1'],
  ['day', 'day - 30'],
  ['signed_at', "signed_at + interval '1 second'"],
  ['signature', "sha256('x') || sha256('y')"],
  ['key_id', "'\\x0000000000000000'"],
] as const
for (const [column, value] of headForgeries) {
  test(`a signed head whose ${column} was changed is refused with SIGNED_HEAD_FORGED`, async () => {
    const ground = await threeDays()
    await asOwner(ground.sql, (owner) =>
      owner.unsafe(
        `update audit_signed_head set ${column} = ${value} where site_id = '${siteA}' and day = '2021-08-14'`,
      ),
    )
    const found = await check(ground, siteA)
    assert.equal(found.ok ? null : found.code, 'SIGNED_HEAD_FORGED')
  })
}

test('heads signed with a certificate of another root are refused', async () => {
  const ground = await threeDays()
  const other = await startAuditGrounds()
  try {
    const elsewhere = await other.ground()
    const verifies = await openStatementVerifier(ground.sql, elsewhere.signers.rootCertificate)
    const found = await checkChain(ground.sql, siteA, verifies)
    assert.equal(found.ok ? null : found.code, 'SIGNED_HEAD_FORGED')
  } finally {
    await other.close()
  }
})

test('heads signed by a signer of another scope are refused', async () => {
  const ground = await grounds.ground()
  await ground.act(siteA, 3)
  await sign(ground, ground.signers.scopes.session)
  const found = await check(ground, siteA)
  assert.equal(found.ok ? null : found.code, 'SIGNED_HEAD_FORGED')
})

test('a signed head taken away is found by the roll of its day', async () => {
  const ground = await threeDays()
  await asOwner(
    ground.sql,
    (owner) => owner`delete from audit_signed_head where site_id = ${siteB}`,
  )
  assert.deepEqual(await rolls(ground), { ok: false, code: 'ROLL_DIFFERS', day: '2021-08-13' })
})

test('a roll taken away is found by the next, a changed one by its signature', async () => {
  const ground = await threeDays()
  const { sql } = ground
  await asOwner(
    sql,
    (owner) => owner`update audit_roll set heads = heads + 1 where day = '2021-08-15'`,
  )
  assert.deepEqual(await rolls(ground), { ok: false, code: 'ROLL_FORGED', day: '2021-08-15' })
  await asOwner(
    sql,
    (owner) => owner`update audit_roll set heads = heads - 1 where day = '2021-08-15'`,
  )
  await asOwner(sql, (owner) => owner`delete from audit_roll where day = '2021-08-14'`)
  assert.deepEqual(await rolls(ground), { ok: false, code: 'ROLL_MISSING', day: '2021-08-15' })
})

test('two days without signing are ROLL_OVERDUE, and acts that were never signed too', async () => {
  const ground = await threeDays()
  ground.clock.advance(dayMilliseconds + 1)
  assert.deepEqual(await rolls(ground), { ok: false, code: 'ROLL_OVERDUE', day: '2021-08-15' })
  const young = await grounds.ground()
  assert.deepEqual(await rolls(young), { ok: false, code: 'OUTSIDE_NONE', day: null })
  await young.act(siteA)
  assert.deepEqual(await rolls(young), { ok: false, code: 'OUTSIDE_NONE', day: null })
  young.clock.advance(2 * dayMilliseconds + 1)
  assert.deepEqual(await rolls(young), { ok: false, code: 'ROLL_OVERDUE', day: null })
})

/** What the database's owner can do who has the signer too: another history, signed anew. */
const rewriteAndSign = async (ground: AuditGround): Promise<void> => {
  const { sql } = ground
  await rewrite(ground, siteA)
  const days = await sql<{ signed_at: Date }[]>`select signed_at from audit_roll order by day`
  for (const table of ['audit_roll', 'audit_start', 'audit_signed_head']) {
    await asOwner(sql, (owner) => owner.unsafe(`delete from ${table}`))
  }
  const now = ground.clock.now()
  for (const { signed_at: at } of days) {
    ground.clock.set(at.toISOString())
    await sign(ground)
  }
  ground.clock.set(now.toISOString())
}

test('a history rewritten and signed anew is told by a digest that was kept outside', async () => {
  const ground = await threeDays()
  const kept = await readPublishedRolls(ground.sql, 7)
  await rewriteAndSign(ground)
  assert.equal((await rolls(ground)).ok, true, 'in itself it is sound')
  for (const digest of kept) {
    assert.deepEqual(await rolls(ground, [digest]), {
      ok: false,
      code: 'OUTSIDE_DIFFERS',
      day: null,
    })
  }
})

test('a digest of any day vouches for all days up to it, and none vouches for nothing', async () => {
  const ground = await threeDays()
  const [first, , third] = await readPublishedRolls(ground.sql, 7)
  assert.ok(first && third)
  assert.deepEqual(await rolls(ground, [first]), { ok: true, days: 3, agreed: 1 })
  assert.deepEqual(await rolls(ground, [third, first]), { ok: true, days: 3, agreed: 3 })
  assert.deepEqual(await rolls(ground, []), { ok: false, code: 'OUTSIDE_NONE', day: null })
})

test('a database that was set back is told by a digest of a later day', async () => {
  const ground = await threeDays()
  const kept = await readPublishedRolls(ground.sql, 7)
  await asOwner(ground.sql, (owner) => owner`delete from audit_roll where day = '2021-08-15'`)
  await asOwner(
    ground.sql,
    (owner) => owner`delete from audit_signed_head where day = '2021-08-15'`,
  )
  assert.deepEqual(await rolls(ground, kept), { ok: false, code: 'OUTSIDE_AHEAD', day: null })
})

test('without its beginning, or its signed start, a chain of rolls is refused', async () => {
  const ground = await threeDays()
  await asOwner(ground.sql, (owner) => owner`delete from audit_roll where number = 1`)
  assert.deepEqual(await rolls(ground), { ok: false, code: 'ROLL_MISSING', day: '2021-08-14' })
  await asOwner(
    ground.sql,
    (owner) => owner`update audit_start set signed_at = signed_at + interval '1 second'`,
  )
  assert.deepEqual(await rolls(ground), { ok: false, code: 'START_FORGED', day: '2021-08-14' })
})
