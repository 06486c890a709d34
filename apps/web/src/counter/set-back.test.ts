import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryVault } from '../shared/storage/index.ts'
import { heldIn, id, world } from './counter-testing.ts'
import { sampleInput } from './testing.ts'

const minute = 60_000
const now = Date.parse('2026-11-23T14:00:00Z')
const typed = { ...sampleInput(id), sampledAt: '2026-11-23T13:50:00Z' }

test('what a portal that was set back had acknowledged is sent again after a reload, and once', async () => {
  const vault = memoryVault(true)
  const before = world(vault)
  await before.start()
  assert.equal((await before.counter.record(typed)).kind, 'acknowledged')
  assert.deepEqual(heldIn(before.counter), [])
  before.counter.stop()

  const { counter, portal, start, pass, settle, sent } = world(vault)
  await start()
  const told = {
    serverNow: now,
    localNow: now,
    restorations: [{ to: now - minute, at: now + minute }],
  }
  counter.contacted(told)
  await settle()
  await pass(90)
  assert.deepEqual(
    sent().map((input) => input.id),
    [id],
  )
  assert.deepEqual([...portal.books.screenings.keys()], [id])
  counter.contacted(told)
  await pass(90)
  assert.deepEqual([heldIn(counter), sent().length], [[], 1])
})
