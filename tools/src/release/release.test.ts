import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differing, shippedOf } from './shipped-files.ts'
import { provenanceOf, settledSbom } from './statements.ts'

test('what ships has no tests, no sources of pages, nothing of development', () => {
  const files = [
    'apps/cli/src/main.ts',
    'apps/cli/src/lines.test.ts',
    'apps/web/package.json',
    'apps/web/src/counter/main.tsx',
    'bench/src/issue.ts',
    'deploy/one-machine/sidep.env',
    'package-lock.json',
    'tools/src/check.ts',
    '.ci/run',
  ]
  assert.deepEqual(shippedOf(files), [
    'apps/cli/src/main.ts',
    'apps/web/package.json',
    'deploy/one-machine/sidep.env',
    'package-lock.json',
  ])
})

test('two builds that differ are told by the files that do, also where one lacks them', () => {
  const one = new Map([
    ['a', '1'],
    ['b', '2'],
    ['c', '3'],
  ])
  assert.deepEqual(differing(one, one), [])
  const other = new Map([
    ['a', '1'],
    ['b', '9'],
    ['d', '4'],
  ])
  assert.deepEqual(differing(one, other), ['b', 'c', 'd'])
})

const commit = 'c5b89236aa5be0f1c5b89236aa5be0f1c5b89236'

test('provenance names what was built and from which commit, and is the same each time', () => {
  const origin = {
    repository: 'https://example.org/sidep.git',
    commit,
    tag: null,
    lockSha256: 'ab',
    nodeVersion: 'v24.21.0',
  }
  const statement = provenanceOf([{ name: 'sidep.tar.gz', sha256: 'cd' }], origin, 'urn:test')
  assert.deepEqual(statement.subject, [{ name: 'sidep.tar.gz', digest: { sha256: 'cd' } }])
  assert.equal(statement.predicateType, 'https://slsa.dev/provenance/v1')
  const [source] = statement.predicate.buildDefinition.resolvedDependencies
  assert.deepEqual(source, {
    uri: 'git+https://example.org/sidep.git',
    digest: { gitCommit: commit },
  })
})

test('the list of packages has the time of its commit, a number that follows from it, and no folder’s name', () => {
  const at = new Date('2026-11-30T12:00:00Z')
  const sbom = {
    serialNumber: 'urn:uuid:x',
    metadata: { timestamp: 'now', tools: [], component: { name: 'clone', type: 'library' } },
    components: [],
  }
  const settled = settledSbom(sbom, commit, at)
  assert.deepEqual(settled.metadata, {
    timestamp: at.toISOString(),
    tools: [],
    component: { name: 'sidep', type: 'library' },
  })
  assert.match(
    String(settled.serialNumber),
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  assert.deepEqual(settledSbom(sbom, commit, at), settled)
})
