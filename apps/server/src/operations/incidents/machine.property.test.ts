import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type WatchedComponent, watchedComponents } from '@sidep/contracts'
import fc from 'fast-check'
import { emptyBoard, failingParts, foldEvents } from './board.ts'
import { parseEvent, type WatchEvent } from './events.ts'
import { type Finding, makeIncidentMachine } from './machine.ts'
import { makeRates } from './rates.ts'
import { incidentRules } from './rules.ts'
import { testStart } from './testing.ts'

/** Stretches of rounds: which components fail in them, and how many there are. */
const weather = fc.array(
  fc.record({
    failing: fc.subarray([...watchedComponents]),
    state: fc.constantFrom('fails' as const, 'unknown' as const),
    rounds: fc.integer({ min: 1, max: 80 }),
  }),
  { minLength: 1, maxLength: 25 },
)

type Weather = typeof weather extends fc.Arbitrary<infer Value> ? Value : never

const live = (stretches: Weather) => {
  const machine = makeIncidentMachine({ rules: incidentRules })
  const events: WatchEvent[] = []
  let at = testStart
  let failedLast: readonly WatchedComponent[] = []
  for (const { failing, state, rounds } of stretches) {
    for (let round = 0; round < rounds; round += 1, at += 5_000) {
      const findings = watchedComponents.map((component): Finding => {
        const isMet = failing.includes(component)
        return { component, state: isMet ? state : 'works', code: null }
      })
      events.push(...machine.round(new Date(at), findings))
    }
    failedLast = state === 'fails' && rounds >= 6 ? failing : []
  }
  return { machine, events, failedLast }
}

test('whatever fails in whatever order, a component is in one open incident at most, and events tell the whole board', () => {
  fc.assert(
    fc.property(weather, (stretches) => {
      const { machine, events, failedLast } = live(stretches)
      const board = machine.board()
      const open = board.incidents.filter(({ closedAt }) => closedAt === null)
      const named = open.flatMap(({ parts }) => parts.map(({ component }) => component))
      assert.equal(named.length, new Set(named).size)
      // What has failed for half a minute is said to fail.
      const failing = open.flatMap((incident) =>
        failingParts(incident).map(({ component }) => component),
      )
      for (const component of failedLast) assert.ok(failing.includes(component))
      for (const { closedAt, parts } of board.incidents) {
        if (closedAt === null) continue
        for (const { recoveredAt } of parts) assert.notEqual(recoveredAt, null)
      }
      const lines = events.map((event) => parseEvent(JSON.stringify(event)) ?? assert.fail())
      assert.deepEqual(foldEvents(lines, emptyBoard), board)
    }),
    { numRuns: 60 },
  )
})

test('each incident ends, once nothing fails any more', () => {
  fc.assert(
    fc.property(weather, (stretches) => {
      const { machine } = live([...stretches, { failing: [], state: 'fails', rounds: 2_500 }])
      const open = machine.board().incidents.filter(({ closedAt }) => closedAt === null)
      assert.deepEqual(open, [])
    }),
    { numRuns: 30 },
  )
})

test('a window holds what was counted in its minutes, after a restart too', () => {
  const counts = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 9 })),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 50 }), (steps, minutes) => {
      let rates = makeRates(50)
      const model: [number, number][] = []
      let minute = 1_000
      for (const [later, tried] of steps) {
        minute += later
        rates.count(minute, tried, 1)
        model.push([minute, tried])
        if (tried === 5) rates = makeRates(50, rates.kept())
      }
      const within = model.filter(([at]) => at > minute - minutes && at <= minute)
      assert.deepEqual(rates.within(minutes, minute), {
        tried: within.reduce((sum, [, tried]) => sum + tried, 0),
        failed: within.length,
      })
    }),
  )
})
