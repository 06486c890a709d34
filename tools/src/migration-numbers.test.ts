import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkMigrationNumbers } from './migration-numbers.ts'

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
