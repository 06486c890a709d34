/** What the role that the portal works as may do to the audit chains: add to them, and nothing else. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dayMilliseconds } from '@sidep/time'
import { asOwner } from '../platform/testing.ts'
import { signHeads } from './sign-heads.ts'
import { type AuditGround, type AuditGrounds, silentLog, startAuditGrounds } from './testing.ts'

const siteId = '750712184'
let grounds: AuditGrounds
let ground: AuditGround
before(async () => {
  grounds = await startAuditGrounds()
  ground = await grounds.ground()
  await ground.act(siteId, 3)
  const { sql, clock, signers } = ground
  await signHeads({ database: sql, clock, signer: signers.scopes.continuity, log: silentLog })
})
after(() => grounds.close())

const codeOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
/** PostgreSQL, Appendix A: insufficient_privilege. */
const insufficientPrivilege = '42501'

const forbidden = [
  "update audit set subject = 'x'",
  'delete from audit',
  'truncate audit',
  'delete from audit_head',
  "update audit_signed_head set hash = ''",
  'delete from audit_signed_head',
  'update audit_roll set heads = 0',
  'delete from audit_roll',
  "update audit_start set signature = ''",
  'delete from audit_start',
  'delete from audit_signer',
  "insert into audit_checkpoint values ('x', 1, '', now(), '', '') on conflict (site_id) do update set sequence = 9",
  'alter table audit disable trigger all',
  'drop table audit',
  'create table later (id integer)',
  'alter table screening add column later text',
  'create index on screening (kind)',
  "create function later() returns integer language sql as 'select 1'",
  'create or replace view current_screening as select 1 as id',
  "update migration set checksum = ''",
] as const
for (const statement of forbidden) {
  test(`“${statement}” is refused in every pool`, async () => {
    for (const pool of Object.values(ground.pools)) {
      assert.equal(await codeOf(pool.unsafe(statement)), insufficientPrivilege)
    }
  })
}

test('acts and heads younger than four weeks are removed by nobody but the owner', async () => {
  await asOwner(
    ground.sql,
    (owner) => owner`update audit set at = now() where site_id = ${siteId} and sequence = 2`,
  )
  const cut = (sequence: number) =>
    codeOf(ground.sql`
      select audit_cut(${siteId}, ${sequence}, ''::bytea, now(), ''::bytea, ''::bytea)`)
  assert.equal(await cut(3), insufficientPrivilege)
  assert.equal(await cut(1), 'done')
  const forget = (before: Date) => codeOf(ground.sql`select audit_forget_heads(${before})`)
  assert.equal(await forget(new Date(Date.now() - 27 * dayMilliseconds)), insufficientPrivilege)
  assert.equal(await forget(new Date(Date.now() - 29 * dayMilliseconds)), 'done')
})

/** A view in the caller's temporary schema, by a name that a function of the owner uses: what is young looks a year old. */
const disguises = [
  {
    table: 'audit',
    view: "site_id, sequence, now() - interval '1 year' as at",
    call: `audit_cut('${siteId}', 3, ''::bytea, now(), ''::bytea, ''::bytea)`,
  },
  {
    table: 'audit_signed_head',
    view: 'site_id, day - 365 as day',
    call: "audit_forget_heads(now() - interval '29 days')",
  },
] as const
for (const { table, view, call } of disguises) {
  test(`a temporary view named ${table} does not make the owner remove what is young`, async () => {
    await asOwner(ground.sql, (owner) =>
      owner.unsafe(`insert into audit_signed_head
        select site_id, current_date, sequence, hash, now(), '', '' from audit_head on conflict do nothing`),
    )
    await asOwner(ground.sql, (owner) => owner`update audit set at = now()`)
    const count = async (): Promise<unknown> => {
      const [row] = await ground.sql.unsafe(`select count(*)::int as rows from public.${table}`)
      return row?.rows
    }
    const before = await count()
    const trick = ground.sql.begin(async (sql) => {
      await sql.unsafe(`create temporary view ${table} with (security_invoker = true)
        as select ${view} from public.${table}`)
      await sql.unsafe(`select ${call}`)
    })
    await codeOf(trick)
    assert.equal(await count(), before)
  })
}
