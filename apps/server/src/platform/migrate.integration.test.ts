import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import postgres, { type Sql } from 'postgres'
import { type OpenDatabase, openDatabase } from './database.ts'
import { runningEmbeddedDatabase } from './embedded/cluster.ts'
import { ensurePlacement } from './ensure-placement.ts'
import { ensureMigrated, mayMigrate, migrate } from './migrate.ts'
import { placedTables } from './placement.ts'

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

test('a migration that changed after it ran is an error', async () => {
  await owner`update migration set checksum = 'x' || checksum where number = 1`
  await assert.rejects(migrate(owner), /0001-ground.sql changed after it ran/)
  await owner`update migration set checksum = substr(checksum, 2) where number = 1`
  assert.deepEqual(await migrate(owner), [])
})

test('what waits for a lock of a migration gets it as soon as it is free', async () => {
  const held = await owner.reserve()
  await held`select pg_advisory_lock(${(0x7369646570n).toString()}::bigint)`
  const migrated = migrate(owner)
  await held`select pg_advisory_unlock(${(0x7369646570n).toString()}::bigint)`
  held.release()
  assert.deepEqual(await migrated, [])
})

test('a login that may not change the schema starts on this schema and a later one, not on an earlier', async () => {
  const running = await runningEmbeddedDatabase(folder)
  assert.ok(running)
  await owner.unsafe(`create role portal_login login password 'portal' in role sidep_application`)
  const portal = postgres({
    ...running.connection,
    user: 'portal_login',
    password: 'portal',
    database: 'sidep',
    max: 1,
  })
  try {
    assert.equal(await mayMigrate(portal), false)
    assert.equal(await mayMigrate(owner), true)
    await ensureMigrated(portal)
    await owner.unsafe(`alter table screening add column later text;
      insert into migration (number, name, checksum) values (9999, '9999-later.sql', 'x')`)
    await ensureMigrated(portal)
    assert.deepEqual(await migrate(owner), [])
    await owner`update migration set number = -38 where number = 38`
    await assert.rejects(ensureMigrated(portal), /SCHEMA_OLDER: .*0038-acts-as-functions.sql/)
  } finally {
    await portal.end({ timeout: 5 })
    await owner.unsafe(`alter table screening drop column later; delete from migration where number = 9999;
      update migration set number = 38 where number = -38; drop role portal_login`)
  }
})

test('every table is placed, and every placed one is there', async () => {
  const tables = await owner<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public' order by name`
  assert.deepEqual(
    tables.map(({ name }) => name),
    placedTables.map(({ table }) => table).sort(),
  )
})

test('every table that is spread has whose row it is first in its primary key, and no foreign key', async () => {
  const keys = await owner<{ table: string; first: string }[]>`
    select c.relname as table, a.attname as first
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where i.indisprimary and n.nspname = 'public'`
  const first = new Map(keys.map((key) => [key.table, key.first]))
  for (const { table, column } of placedTables) {
    if (column !== null) assert.equal(first.get(table), column, table)
  }
  const foreign = await owner`select conname from pg_constraint where contype = 'f'`
  assert.equal(foreign.length, 0)
})

test('a database that lacks a table of this version is refused, one that has more is not', async () => {
  await owner.unsafe('create table later (id integer); alter table slip_head rename to gone')
  await assert.rejects(ensurePlacement(owner), /lacks tables of this version: slip_head;/)
  await owner.unsafe('alter table gone rename to slip_head')
  await ensurePlacement(owner)
  await owner.unsafe('drop table later')
})
