import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { makeStatementReader } from './statement-texts.ts'

const read = (files: Readonly<Record<string, string>>): string[] => {
  const at = new Map(Object.entries(files).map(([name, text]) => [resolve('/', name), text]))
  const statementsOf = makeStatementReader((file) => at.get(file) ?? '')
  return statementsOf('/a.ts').map(({ text, unread }) =>
    [text.replace(/\s+/g, ' ').trim(), ...unread].join(' | '),
  )
}

test('values are parameters, and fragments of the driver stand where they are put in', () => {
  const source = `
    const mine = (sql: Sql, id: string) => { const x = 1; return sql\`id = \${id} and n = \${x}\` }
    const f = (sql: Sql) => sql<Row[]>\`update t set a = \${new Date()} where \${mine(sql, 'a')} and b in \${sql(ids)}\``
  assert.deepEqual(read({ 'a.ts': source }), [
    'update t set a = $1 where id = $2 and n = $3 and b in (null)',
  ])
})

test('constants, members, functions and imports are put in as they are written', () => {
  const source = `
    import { isFree } from './b.ts'
    const most = 5
    const topics = { sms: 'x.sms' } as const
    const columns = \`select a, b from t\`
    const text = \`\${columns} where \${isFree('$1')} and c = '\${topics.sms}' limit \${most}\``
  const other = 'export const isFree = (at: string): string => `(free_at <= ${at})`'
  assert.deepEqual(read({ 'a.ts': source, 'b.ts': other }), [
    "select a, b from t where (free_at <= $1) and c = 'x.sms' limit 5",
  ])
})

test('what is not known before it runs is told, but for the name of a function that is called', () => {
  const source = `
    const f = (table: string) => sql.unsafe(\`delete from \${table}\`)
    const g = (name: string) => sql.unsafe(\`select \${name}($1) as answer\`)`
  assert.deepEqual(read({ 'a.ts': source }), [
    'delete from unread | table',
    'select unread($1) as answer',
  ])
})
