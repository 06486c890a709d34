import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

const folder = await makeTemporaryFolder()
after(() => removeFolder(folder))

const simulate = (...words: string[]) => runCommand(['simulate', ...words], folder).finished

test('simulate --json prints exactly one JSON object with what was promised, the same each time', async () => {
  const words = ['portal-down', '--seed', '4', '--scale', '0.005', '--json']
  const [first, second] = [await simulate(...words), await simulate(...words)]
  assert.equal(first.exitCode, 0, first.stderr)
  assert.equal(first.stdout, second.stdout)
  assert.match(first.stdout, /^\{.*\}\n$/)
  const result: unknown = JSON.parse(first.stdout)
  assert.ok(typeof result === 'object' && result !== null)
  const figures = new Map(Object.entries(result))
  assert.equal(figures.get('scenario'), 'portal-down')
  assert.equal(figures.get('policy'), 'sidep')
  assert.equal(figures.get('seed'), 4)
  const numbers = [
    'screenings',
    'leftWithoutDocument',
    'leftWithUnsignedPaper',
    'lost',
    'duplicated',
    'lockedOutShareMax',
    'extraWaitSecondsMax',
  ]
  for (const name of numbers) assert.equal(typeof figures.get(name), 'number', name)
  assert.match(String(figures.get('backlogDrainedAt')), /^2021-08-1[34]T\d\d:\d\d:\d\d\+02:00$/)
  assert.equal(figures.get('hours')?.length, 48)
})

test('simulate --chart writes an SVG beside the figures', async () => {
  const file = join(folder, 'chart.svg')
  const { exitCode, stdout } = await simulate('2021-08-13', '--scale', '0.002', '--chart', file)
  assert.equal(exitCode, 0)
  assert.match(stdout, /^scenario +2021-08-13/)
  assert.match(await readFile(file, 'utf8'), /^<svg /)
})

test('a scenario, policy, seed or scale that there is not is wrong usage; a folder that there is not too', async () => {
  const wrong = [
    ['no-such-day'],
    ['portal-down', '--policy', 'as-1999'],
    ['portal-down', '--seed', '-1'],
    ['portal-down', '--scale', '2'],
  ]
  for (const words of wrong) {
    const { exitCode, stdout } = await simulate(...words)
    assert.deepEqual([exitCode, stdout], [64, ''], words.join(' '))
  }
  const chart = join(folder, 'none', 'chart.svg')
  const { exitCode } = await simulate('portal-down', '--scale', '0.001', '--chart', chart)
  assert.equal(exitCode, 73)
})
