import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startLooking } from './looking.ts'

test('one look at a time, a failure is told, and the end waits for the look under way', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] })
  const failed: unknown[] = []
  const begun: PromiseWithResolvers<void>[] = []
  const signals: AbortSignal[] = []
  const looking = startLooking({
    everyMilliseconds: 1_000,
    look: (stopping) => {
      const one = Promise.withResolvers<void>()
      begun.push(one)
      signals.push(stopping)
      return one.promise
    },
    failed: (error) => failed.push(error),
  })
  assert.equal(begun.length, 0)
  context.mock.timers.tick(3_000)
  assert.equal(begun.length, 1, 'the first is still under way')
  begun[0]?.reject('no')
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(failed, ['no'])
  context.mock.timers.tick(1_000)
  assert.equal(begun.length, 2)
  let isStopped = false
  const stopped = looking.stop().then(() => {
    isStopped = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(signals[1]?.aborted, true)
  assert.equal(isStopped, false)
  begun[1]?.resolve()
  await stopped
  context.mock.timers.tick(5_000)
  assert.equal(begun.length, 2)
})
