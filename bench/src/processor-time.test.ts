import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { familyMilliseconds, parseProcessLine } from './processor-time.ts'

test('parent and processor time are found behind a command that holds spaces and brackets', () => {
  const line = '42 (node (x) y) S 7 42 42 0 -1 4194304 9 0 0 0 150 50 30 10 20 0 11 0 5 0 0'
  assert.deepEqual(parseProcessLine(line), {
    parent: 7,
    milliseconds: 2_000,
    endedMilliseconds: 400,
  })
})

test('what a child used is its family’s, also once it has ended', () => {
  const before = familyMilliseconds(process.pid)
  const busy = 'const end = Date.now() + 300; while (Date.now() < end);'
  spawnSync(process.execPath, ['--eval', busy])
  // The kernel counts ticks of 10 ms; others may have taken most of the time.
  assert.ok(familyMilliseconds(process.pid) - before >= 20)
})
