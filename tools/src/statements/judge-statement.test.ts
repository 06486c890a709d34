import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadModule } from 'libpg-query'
import { judgeStatement, rules } from './judge-statement.ts'

await loadModule()

const sound = {
  'the site is a parameter': 'select id from screening where site_id = $1 and id = $2',
  'a join goes by the site': `select 1 from screening s join certificate c using (site_id) where s.site_id = $1`,
  'a subquery goes by the site of what is around it': `select 1 from screening s where s.site_id = $1
    and exists (select from certificate c where c.site_id = s.site_id)`,
  'an expression of one site is joined': `with due as (select id from screening where site_id = $1)
    update outbox o set done_at = $2 from due where o.site_id = $1 and o.screening_id = due.id`,
  'an insert names it, of values and of a query': `insert into outbox (site_id, topic) select $1::text, t from unnest($2) as t`,
  'a table that is not spread is nobody’s': 'select 1 from door_switch for update',
  'rows of one site are locked': 'select from screening where site_id = $1 for update',
  'a rare look says why': '-- across sites: a count, once a day\nselect count(*) from screening',
} as const
for (const [title, text] of Object.entries(sound)) {
  test(`${title}: nothing is wrong`, () => assert.deepEqual(judgeStatement(text, null), []))
}

const unbound = {
  'no site at all': 'select id from screening where id = $1',
  'the site in one of two conditions': 'select 1 from screening where site_id = $1 or id = $2',
  'the site of another table': `select 1 from screening s, booklet b where b.site_id = $1 and s.id = $2`,
  'several sites': 'select 1 from screening where site_id = any($1)',
  'sites that come with the rows': `select 1 from jsonb_to_recordset($1) as v (site_id text)
    join screening s on s.site_id = v.site_id`,
  'a subquery without it':
    'select 1 from door_switch where exists (select from screening where id = $1)',
  'an insert of several sites': `insert into outbox (site_id, topic) select v.site_id, 't' from unnest($1) as v (site_id)`,
  'an update by another expression': `with due as (select site_id from outbox where site_id = $1)
    update screening set state = 'final' where id = $2`,
} as const
for (const [title, text] of Object.entries(unbound)) {
  test(`${title}: it is told`, () => {
    const [first, ...others] = judgeStatement(text, null)
    assert.match(first ?? '', / without its site_id: /)
    assert.deepEqual(others, [])
  })
}

test('what a cluster cannot do is refused, also where a look across sites is said', () => {
  const marked = '-- across sites: x\n'
  const lock = 'select id from outbox order by due_at limit 5 for update skip locked'
  assert.deepEqual(judgeStatement(marked + lock, null), [rules.locks])
  const recursive = `with recursive r as (select 1) select * from r, screening where site_id = $1`
  assert.deepEqual(judgeStatement(recursive, null), [rules.recursive])
  const upsert = `insert into audit_head as h (site_id, sequence) values ($1, 1)
    on conflict (site_id) do update set sequence = h.sequence + random()`
  assert.deepEqual(judgeStatement(upsert, null), [rules.volatile])
})

test('a mark that excuses nothing, and what is no SQL, are told', () => {
  const needless = '-- across sites: x\nselect 1 from screening where site_id = $1'
  assert.deepEqual(judgeStatement(needless, null), [rules.needlessMark])
  assert.deepEqual(judgeStatement('select from where', null), [rules.unread])
})

test('in a function a name that is no column is a variable', () => {
  const text = 'select 1 from screening s where s.site_id = site'
  assert.deepEqual(judgeStatement(text, 'create function …'), [])
  assert.equal(judgeStatement(text, null).length, 1)
})
