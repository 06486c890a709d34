import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { messageOf, messageWith } from '@sidep/server/laboratory/testing.ts'
import { makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

let folder: string
before(async () => {
  folder = await makeTemporaryFolder()
})
after(() => removeFolder(folder))

const check = async (...words: string[]) => {
  const { exitCode, stdout, stderr } = await runCommand(['message', ...words], folder).finished
  const lines = stdout.split('\n').filter((line) => line !== '')
  return { exitCode, stderr, answers: lines.map((line) => JSON.parse(line)) }
}

test('each message of each file is answered on a line of its own, and the exit code says whether all are accepted', async () => {
  const sound = join(folder, 'sound.hl7')
  const faulty = join(folder, 'faulty.hl7')
  await writeFile(sound, messageOf())
  await writeFile(faulty, messageOf() + messageWith('PID', 7, '19791311'))
  const all = await check('--check', sound, faulty, '--language', 'en')
  assert.equal(all.exitCode, 1)
  assert.deepEqual(
    all.answers.map(({ file, message, ack, code }) => [file, message, ack, code]),
    [
      [sound, 'TEST00001', 'AA', '0'],
      [faulty, 'TEST00001', 'AA', '0'],
      [faulty, 'TEST00001', 'AE', '102'],
    ],
  )
  assert.equal(all.answers[0].screening.kind, 'pcr')
  assert.deepEqual(all.answers[2].errors, [
    {
      location: 'PID^1^7',
      code: '102',
      rule: 'BIRTH_DATE_NOT_REAL',
      text: 'This birth date does not exist.',
    },
  ])
  assert.equal((await check('--check', sound)).exitCode, 0)
})

test('a file that is not there and an option that is none are told in a sentence', async () => {
  const missing = await check('--check', join(folder, 'nowhere.hl7'))
  assert.equal(missing.exitCode, 66)
  assert.match(missing.stderr, /cannot be read/)
  assert.equal((await check('--check', 'x', '--language', 'de')).exitCode, 64)
  assert.equal((await check('x')).exitCode, 64)
})
