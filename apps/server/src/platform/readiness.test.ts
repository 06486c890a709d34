import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameTime } from './readiness.ts'

const at = (seconds: number): Date => new Date(1_628_870_400_000 + seconds * 1_000)

test('a database that is ten minutes off, either way, has another time; one that is a second off has the same', () => {
  assert.equal(isSameTime(at(600), at(0), at(1)), false)
  assert.equal(isSameTime(at(-600), at(0), at(1)), false)
  assert.equal(isSameTime(at(-1), at(0), at(1)), true)
  assert.equal(isSameTime(at(2), at(0), at(1)), true)
})

test('an answer that took long says nothing of the clock', () => {
  assert.equal(isSameTime(at(0), at(0), at(30)), true)
  assert.equal(isSameTime(at(30), at(0), at(30)), true)
})
