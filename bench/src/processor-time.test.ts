import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProcessLine } from './processor-time.ts'

test('parent and processor time are found behind a command that holds spaces and brackets', () => {
  const line = '42 (node (x) y) S 7 42 42 0 -1 4194304 9 0 0 0 150 50 0 0 20 0 11 0 5 0 0'
  assert.deepEqual(parseProcessLine(line), { parent: 7, milliseconds: 2_000 })
})
