import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import postgres, { type Sql } from 'postgres'
import { type OpenDatabase, openDatabase } from './database.ts'
import { runningEmbeddedDatabase } from './embedded/cluster.ts'
import { migrate } from './migrate.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-migrate-'))
let database: OpenDatabase
/** Migrations are the owner's; the portal's own role may not change the schema. */
let owner: Sql

before(async () => {
  database = await openDatabase(null, folder)
  const running = await runningEmbeddedDatabase(folder)
  assert.ok(running)
  owner = postgres({ ...running.connection, database: 'sidep', max: 4, onnotice: () => {} })
})
after(async () => {
  await owner.end({ timeout: 5 })
  await database.close()
  rmSync(folder, { recursive: true })
})

test('migrations that ran do not run again, even when several servers start at once', async () => {
  const runs = await Promise.all([1, 2, 3].map(() => migrate(owner)))
  assert.deepEqual(runs, [[], [], []])
})

test('a migration that changed after it ran, or that nobody knows, is an error', async () => {
  const sql = owner
  await sql`update migration set checksum = 'x' || checksum where number = 1`
  await assert.rejects(migrate(sql), /0001-ground.sql changed after it ran/)
  await sql`update migration set checksum = substr(checksum, 2) where number = 1`
  await sql`insert into migration (number, name, checksum) values (9999, '9999-later.sql', '')`
  await assert.rejects(migrate(sql), /9999-later.sql, which this version lacks/)
  await sql`delete from migration where number = 9999`
  assert.deepEqual(await migrate(sql), [])
})

const reference = new Set([
  'data_key',
  'key_epoch',
  'professional',
  'site',
  'professional_site',
  'place_without_finess',
  'directory_import',
  'test_kind',
  'disease',
  'device',
  'migration',
  // Short-lived or one row a list: bounded, whatever the number of tests.
  'card_revocation_list',
  'card_assertion',
  'card_session',
  'device_proof',
  'booklet_holder',
  // Few, and lifted one by one.
  'professional_suspension',
  'fraud_alert',
  'professional_pace',
  'session_revocation',
  'listed_session',
  'door_report',
  'door_switch',
  'provider_memory',
  'sign_in_attempt',
  'delegation_pointer',
  // A row a day, a key or a run.
  'audit_roll',
  'audit_start',
  'audit_signer',
  'signing_key',
  'retention_run',
  // For all sites together, and written by one process at a time: what verifiers follow.
  'trust_index',
  'trust_part',
  'trust_carried',
  // A feed, a quarter's key, a day of open data.
  'feed',
  'feed_key',
  'open_data_due',
  'open_data_day',
  'open_data_release',
  // A row an hour, or a filter.
  'issued_hashes',
  'issued_sweep',
  'revocation_scheme',
  'revocation_filter',
  'continuity_withdrawal',
  // Who works in operations, and a row a quarter of an hour and département.
  'operator',
  // Counts by minute and département, swept after eight days.
  'user_signal',
  'counter_signal',
  'screening_quarter',
  'screening_quarters_counted',
  'waiting_room',
  'waiting_arrival',
  'waiting_redemption',
  'waiting_confirmation',
])

test('every table that grows has the site first in its primary key, and no foreign key', async () => {
  const sql = database.pools.worker
  const keys = await sql<{ table: string; first: string }[]>`
    select c.relname as table, a.attname as first
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where i.indisprimary and n.nspname = 'public'`
  const growing = keys.filter(({ table }) => !reference.has(table))
  assert.ok(growing.length >= 6)
  for (const { table, first } of growing) assert.equal(first, 'site_id', table)
  const foreign = await sql`select conname from pg_constraint where contype = 'f'`
  assert.equal(foreign.length, 0)
})
