import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeClosers } from './closers.ts'

test('what was started last is closed first, once, and a failure stops nothing', async () => {
  const closers = makeClosers()
  const closed: string[] = []
  const add = (name: string, fails = false): void =>
    closers.add(async () => {
      closed.push(name)
      if (fails) throw new Error(name)
    })
  add('first')
  add('second', true)
  add('third')
  await assert.rejects(closers.closeAll(), { message: 'second' })
  assert.deepEqual(closed, ['third', 'second', 'first'])
  await closers.closeAll()
  assert.equal(closed.length, 3)
})
