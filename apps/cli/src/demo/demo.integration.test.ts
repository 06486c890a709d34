import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { loadTrust } from '@sidep/trust'
import { purposeFor, verify } from '@sidep/verdict'
import {
  type CommandRun,
  makeTemporaryFolder,
  processesNaming,
  removeFolder,
  runCommand,
} from '../testing.ts'
import { type DemoReport, demoStages } from './report.ts'

let folder: string

before(async () => {
  folder = await makeTemporaryFolder()
})
after(() => removeFolder(folder))

/** A database that the environment names is left alone: this one does not even exist. */
const environment = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }

const demo = (...words: string[]): CommandRun => runCommand(['demo', ...words], folder, environment)

const assertNothingLeft = async (): Promise<void> => {
  assert.deepEqual(await processesNaming(folder), [])
  assert.deepEqual(await readdir(folder), [])
}

test('demo --json prints one object whose codes verify with the signers in it, and leaves nothing behind', async () => {
  const { exitCode, stdout, stderr } = await demo('--json').finished
  assert.equal(exitCode, 0, stderr)
  assert.equal(stdout.split('\n').length, 2)
  const report = JSON.parse(stdout) as DemoReport
  assert.deepEqual(Object.keys(report), [
    'hcert',
    'twoddoc',
    'screening',
    'verdict',
    'retrieval',
    'signers',
    'milliseconds',
  ])

  const trust = await loadTrust(report.signers)
  const at = new Date(report.verdict.at)
  for (const text of [report.hcert, report.twoddoc]) {
    const verdict = await verify(text, trust, at, purposeFor('FR'))
    assert.equal(verdict.verdict, 'accepted')
    // 72 h from sampling: décret n° 2021-1059 of 7 August 2021.
    const sampledAt = Date.parse(report.screening.sampledAt)
    const hours = ((verdict.acceptedUntil?.getTime() ?? 0) - sampledAt) / 3_600_000
    assert.ok(hours > 71.9 && hours <= 72)
  }
  assert.equal(report.verdict.verdict, 'accepted')
  assert.equal(report.screening.state, 'final')
  assert.equal(report.retrieval.certificate?.hcert, report.hcert)
  assert.equal(report.retrieval.certificate?.twoddoc, report.twoddoc)
  assert.equal(report.retrieval.familyName, report.screening.person.familyName)
  assert.deepEqual(report.retrieval.messages.map(({ channel }) => channel).sort(), ['email', 'sms'])
  for (const stage of [...demoStages, 'total'] as const) assert.ok(report.milliseconds[stage] > 0)
  await assertNothingLeft()
})

test('demo without --json tells the story in words', async () => {
  const { exitCode, stdout, stderr } = await demo().finished
  assert.equal(exitCode, 0, stderr)
  assert.match(stdout, /EU DCC +accepted for FR/)
  assert.match(stdout, /2D-DOC +accepted for FR/)
  assert.match(stdout, /#[A-Z2-7]{32}/)
})

test('demo stopped in the middle ends with 1 and leaves nothing behind', async () => {
  const run = demo('--json')
  // The database's folder is there as soon as it is being made.
  while ((await readdir(folder)).length === 0) await new Promise(setImmediate)
  run.child.kill('SIGTERM')
  const { exitCode, stdout } = await run.finished
  assert.equal(exitCode, 1)
  assert.equal(stdout, '')
  await assertNothingLeft()
})
