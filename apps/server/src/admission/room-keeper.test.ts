import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultRoomSettings, newRoom } from '@sidep/admission'
import type { Log } from '../platform/context.ts'
import { makeRoomKeeper } from './room-keeper.ts'
import type { RoomStore } from './room-store.ts'

const log = { warn: () => undefined } as unknown as Log

test('pressure is passed on with every update until one has moved the watermark', async () => {
  const said: boolean[] = []
  // Every third turn moves it.
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
    onFailure: () => assert.fail('every turn is had'),
  })
  for (let update = 0; update < 7; update += 1) {
    assert.deepEqual(await keeper.arrive(), { outcome: 'let-in' })
  }
  assert.deepEqual(said, [true, true, true, false, false, true, false])
})

test('while somebody waits, those who come within a moment share an update', async () => {
  const wantedByTurn: number[] = []
  const store: RoomStore = {
    update: async ({ wanted }) => {
      wantedByTurn.push(wanted)
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
    onFailure: () => assert.fail('every turn is had'),
  })
  const first = keeper.arrive()
  const others: Promise<unknown>[] = []
  // One after the other, each when the one before has been read.
  for (let count = 0; count < 20; count += 1) {
    others.push(keeper.arrive())
    await new Promise(setImmediate)
  }
  await Promise.all([first, ...others])
  assert.deepEqual(wantedByTurn, [1, 20])
})
