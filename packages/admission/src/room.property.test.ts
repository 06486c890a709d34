import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  makeSimulatedRoom,
  type SimulatedPerson,
  simulatedPaceMax,
} from '../test/simulated-room.ts'
import {
  advanceRoom,
  burstOf,
  confirmMilliseconds,
  confirmTickets,
  defaultRoomSettings,
  newRoom,
  reorderMilliseconds,
} from './room.ts'
import { readTicket, ticketCharacters, ticketId, ticketUsesMax, writeTicket } from './ticket.ts'

const key = 'a key of tickets alone'
const mac = (text: string): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(text).digest())

const people = fc.array(
  fc.record({
    /** Milliseconds after the first. */
    comes: fc.nat(20_000),
    process: fc.nat(4),
    /** How long after being let in they begin; null: never. */
    begins: fc.oneof(fc.nat(4_000), fc.constant(null), fc.integer({ min: 30_000, max: 60_000 })),
  }),
  // All sizes alike: left to itself the library makes a dozen people at most, and a dozen never wait.
  { minLength: 1, maxLength: 300, size: 'max' },
)
const world = fc.record({
  people,
  /** How long each process's turns take, milliseconds. */
  updateMilliseconds: fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 5, maxLength: 5 }),
  clockErrors: fc.array(fc.integer({ min: -3_000, max: 3_000 }), {
    minLength: 5,
    maxLength: 5,
  }),
  /** When processes die and new ones take their place. */
  deaths: fc.array(fc.record({ at: fc.nat(40_000), process: fc.nat(4) }), { maxLength: 5 }),
  pressed: fc.array(fc.nat(40_000), { maxLength: 3 }),
})

const letInAt = ({ arrived }: SimulatedPerson): number => arrived?.letInAt ?? Number.NaN

test('nobody is let in before somebody who came the stated bound earlier, and nobody is forgotten', () => {
  fc.assert(
    fc.property(world, (plan) => {
      const room = makeSimulatedRoom(plan)
      const all = room.run()
      // Those whose process died before its turn came try again by themselves: they have no place to lose.
      const came = all.filter(({ arrived }) => arrived !== null)
      for (const person of came) {
        assert.ok(Number.isFinite(letInAt(person)), 'everybody is let in in the end')
      }
      const byArrival = [...came].sort((a, b) => a.comes - b.comes)
      let latestOfEarlier = Number.NEGATIVE_INFINITY
      let from = 0
      for (const person of byArrival) {
        for (; from < byArrival.length; from += 1) {
          const earlier = byArrival[from]
          if (earlier === undefined || earlier.comes > person.comes - reorderMilliseconds) break
          latestOfEarlier = Math.max(latestOfEarlier, letInAt(earlier))
        }
        assert.ok(
          letInAt(person) >= latestOfEarlier,
          `came at ${person.comes}, let in at ${letInAt(person)} before one of ${latestOfEarlier}`,
        )
      }
    }),
    { numRuns: 150 },
  )
})

test('those let in are never more than the pace, the burst, one period and what is given back', () => {
  fc.assert(
    fc.property(world, (plan) => {
      const room = makeSimulatedRoom({ ...plan, clockErrors: [], deaths: [], pressed: [] })
      const all = room.run()
      const times = all.map(letInAt).sort((a, b) => a - b)
      const noShows = all.filter(({ begins }) => begins === null || begins > 20_000).length
      // A quarter of a second of tickets may be let in by the first token: 300 people at most.
      const periodMax = room.ticketsInOnePeriodMax()
      times.forEach((at, index) => {
        const until = times.findLastIndex((other) => other <= at + 5_000)
        const count = until - index + 1
        const paid = 5 * simulatedPaceMax + 2 * simulatedPaceMax + 1
        assert.ok(count <= paid + periodMax + noShows, `${count} within 5 s`)
      })
    }),
    { numRuns: 80 },
  )
})

test('the places of those who never come are given to others', () => {
  const crowd = Array.from({ length: 400 }, (_, index) => ({
    comes: index,
    process: index % 5,
    begins: index % 2 === 0 ? null : 100,
  }))
  const room = makeSimulatedRoom({
    people: crowd,
    updateMilliseconds: [5, 5, 5, 5, 5],
    clockErrors: [0, 0, 0, 0, 0],
    deaths: [],
    pressed: [],
  })
  const last = Math.max(...room.run().map(letInAt))
  // 400 at 10 a second are 40 s; with those of the first 20 s given back it must be shorter.
  assert.ok(last < 38_000, `the last is let in after ${last} ms`)
})

