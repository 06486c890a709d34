import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOfMigration, rules } from './migration-rules.ts'

const faults = (text: string): string[] => faultsOfMigration(40, text).map(({ rule }) => rule)

const refused = [
  ['drop table slip', rules.drop],
  ['drop function set_result_1', rules.drop],
  ['alter table slip drop column number', rules.drop],
  ['alter table slip rename column number to place', rules.rename],
  ['alter table slip rename to sheet', rules.rename],
  ['alter table slip alter column number type bigint', rules.type],
  ['alter table slip alter column link_hash set not null', rules.required],
  ['alter table slip add column x text not null', rules.required],
  ['alter table slip add constraint positive check (number > 0)', rules.check],
  ['create or replace function f() returns int language sql as $$ select 1 $$', rules.replaced],
  ['create or replace view current_screening as select 1 as x', rules.replaced],
  ['create index slip_x on slip (number)', rules.index],
  ['create index concurrently slip_x on slip (number)', rules.index],
  ['alter tabel slip', rules.unread],
] as const
for (const [text, rule] of refused) {
  test(`“${text}” is refused`, () => assert.deepEqual(faults(text), [rule]))
}

const taken = [
  'create table t (id text primary key); create index t_x on t (id); alter table t rename column id to name',
  "alter table slip add column x text; alter table slip add column y text not null default ''",
  'alter table slip add constraint positive check (number > 0) not valid',
  'create function set_result_2() returns int language sql as $$ select 1 $$',
  '-- outside a transaction\ncreate index concurrently if not exists slip_x on slip (number)',
  '-- outside a transaction\ndrop index concurrently if exists slip_x',
  '-- contract of 0039: the column moved to `sheet`\nalter table slip drop column number',
] as const
for (const text of taken) {
  test(`“${text.split('\n').at(-1)}” is taken`, () => assert.deepEqual(faults(text), []))
}

test('outside a transaction is one statement that can be done again', () => {
  const head = '-- outside a transaction\n'
  assert.deepEqual(faults(`${head}create index concurrently slip_x on slip (number)`), [
    rules.outside,
  ])
  assert.deepEqual(faults(`${head}alter table slip add column x text`), [rules.outside])
  const one = 'create index concurrently if not exists slip_x on slip (number);'
  assert.deepEqual(faults(head + one + one), [rules.outside])
})

test('a contract names an earlier migration, and its line is told', () => {
  const drop = 'drop table slip'
  assert.deepEqual(faults(`-- contract of 0040: itself\n${drop}`), [rules.drop])
  assert.equal(faultsOfMigration(40, `-- a\n\n${drop}`)[0]?.line, 3)
})
