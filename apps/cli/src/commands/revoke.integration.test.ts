import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

const folder = await makeTemporaryFolder()
after(() => removeFolder(folder))
const environment = { DATA_DIR: join(folder, 'data'), KEYS_DIR: '', DATABASE_URL: '' }

const sidep = (...words: string[]) => runCommand(['revoke', ...words], folder, environment).finished

test('a target that is none, two at once, and doing it without a reason or a name are wrong usage: 64', async () => {
  const since = ['--since', '2021-08-13T15:30:00+02:00']
  for (const words of [
    [],
    ['--professional', '899700075122'],
    ['--professional', '12', ...since],
    ['--certificate', 'HC1:6BF'],
    ['--signer', 'FR99/DEV1', '--booklet', '750712184/0123456789abcdef'],
    ['--signer', 'FR99/DEV1', '--yes', '--by', 'c.martin'],
    ['--signer', 'FR99/DEV1', '--yes', '--reason', 'stolen'],
  ]) {
    const { exitCode, stderr } = await sidep(...words)
    assert.equal(exitCode, 64, `${words.join(' ')}: ${stderr}`)
  }
})

test('without --yes it says how many, and changes nothing', async () => {
  const { exitCode, stdout, stderr } = await sidep('--signer', 'FR99/DEV1', '--json')
  assert.equal(exitCode, 0, stderr)
  assert.deepEqual(JSON.parse(stdout), { certificates: 0, sites: {}, changed: 0, isDone: false })
})
