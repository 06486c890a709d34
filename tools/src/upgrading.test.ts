/** Notes of each version for who upgrades: every version of the changelog has them, every migration is in one of them. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const textOf = (name: string): string => readFileSync(join(root, name), 'utf8')

/** Heading to text, in order, of `## ` sections that are versions. */
const sectionsOf = (text: string): [string, string][] =>
  text
    .split(/^## /m)
    .slice(1)
    .map((part): [string, string] => {
      const heading = part.split('\n', 1)[0] ?? ''
      return [/^\[?(Unreleased|\d+\.\d+\.\d+)/.exec(heading)?.[1] ?? '', part]
    })
    .filter(([version]) => version !== '')

const notes = sectionsOf(textOf('docs/operating/upgrading.md'))

test('every version of the changelog has its notes, in the same order, and the newest is that of the code', () => {
  const changed = sectionsOf(textOf('CHANGELOG.md')).map(([version]) => version)
  assert.deepEqual(
    notes.map(([version]) => version),
    changed,
  )
  const { version } = JSON.parse(textOf('package.json'))
  assert.equal(
    changed.find((name) => name !== 'Unreleased'),
    version,
  )
})

/** `Migrations 0026–0038.` or `Migration 0039.`; none says so. */
const migrationsOf = (text: string): number[] => {
  const [, first, last] = /^Migrations? (\d{4})(?:–(\d{4}))?\./m.exec(text) ?? []
  if (first === undefined) return []
  const from = Number(first)
  return Array.from({ length: Number(last ?? first) - from + 1 }, (_, index) => from + index)
}

test('every migration is in the notes of one version, and each says whether one can go back', () => {
  const files = readdirSync(join(root, 'apps/server/src/platform/migrations'))
  const numbers = files
    .filter((name) => name.endsWith('.sql'))
    .map((name) => Number(name.slice(0, 4)))
  const noted = notes.flatMap(([, text]) => migrationsOf(text))
  assert.deepEqual(
    noted.sort((one, other) => one - other),
    numbers.sort((one, other) => one - other),
  )
  for (const [version, text] of notes.slice(0, -1)) assert.match(text, /Going back to \d/, version)
})
