import assert from 'node:assert/strict'
import { test } from 'node:test'
import { laboratoryMessages } from '@sidep/admission'
import { makeTurns } from './turns.ts'

const here = (): boolean => false

test('who sends more than its share waits for its turn, while another goes at once', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  const pass = (milliseconds: number): void => {
    now += milliseconds
    context.mock.timers.tick(milliseconds)
  }
  const turns = makeTurns(1_000, () => now)
  const flooding = { name: 'flooding', perSecond: 10 }
  // What it may send at once.
  for (let index = 0; index < 20; index += 1) {
    const turn = await turns.take(flooding, here)
    assert.ok(turn.ok)
    turn.leave(1)
  }
  let isIn = false
  const waiting = turns.take(flooding, here).then((turn) => {
    isIn = true
    return turn
  })
  assert.equal(turns.waiting(), 1)
  const other = await turns.take({ name: 'other', perSecond: 10 }, here)
  assert.ok(other.ok)
  other.leave(1)
  pass(99)
  await Promise.resolve()
  assert.equal(isIn, false)
  pass(1)
  const turn = await waiting
  assert.ok(turn.ok)
  turn.leave(1)
  assert.equal(turns.inWork(), 0)
})

test('who has waited too long is told when to come back, and at the end so is whoever waits', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  const turns = makeTurns(1_000, () => now)
  const laboratory = { name: 'laboratory', perSecond: 1 }
  const first = await turns.take(laboratory, here)
  assert.ok(first.ok)
  // Of many results: its share of a minute and a half is taken.
  first.leave(100)
  const late = turns.take(laboratory, here)
  now += laboratoryMessages.waitMilliseconds
  context.mock.timers.tick(laboratoryMessages.waitMilliseconds)
  assert.deepEqual(await late, { ok: false, of: 'own', retryAfterSeconds: 94 })
  const waiting = turns.take(laboratory, here)
  turns.end()
  assert.equal((await waiting).ok, false)
  assert.equal((await turns.take(laboratory, here)).ok, false)
})
