import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exclusiveIn } from './tabs.ts'

/** A browser's locks, as far as they are asked here. */
const locksOf = (request: (begin: () => Promise<unknown>) => Promise<unknown>): LockManager =>
  ({ request: (_name: string, begin: () => Promise<unknown>) => request(begin) }) as LockManager

test('where the browser refuses locks the work is done, once', async () => {
  let times = 0
  const work = async (): Promise<string> => {
    times += 1
    return 'done'
  }
  const refusing = locksOf(() => Promise.reject(new DOMException('refused', 'SecurityError')))
  assert.equal(await exclusiveIn(refusing)('name', work), 'done')
  assert.equal(await exclusiveIn(locksOf((begin) => begin()))('name', work), 'done')
  assert.equal(times, 2)
})

test('work that fails under its lock is not done again', async () => {
  let times = 0
  const work = async (): Promise<never> => {
    times += 1
    throw new Error('failed')
  }
  await assert.rejects(exclusiveIn(locksOf((begin) => begin()))('name', work), /failed/)
  assert.equal(times, 1)
})
