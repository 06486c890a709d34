import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { OperationsFigures, OperationsView } from '@sidep/contracts'
import { endpointTexts } from '@sidep/contracts/openapi'
import { makeTestClock } from '../../platform/testing.ts'
import { makeHub } from './hub.ts'

const example = endpointTexts.readOperations.answer as OperationsView
const figures = example.figures as OperationsFigures
const everyMilliseconds = 5_000
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A hub whose time stands until it is moved, and whose database answers as told. */
const watched = (t: TestContext, answer: () => Promise<OperationsFigures>) => {
  const { timers } = t.mock
  timers.enable({ apis: ['setInterval', 'setTimeout'] })
  const clock = makeTestClock('2021-08-13T15:30:00+02:00')
  const asked = { times: 0 }
  const hub = makeHub({
    clock,
    doors: () => example.doors,
    capacity: () => example.capacity,
    figures: () => {
      asked.times += 1
      return answer()
    },
    watcher: async () => example.watcher,
    everyMilliseconds,
    patienceMilliseconds: 2_000,
  })
  const pass = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds)
    timers.tick(milliseconds)
    await settled()
  }
  return { hub, asked, pass }
}

test('fifty who watch cost the database one question an interval, and nobody none', async (t) => {
  const { hub, asked, pass } = watched(t, async () => figures)
  await pass(60_000)
  assert.equal(asked.times, 0)
  const seen: OperationsView[] = []
  const stops = Array.from({ length: 50 }, () => hub.follow((view) => seen.push(view)))
  for (const number of [1, 2, 3]) {
    await pass(everyMilliseconds)
    assert.equal(asked.times, number)
    assert.equal(seen.length, number * 50)
  }
  // Who opens a page meanwhile is shown what was seen last.
  await hub.current()
  assert.equal(asked.times, 3)
  for (const stop of stops) stop()
  await pass(60_000)
  assert.equal(asked.times, 3)
})

test('a database that does not answer is asked once, and its last figures stay with their time', async (t) => {
  let answer = async (): Promise<OperationsFigures> => figures
  const { hub, asked, pass } = watched(t, () => answer())
  let last: OperationsView | null = null
  hub.follow((view) => {
    last = view
  })
  await pass(everyMilliseconds)
  const { promise, reject } = Promise.withResolvers<OperationsFigures>()
  answer = () => promise
  await pass(everyMilliseconds)
  await pass(2_000)
  await pass(everyMilliseconds)
  await pass(2_000)
  assert.equal(asked.times, 2)
  const view = last as OperationsView | null
  assert.deepEqual(view?.figures, figures)
  assert.equal(view?.figuresAt, '2021-08-13T13:30:05.000Z')
  assert.ok((view?.at ?? '') > '2021-08-13T13:30:10')
  assert.deepEqual(view?.doors, example.doors)
  reject(new Error('gone'))
  await settled()
  answer = async () => figures
  await pass(everyMilliseconds)
  assert.equal(asked.times, 3)
  hub.stop()
})
