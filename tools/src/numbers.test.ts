import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDecisionNumbers, checkMigrationNumbers } from './numbers.ts'

const folder = 'apps/server/src/platform/migrations/'
const rulesOf = (...names: string[]): string[] =>
  checkMigrationNumbers(names.map((name) => folder + name)).map(
    ({ file, rule }) => `${file.slice(folder.length)}: ${rule}`,
  )

test('migrations numbered from one without a gap pass, whatever order they are listed in', () => {
  assert.deepEqual(rulesOf('0002-b.sql', '0001-a.sql', '0003-c.sql', 'README.md'), [])
})

test('a number that two migrations have, or that none has, is named', () => {
  assert.deepEqual(rulesOf('0001-a.sql', '0002-b.sql', '0002-c.sql', '0003-d.sql'), [
    '0002-c.sql: migration 2 is there twice',
  ])
  assert.deepEqual(rulesOf('0001-a.sql', '0003-c.sql'), [
    '0003-c.sql: migration 2 is missing before this one',
  ])
  assert.deepEqual(rulesOf('0002-a.sql'), ['0002-a.sql: migration 1 is missing before this one'])
})

test('a number that two decisions have is named, one that none has is not', () => {
  const adr = (...names: string[]) => names.map((name) => `docs/adr/${name}`)
  assert.deepEqual(checkDecisionNumbers(adr('0001-a.md', '0003-c.md', 'README.md')), [])
  assert.deepEqual(checkDecisionNumbers(adr('0001-b.md', '0001-a.md')), [
    { file: 'docs/adr/0001-b.md', line: 1, rule: 'docs/adr/0001-a.md has this number already' },
  ])
})
