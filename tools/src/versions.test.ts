import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkVersions } from './versions.ts'

const tree = {
  'package.json': '{"version": "0.2.0"}',
  'apps/cli/package.json': '{"version": "0.2.0", "dependencies": {"@sidep/server": "0.2.0"}}',
  'package-lock.json': '{"packages": {"": {"version": "0.2.0"}, "apps/cli": {"version": "0.2.0"}}}',
  'CHANGELOG.md':
    '# Changelog\n\n## Unreleased\n\n## [0.2.0] - 2026-11-30\n\n## [0.1.0] - 2026-11-01\n',
  'publiccode.yml': 'name: sidep\nsoftwareVersion: 0.2.0\n',
}

const rulesOf = (changes: Partial<typeof tree> = {}): string[] => {
  const files: Readonly<Record<string, string>> = { ...tree, ...changes }
  return checkVersions(Object.keys(files), (file) => files[file] ?? '').map(
    ({ file, rule }) => `${file}: ${rule}`,
  )
}

test('one version everywhere passes, whatever is unreleased above it', () => {
  assert.deepEqual(rulesOf(), [])
})

test('each place that says another version is named', () => {
  assert.deepEqual(
    rulesOf({
      'apps/cli/package.json': '{"version": "0.1.0", "dependencies": {"@sidep/server": "0.1.0"}}',
    }),
    [
      'apps/cli/package.json: its version is not 0.2.0',
      'apps/cli/package.json: asks for another @sidep/server than 0.2.0',
    ],
  )
  assert.deepEqual(
    rulesOf({
      'package-lock.json':
        '{"packages": {"": {"version": "0.2.0"}, "apps/cli": {"version": "0.1.0"}}}',
    }),
    ['package-lock.json: has apps/cli in another version than 0.2.0: npm install'],
  )
  assert.deepEqual(rulesOf({ 'CHANGELOG.md': '## Unreleased\n\n## [0.1.0] - 2026-11-01\n' }), [
    'CHANGELOG.md: its newest version is not 0.2.0',
  ])
  assert.deepEqual(rulesOf({ 'publiccode.yml': 'softwareVersion: 0.1.0\n' }), [
    'publiccode.yml: its softwareVersion is not 0.2.0',
  ])
})

test('a package that is linked by its folder asks for no version', () => {
  assert.deepEqual(
    rulesOf({
      'apps/cli/package.json':
        '{"version": "0.2.0", "devDependencies": {"@sidep/dev": "file:../../dev"}}',
    }),
    [],
  )
})
