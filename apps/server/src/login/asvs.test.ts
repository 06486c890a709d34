/** docs/reference/asvs-sessions.md claims only what a test of that name shows. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const folder = import.meta.dirname
const root = join(folder, '../../../..')
const table = readFileSync(join(root, 'docs/reference/asvs-sessions.md'), 'utf8')
/** Where the tests stand that the table may name. */
const rooms = [
  'apps/server/src/login',
  'apps/server/src/login/card',
  'apps/server/src/login/delegation',
  'apps/server/src/admission',
  'packages/admission/src',
  'packages/contracts/src',
]
const sources = rooms.flatMap((room) =>
  readdirSync(join(root, room))
    .filter((name) => name.endsWith('.test.ts') && name !== 'asvs.test.ts')
    .map((name) => ({ name, text: readFileSync(join(root, room, name), 'utf8') })),
)

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Titles of a file's tests as patterns: what a template fills in may be anything. */
const titlesOf = (text: string): RegExp[] =>
  [...text.matchAll(/\btest\(\s*(['`])((?:(?!\1)[\s\S])+)\1/g)].map(
    ([, , title = '']) =>
      new RegExp(
        `^${title
          .split(/\$\{[^}]*\}/)
          .map(escaped)
          .join('.+')}$`,
      ),
  )

test('every test that the table of ASVS requirements names is there', () => {
  const patterns = sources.flatMap(({ text }) => titlesOf(text))
  const named = [...table.replace(/\s+/g, ' ').matchAll(/"([^"]{20,})"/g)].map(
    ([, title = '']) => title,
  )
  assert.ok(named.length > 25)
  for (const title of named)
    assert.ok(
      patterns.some((pattern) => pattern.test(title)),
      title,
    )
  for (const [, file = ''] of table.matchAll(/`([a-z-]+\.(?:[a-z]+\.)?test\.ts)`/g)) {
    assert.ok(
      sources.some(({ name }) => name === file),
      file,
    )
  }
})
