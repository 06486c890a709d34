import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import * as continuity from '../src/index.ts'
import { makeExamples, verifyExamples, withExamples } from './examples.ts'

const path = resolve(import.meta.dirname, '../../../docs/reference/continuity.md')

test('the examples in docs/reference/continuity.md are what the code makes (UPDATE_REFERENCE=1 writes them)', async () => {
  const document = readFileSync(path, 'utf8')
  const expected = withExamples(document, await makeExamples())
  if (process.env.UPDATE_REFERENCE === '1') writeFileSync(path, expected)
  else assert.equal(document, expected)
})

test('the examples verify with the published keys', async () => {
  assert.deepEqual(await verifyExamples(), [true, true])
})

test('the document states the bounds that the code keeps', () => {
  const document = readFileSync(path, 'utf8')
  const stated = new Map(
    [...document.matchAll(/^\| `([a-zA-Z]+Max)` \| ([0-9,]+)/gm)].map(([, name, value]) => [
      name,
      Number(value?.replaceAll(',', '')),
    ]),
  )
  const names = Object.keys(continuity).filter((name) =>
    /^(?!slipNumber|reconcileItems).*Max$/.test(name),
  )
  assert.deepEqual([...stated.keys()].sort(), names.sort())
  for (const [name, value] of stated) {
    assert.equal(Object.entries(continuity).find(([key]) => key === name)?.[1], value, name)
  }
})
