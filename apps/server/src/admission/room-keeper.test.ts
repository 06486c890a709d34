import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultRoomSettings, newRoom } from '@sidep/admission'
import type { Log } from '../platform/context.ts'
import { makeRoomKeeper } from './room-keeper.ts'
import type { RoomStore } from './room-store.ts'

const log = { warn: () => undefined } as unknown as Log

test('pressure is passed on with every update until one has moved the watermark', async () => {
  const said: boolean[] = []
  // Every third update moves it.
  const store: RoomStore = {
    update: async ({ wanted, pressed }) => {
      said.push(pressed)
      return {
        state: newRoom(0, defaultRoomSettings),
        granted: wanted,
        grantedLate: 0,
        ticketAt: 1,
        buckets: said.length % 3 === 0 ? [] : null,
        filled: null,
      }
    },
    redeem: async () => 'let-in',
  }
  const asked = [true, false, false, false, false, true, false]
  const keeper = makeRoomKeeper({
    store,
    settings: defaultRoomSettings,
    log,
    now: () => 0,
    isPressed: () => asked.shift() ?? false,
    onFailure: () => assert.fail('every update is done'),
  })
  for (let update = 0; update < 7; update += 1) {
    assert.deepEqual(await keeper.arrive(), { outcome: 'let-in' })
  }
  assert.deepEqual(said, [true, true, true, false, false, true, false])
})

test('while somebody waits, those who come within a moment share an update', async () => {
  const wantedByUpdate: number[] = []
  const store: RoomStore = {
    update: async ({ wanted }) => {
      wantedByUpdate.push(wanted)
      const state = { ...newRoom(0, defaultRoomSettings), waiting: true }
      return { state, granted: 0, grantedLate: 0, ticketAt: 1, buckets: [], filled: null }
    },
    redeem: async () => 'let-in',
  }
  const keeper = makeRoomKeeper({
    store,
    settings: defaultRoomSettings,
    log,
    now: () => 0,
    isPressed: () => false,
    onFailure: () => assert.fail('every update is done'),
  })
  const first = keeper.arrive()
  const others: Promise<unknown>[] = []
  // One after the other, each when the one before has been read.
  for (let count = 0; count < 20; count += 1) {
    others.push(keeper.arrive())
    await new Promise(setImmediate)
  }
  await Promise.all([first, ...others])
  assert.deepEqual(wantedByUpdate, [1, 20])
})

test('a snapshot is never older than a second, although an update under way began before', async () => {
  let time = 0
  const ends: (() => void)[] = []
  const store: RoomStore = {
    update: async ({ wanted }) => {
      const at = time
      await new Promise<void>((resolve) => ends.push(resolve))
      const state = newRoom(at, defaultRoomSettings)
      return { state, granted: wanted, grantedLate: 0, ticketAt: at, buckets: [], filled: null }
    },
    redeem: async () => 'let-in',
  }
  const keeper = makeRoomKeeper({
    store,
    settings: defaultRoomSettings,
    log,
    now: () => time,
    isPressed: () => false,
    onFailure: () => assert.fail('every update is done'),
  })
  const arrived = keeper.arrive()
  time = 60_000
  const seen = keeper.snapshot()
  // The first update began a minute ago; the next one is asked for once it has ended.
  for (let round = 0; round < 20; round += 1) {
    ends.shift()?.()
    await new Promise(setImmediate)
  }
  await arrived
  assert.equal((await seen)?.state.at, 60_000)
})
