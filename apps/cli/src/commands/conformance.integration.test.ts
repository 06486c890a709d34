import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

const root = resolve(import.meta.dirname, '../../../..')
const adapter = join(root, 'dev/src/conformance/main.ts')
let folder: string
before(async () => {
  folder = await makeTemporaryFolder()
})
after(() => removeFolder(folder))

test('the adapter on the SDK passes as a program of its own, killed and begun again', async () => {
  const words = ['conformance', '--client', adapter, '--case', 'record', 'restart', '--json']
  const { exitCode, stdout } = await runCommand(words, folder).finished
  const { passed, failed, cases } = JSON.parse(stdout)
  assert.deepEqual({ passed, failed, exitCode }, { passed: 2, failed: 0, exitCode: 0 }, stdout)
  assert.deepEqual(
    cases.map((one: { readonly case: string }) => one.case),
    ['record', 'restart'],
  )
})

test('a program that is wrong in one thing fails in that case alone, of all', async () => {
  const program = join(folder, 'wrong.ts')
  const kit = join(root, 'dev/src/conformance')
  await writeFile(
    program,
    `import { flaws } from '${kit}/flaws-testing.ts'
import { serveAdapter } from '${kit}/serve-adapter.ts'
await serveAdapter(flaws[process.argv[2]])`,
  )
  const described = join(folder, 'wrong.json')
  for (const flaw of ['correction', 'slip']) {
    await writeFile(described, JSON.stringify({ command: [process.execPath, program, flaw] }))
    const words = ['conformance', '--client', described, '--json']
    const { exitCode, stdout } = await runCommand(words, folder).finished
    const { cases } = JSON.parse(stdout) as {
      readonly cases: readonly { readonly case: string; readonly passed: boolean | null }[]
    }
    assert.deepEqual(
      cases.filter(({ passed }) => passed !== true).map((one) => one.case),
      [flaw],
      stdout,
    )
    assert.equal(exitCode, 1)
  }
})

test('an adapter that says what is not so is named with the reason, and the exit code says it', async () => {
  const program = join(folder, 'liar.mjs')
  await writeFile(
    program,
    `import { createInterface } from 'node:readline'
for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify({ id: JSON.parse(line).id, outcome: 'recorded', screening: 'x' }))`,
  )
  const described = join(folder, 'liar.json')
  await writeFile(described, JSON.stringify({ command: [process.execPath, program] }))
  const words = ['conformance', '--client', described, '--case', 'record']
  const { exitCode, stdout } = await runCommand(words, folder).finished
  assert.equal(exitCode, 1)
  assert.match(stdout, /✖ record .*\n\s+recorded another screening/)
})

test('a sandbox refuses to run in production, and a kit without one says so', async () => {
  const refused = await runCommand(['sandbox', '--port', '0'], folder, {
    SIDEP_MODE: 'production',
  }).finished
  assert.equal(refused.exitCode, 78)
  const alone = ['conformance', '--client', adapter, '--url', 'http://127.0.0.1:9']
  assert.equal((await runCommand(alone, folder).finished).exitCode, 69)
})
