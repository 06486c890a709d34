import assert from 'node:assert/strict'
import { test } from 'node:test'
import { benchIssue } from './issue.ts'

test('without a rate it finds the plateau, offers six tenths of it, and says what a screening costs', async () => {
  const result = await benchIssue({ seconds: 2 })
  const { plateauPerSecond, processorMillisecondsEach: each, rawCryptoMilliseconds } = result
  assert.ok(plateauPerSecond !== null && plateauPerSecond > 10, `${plateauPerSecond}`)
  assert.ok(Math.abs(result.offeredPerSecond / plateauPerSecond - 0.6) < 0.01)
  // Two signatures and two verifications: less than 0.05 ms is no machine's, more than 20 ms is a wrong unit.
  assert.ok(rawCryptoMilliseconds > 0.05 && rawCryptoMilliseconds < 20, `${rawCryptoMilliseconds}`)
  assert.ok(each !== null && result.costRatio !== null)
  const ratio = (each.server + each.database) / rawCryptoMilliseconds
  assert.ok(Math.abs(result.costRatio / ratio - 1) < 0.01)
  assert.deepEqual(
    { failed: result.failed, lost: result.lost, duplicated: result.duplicated },
    { failed: 0, lost: 0, duplicated: 0 },
  )
})