test('places that are taken and left hold nobody up for longer than it takes to come back', () => {
  // A script takes 2,000 places at once, 200 s of the pace; a pharmacist comes a second later.
  const script = Array.from({ length: 2_000 }, () => ({
    comes: 0,
    process: 0,
    begins: null,
    comesBack: false,
  }))
  const room = makeSimulatedRoom({
    people: [...script, { comes: 1_000, process: 1, begins: 0 }],
    updateMilliseconds: [5, 5, 5, 5, 5],
    clockErrors: [0, 0, 0, 0, 0],
    deaths: [],
    pressed: [],
  })
  const last = room.run().at(-1)
  assert.ok(
    last !== undefined && letInAt(last) < confirmMilliseconds + 2_000,
    String(last?.arrived),
  )
})

test('a holder who came back is counted once, and one who was left out is counted again while ahead', () => {
  const bucket = { startsAt: 1_000, tickets: 5, unconfirmed: 5, paid: 0, passedAt: null, shown: 0 }
  const came = confirmTickets(bucket, 2, 500)
  assert.deepEqual(came, { ...bucket, unconfirmed: 3 })
  const before = { ...newRoom(0, defaultRoomSettings), waiting: true, watermark: 500, tokens: 0 }
  const later = 1_000 + 250 + confirmMilliseconds
  const poor = { ...before, tokens: -300, pace: 5, advancedAt: later }
  const { changed } = advanceRoom(poor, [came], later, true, defaultRoomSettings)
  assert.deepEqual(changed, [{ ...bucket, tickets: 2, unconfirmed: 0 }])
  const [leftOut = bucket] = changed
  assert.equal(confirmTickets(leftOut, 1, 500).tickets, 3)
  assert.equal(confirmTickets(leftOut, 1, 1_250).tickets, 2, 'they begin on credit')
})

test('what a fast minute left owing is not paid at the pace of a slow one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 300 }), fc.nat(2_000), (pace, owed) => {
      const before = { ...newRoom(0, defaultRoomSettings), waiting: true, pace, tokens: -owed }
      const { state } = advanceRoom(before, [], 250, false, defaultRoomSettings)
      const burst = burstOf(state.pace, defaultRoomSettings)
      assert.ok(state.tokens >= -burst, `${state.tokens} at ${state.pace} a second`)
    }),
  )
})

test('a ticket is read as it was written, and no changed, foreign or invented one is', () => {
  const at = Date.parse('2021-08-14T08:00:00+02:00')
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3_600_000 }),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      fc.nat(ticketUsesMax),
      fc.nat(ticketCharacters - 1),
      fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
      (age, random, generation, position, character) => {
        const ticket = {
          arrivedAt: at - age,
          id: ticketId(random),
          generation,
          confirmed: generation > 0,
        }
        const text = writeTicket(ticket, mac)
        assert.equal(text.length, ticketCharacters)
        assert.deepEqual(readTicket(text, mac, at), { ok: true, ticket })
        const changed = text.slice(0, position) + character + text.slice(position + 1)
        if (changed !== text) assert.equal(readTicket(changed, mac, at).ok, false)
        const foreign = writeTicket(
          ticket,
          (body) => new Uint8Array(createHmac('sha256', 'another key').update(body).digest()),
        )
        assert.deepEqual(readTicket(foreign, mac, at), { ok: false, code: 'TICKET_FORGED' })
      },
    ),
  )
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      assert.equal(readTicket(text, mac, at).ok, false)
    }),
  )
})

test('a ticket of the future is forged, one of yesterday is too old', () => {
  const at = Date.parse('2021-08-14T08:00:00+02:00')
  const ticket = (arrivedAt: number) =>
    writeTicket({ arrivedAt, id: '0011223344556677', generation: 0, confirmed: true }, mac)
  assert.deepEqual(readTicket(ticket(at + 400_000), mac, at), { ok: false, code: 'TICKET_FORGED' })
  assert.deepEqual(readTicket(ticket(at - 86_400_000), mac, at), {
    ok: false,
    code: 'TICKET_EXPIRED',
  })
})
