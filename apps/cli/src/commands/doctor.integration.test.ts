import assert from 'node:assert/strict'
import { chmod, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { openDatabase } from '@sidep/server/platform/database.ts'
import { fillFromTemplate } from '@sidep/server/platform/test-template.ts'
import type { Finding } from '../doctor/findings.ts'
import { makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

const folder = await makeTemporaryFolder()
after(() => removeFolder(folder))
const environment = { DATA_DIR: join(folder, 'data'), KEYS_DIR: '', DATABASE_URL: '' }

const examined = async (): Promise<{ exitCode: number | null; findings: Finding[] }> => {
  const { exitCode, stdout, stderr } = await runCommand(['doctor', '--json'], folder, environment)
    .finished
  assert.notEqual(stdout, '', stderr)
  return { exitCode, findings: JSON.parse(stdout).findings }
}
const about = (findings: readonly Finding[], subject: string) =>
  findings.filter((found) => found.subject?.endsWith(subject) === true).map(({ code }) => code)

test('beside a database that runs, it looks at that, and finds a password that others may read', async () => {
  await fillFromTemplate(environment.DATA_DIR)
  const database = await openDatabase(null, environment.DATA_DIR)
  try {
    const before = await examined()
    assert.deepEqual(about(before.findings, 'database-password'), [])
    const ofDatabase = before.findings.filter(({ code }) =>
      /^(DATABASE|SCHEMA|ARCHIVE)_/.test(code),
    )
    assert.deepEqual(ofDatabase, [])
    await chmod(join(environment.DATA_DIR, 'database-password'), 0o644)
    const after = await examined()
    assert.deepEqual(about(after.findings, 'database-password'), ['SECRET_READABLE'])
    assert.equal(after.exitCode, 2)
  } finally {
    await database.close()
  }
})

test('each code that it can say is on the page of the person on duty, and the page names no other', async () => {
  const root = resolve(import.meta.dirname, '../../../..')
  const page = await readFile(join(root, 'docs/operating/doctor.md'), 'utf8')
  const sources = ['machine', 'database', 'backups', 'trust'].map((name) =>
    readFile(join(root, `apps/cli/src/doctor/check-${name}.ts`), 'utf8'),
  )
  const said = (await Promise.all(sources)).flatMap((text) =>
    [...text.matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(([, code]) => code),
  )
  const listed = [...page.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code]) => code)
  const codes = listed.filter((code) => !/_(URL|DIR|FILE)$/.test(code ?? ''))
  assert.deepEqual([...new Set(codes)].sort(), [...new Set(said)].sort())
})
