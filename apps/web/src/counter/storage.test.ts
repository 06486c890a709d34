import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { routes } from '@sidep/contracts'
import { memoryVault, type StorageHealth, type Vault } from '../shared/storage/index.ts'
import {
  acknowledged,
  heldIn,
  id,
  offline,
  post,
  problem,
  resultPost,
  world,
} from './counter-testing.ts'
import { rowsOf } from './lists/rows.ts'
import { sampleEntry, sampleInput } from './testing.ts'

/** A device that keeps what it is given until the test says otherwise. */
const deviceOf = () => {
  const memory = memoryVault(true)
  const state: { health: StorageHealth; hasRoom: boolean } = { health: 'kept', hasRoom: true }
  const listeners: ((health: StorageHealth) => void)[] = []
  const vault: Vault = {
    ...memory,
    get durable() {
      return state.health !== 'unavailable'
    },
    watch: (listener) => {
      listeners.push(listener)
    },
    change: async (change) =>
      state.hasRoom || change.put.length === 0 ? memory.change(change) : 'full',
  }
  return {
    vault,
    state,
    say: (health: StorageHealth): void => {
      state.health = health
      for (const listener of listeners) listener(health)
    },
  }
}

describe('a counter whose computer keeps nothing', () => {
  it('records at once with the portal, and nothing waits here', async () => {
    const device = deviceOf()
    const { counter, start, replies } = world(device.vault)
    await start()
    device.say('unavailable')
    assert.equal(counter.store.get().storage, 'unavailable')
    replies.set(post, acknowledged())
    const outcome = await counter.record(sampleInput(id))
    assert.equal(outcome.kind, 'acknowledged')
    assert.equal(heldIn(counter).length, 0)
    assert.deepEqual(
      counter.store.get().entries.map((entry) => entry.id),
      [id],
    )
  })

  it('offline promises nothing, and takes no number of a booklet', async () => {
    const device = deviceOf()
    const { counter, start, replies, pass, sent } = world(device.vault)
    await start()
    device.say('unavailable')
    replies.set(post, offline)
    const outcome = await counter.record({ ...sampleInput(id), result: 'negative' })
    assert.equal(outcome.kind, 'not-kept')
    assert.equal(counter.store.get().notKept?.id, id)
    assert.equal(heldIn(counter).length, 0)
    // Nothing goes by itself later: who typed it was told that it was not recorded.
    replies.set(post, acknowledged())
    const asked = sent().length
    await pass(120)
    assert.equal(sent().length, asked)
    // The same screening, tried again, has the same id: the portal records it once.
    assert.equal((await counter.record(sampleInput(id))).kind, 'acknowledged')
    assert.equal(counter.store.get().notKept, null)
  })

  it('does not ask a portal sooner than it said, and says what it said', async () => {
    const device = deviceOf()
    const { counter, start, replies, sent } = world(device.vault)
    await start()
    device.say('unavailable')
    replies.set(post, { ...problem(503, 'UNAVAILABLE'), retryAfter: '120' })
    await counter.record(sampleInput(id))
    const asked = sent().length
    const again = await counter.record(sampleInput(id))
    assert.ok(again.kind === 'not-kept')
    assert.equal(again.error?.kind, 'problem')
    assert.equal(sent().length, asked)
  })

  it('says a refusal as one, and sets the result of somebody who waits at once', async () => {
    const device = deviceOf()
    const { counter, start, replies } = world(device.vault)
    replies.set(`GET ${routes.screenings}`, {
      status: 200,
      body: { screenings: [sampleEntry(id)], truncated: false },
    })
    await start()
    device.say('unavailable')
    replies.set(post, problem(422, 'REQUEST_INVALID', { faults: [] }))
    assert.equal((await counter.record(sampleInput(id))).kind, 'refused')
    replies.set(resultPost, { ...acknowledged('final'), status: 200 })
    const [row] = rowsOf([sampleEntry(id)], [])
    assert.ok(row)
    assert.equal((await counter.setResult(row, 'negative')).kind, 'acknowledged')
    assert.equal(heldIn(counter).length, 0)
  })

  it('keeps again once it can: what is offline then waits as ever', async () => {
    const device = deviceOf()
    const { counter, start, replies } = world(device.vault)
    await start()
    device.say('unavailable')
    device.say('kept')
    replies.set(post, offline)
    assert.equal((await counter.record(sampleInput(id))).kind, 'queued')
    assert.equal(heldIn(counter).length, 1)
  })
})

describe('a counter whose disk is full', () => {
  it('records at once with the portal, and offline promises nothing', async () => {
    const device = deviceOf()
    const { counter, start, replies } = world(device.vault)
    await start()
    device.state.hasRoom = false
    replies.set(post, offline)
    assert.equal((await counter.record(sampleInput(id))).kind, 'not-kept')
    replies.set(post, acknowledged())
    assert.equal((await counter.record(sampleInput(id))).kind, 'acknowledged')
    assert.equal(heldIn(counter).length, 0)
  })
})
