import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vectorsAbsent } from '../../../tools/src/vectors.ts'
import { clockBeforeIssue, upstreamErrors } from '../test/dcc-expectation.ts'
import { runVectors } from '../test/run-vectors.ts'
import { readVectors, vectorsMin } from '../test/vectors.ts'

test('every outside vector gets the verdict that it implies, layer included', async (context) => {
  if (vectorsAbsent !== null) return context.skip(vectorsAbsent)
  const { ran, problems } = await runVectors(readVectors())
  assert.deepEqual(problems, [])
  assert.ok(ran >= vectorsMin, `only ${ran} vectors ran`)
})

test('every exception names a vector that exists', (context) => {
  if (vectorsAbsent !== null) return context.skip(vectorsAbsent)
  const ids = new Set(readVectors().dcc.map(({ id }) => id))
  for (const id of [...Object.keys(upstreamErrors), ...clockBeforeIssue]) assert.ok(ids.has(id), id)
})
