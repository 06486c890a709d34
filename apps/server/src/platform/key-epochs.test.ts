import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { systemRandomBytes } from './clock.ts'
import { openKeyEpochs } from './key-epochs.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-epochs-'))
after(() => rmSync(folder, { recursive: true }))
const open = (name: string) => openKeyEpochs(join(folder, name), systemRandomBytes)

test('machines with a copy of one file have the same secrets, each week another', () => {
  const one = open('one')
  copyFileSync(join(folder, 'one'), join(folder, 'two'))
  const two = open('two')
  const [august, later] = [one.secretOf('2021-08-09'), one.secretOf('2021-08-16')]
  assert.ok(august && later)
  assert.notDeepEqual(august, later)
  assert.deepEqual(two.secretOf('2021-08-16'), later)
  assert.deepEqual(two.secretOf('2021-08-09'), august)
  assert.equal(statSync(join(folder, 'one')).mode & 0o777, 0o600)
})

test('a week that was given up is gone, here and for who opens the file later; those after it stay', () => {
  const epochs = open('forward')
  const kept = epochs.secretOf('2021-08-16')
  epochs.advanceTo('2021-08-16')
  for (const opened of [epochs, open('forward')]) {
    assert.equal(opened.secretOf('2021-08-09'), null)
    assert.deepEqual(opened.secretOf('2021-08-16'), kept)
  }
  epochs.advanceTo('2021-08-02')
  assert.equal(epochs.secretOf('2021-08-09'), null)
  assert.doesNotMatch(readFileSync(join(folder, 'forward'), 'utf8'), /2021-08-09/)
})

test('another process that moved the file is followed', () => {
  const [one, other] = [open('shared'), open('shared')]
  assert.ok(other.secretOf('2021-08-09'))
  one.advanceTo('2021-08-16')
  other.reload()
  assert.equal(other.secretOf('2021-08-09'), null)
})

test('a file that is something else keeps the server from starting', () => {
  writeFileSync(join(folder, 'broken'), '{"week":"2021-08-10","secret":""}')
  assert.throws(() => open('broken'), /is not a file of key epochs/)
})
