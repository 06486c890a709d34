/** Copies of places at several processes, in any order and at once: none lets in more than the place is worth. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { defaultRoomSettings, ticketUsesMax } from '@sidep/admission'
import fc from 'fast-check'
import { clusterOfFile } from '../platform/testing.ts'
import { makeRoomStore, type RoomStore } from './room-store.ts'

let processes: RoomStore[]
let runs = 0

const cluster = await clusterOfFile()
const portal = await cluster.portal()
before(async () => {
  processes = Array.from({ length: 3 }, () =>
    makeRoomStore(portal.sql, defaultRoomSettings, () => portal.clock.now()),
  )
})

const placesMax = 3

/** Somebody shows a text of a place: which place, of which generation, at which process. */
const showing = fc.record({
  place: fc.nat(placesMax - 1),
  generation: fc.nat(ticketUsesMax),
  process: fc.nat(2),
})
/** Shown at the same moment, batch after batch. */
const batches = fc.array(fc.array(showing, { minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 8,
})

test('of all copies of one text one is let in, in the order of generations, and whoever has the right one always', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (plan) => {
      runs += 1
      const arrivedAt = portal.clock.now().getTime()
      const idOf = (place: number): string =>
        (runs * placesMax + place).toString(16).padStart(16, '0')
      /** The generation that counts next, of each place. */
      const next = Array.from({ length: placesMax }, () => 0)
      for (const batch of plan) {
        const said = await Promise.all(
          batch.map(({ place, generation, process }) => {
            const store = processes[process] ?? processes[0]
            const ticket = { arrivedAt, id: idOf(place), generation, confirmed: true }
            return store?.redeem(ticket, true)
          }),
        )
        for (let place = 0; place < placesMax; place += 1) {
          const before = next[place] ?? 0
          const letIn = batch
            .filter((one, index) => one.place === place && said[index] === 'let-in')
            .map(({ generation }) => generation)
            .sort()
          // Within one moment the next generation may already be shown by somebody quick: each text once, none passed over.
          assert.deepEqual(
            letIn,
            letIn.map((_, index) => before + index),
          )
          const hasRight = batch.some((one) => one.place === place && one.generation === before)
          if (hasRight && before < ticketUsesMax) assert.ok(letIn.length > 0, 'nobody is lost')
          next[place] = before + letIn.length
          assert.ok((next[place] ?? 0) <= ticketUsesMax)
        }
      }
    }),
    { numRuns: 40 },
  )
})
