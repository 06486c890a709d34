import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Client,
  latencyQuantile,
  makeSimulatedServer,
  refusedShare,
  seededRandom,
} from '../test/simulated-server.ts'
import { defaultGateSettings, defaultLimitSettings } from './concurrency.ts'

import { type Entry, makeGate } from './gate.ts'
import { makeSiteRates } from './site-rates.ts'
import { type TrafficClass, trafficClasses } from './traffic.ts'

/** Without the floor below which nothing is called slow, to see the search itself. */
const searching = {
  ...defaultGateSettings,
  limit: {
    ...defaultLimitSettings,
    limitMin: 4,
    calmInFlight: 4,
    targetMillisecondsMin: 1,
    probeEveryMilliseconds: 10_000,
  },
}

const client = (
  trafficClass: TrafficClass,
  key: string,
  perSecond: number,
  workMilliseconds: number,
): Client => ({
  arrival: { trafficClass, key, route: trafficClass },
  perSecond,
  workMilliseconds,
})

const sites = (count: number, perSecond: number, workMilliseconds: number): Client[] =>
  Array.from({ length: count }, (_, index) =>
    client('work', `site ${index}`, perSecond, workMilliseconds),
  )

for (const [workers, work] of [
  [8, 20],
  [32, 20],
  [16, 100],
] as const) {
  test(`${workers} workers of ${work} ms: the limit comes near what they can do, and all they can do is done`, () => {
    const capacityPerSecond = (workers * 1_000) / work
    const gate = makeGate(seededRandom(1), searching)
    const server = makeSimulatedServer(gate, workers, seededRandom(2))
    server.run(sites(20, (2 * capacityPerSecond) / 20, work), 30)
    const startedAt = server.now
    const results = server.run(sites(20, (2 * capacityPerSecond) / 20, work), 20)
    const done = results.filter(({ endedAt }) => endedAt !== null)
    const seconds = (server.now - startedAt) / 1_000
    assert.ok(done.length / seconds > 0.9 * capacityPerSecond, `${done.length / seconds} a second`)
    assert.ok(gate.limit() >= workers, `limit ${gate.limit()}`)
    assert.ok(gate.limit() <= 4 * workers + 8, `limit ${gate.limit()}`)
  })
}

test('ten times the capacity: work done stays on its plateau and waits are bounded', () => {
  const gate = makeGate(seededRandom(3))
  const server = makeSimulatedServer(gate, 16, seededRandom(4))
  const results = server.run(sites(40, 200, 20), 20)
  const done = results.filter(({ endedAt }) => endedAt !== null).length
  assert.ok(done / 20 > 0.9 * 800, `${done / 20} a second of 800`)
  const p99 = latencyQuantile(results, 0.99)
  assert.ok(p99 < defaultGateSettings.classes.work.waitOverloadedMilliseconds, `p99 ${p99} ms`)
})

test('a server that becomes five times slower is followed, and followed back', () => {
  const gate = makeGate(seededRandom(5), searching)
  const server = makeSimulatedServer(gate, 16, seededRandom(6))
  const perSecond = (count: number, run: () => { endedAt: number | null }[]): number => {
    const startedAt = server.now
    const done = run().filter(({ endedAt }) => endedAt !== null).length
    return done / Math.max(count, (server.now - startedAt) / 1_000)
  }
  server.run(sites(20, 60, 20), 20)
  server.run(sites(20, 60, 100), 40)
  const slow = perSecond(20, () => server.run(sites(20, 60, 100), 20))
  assert.ok(slow > 0.8 * 160, `${slow} a second of 160`)
  server.run(sites(20, 60, 20), 20)
  const fast = perSecond(20, () => server.run(sites(20, 60, 20), 20))
  assert.ok(fast > 0.8 * 800, `${fast} a second of 800`)
})

test('work in open sessions is not refused while sign-ins and lists are offered ten times what there is', () => {
  const gate = makeGate(seededRandom(7))
  const server = makeSimulatedServer(gate, 16, seededRandom(8))
  const work = sites(20, 20, 20)
  const flood = [
    ...Array.from({ length: 20 }, (_, index) => client('login', `address ${index}`, 200, 20)),
    ...Array.from({ length: 20 }, (_, index) => client('list', `site ${index}`, 200, 20)),
  ]
  const results = server.run([...work, ...flood], 20)
  const ofWork = results.filter((one) => one.client.arrival.trafficClass === 'work')
  assert.equal(refusedShare(ofWork), 0)
  assert.ok(latencyQuantile(ofWork, 0.99) < 250, `p99 ${latencyQuantile(ofWork, 0.99)} ms`)
  const doneOf = (name: TrafficClass): number =>
    results.filter((one) => one.client.arrival.trafficClass === name && one.endedAt !== null).length
  assert.ok(doneOf('login') > doneOf('list'), 'sign-ins go before lists')
  assert.ok(doneOf('list') > 0, 'lists are not starved')
})

test('sign-ins that wait for a slow provider take no slot from work, and are not held up by a low limit', () => {
  const limit = { ...defaultLimitSettings, limitInitial: 4, limitMin: 4, limitMax: 4 }
  const gate = makeGate(seededRandom(15), { ...defaultGateSettings, limit })
  const held: Entry[] = []
  const arrive = (trafficClass: TrafficClass, key: string): void => {
    gate.arrive({ trafficClass, key, route: 'r' }, 0, (settlement) => {
      if (settlement.ok) held.push(settlement.entry)
    })
  }
  for (let index = 0; index < 250; index += 1) arrive('login-return', `address ${index}`)
  assert.equal(gate.view('login-return').inFlight, 200)
  assert.equal(gate.view('login-return').queued, 50)
  for (let index = 0; index < 4; index += 1) arrive('work', `site ${index}`)
  assert.equal(gate.view('work').inFlight, 4)
  // While work waits, a sign-in that ends is followed by another only as work is: one for four.
  arrive('work', 'site 5')
  const before = gate.view('login-return').admitted
  for (const entry of held.splice(0, 50)) entry.leave(1)
  assert.ok(gate.view('login-return').admitted - before <= 10)
})

test('people and the public keep their part while work alone would fill the server', () => {
  const gate = makeGate(seededRandom(9))
  const server = makeSimulatedServer(gate, 16, seededRandom(10))
  const people = Array.from({ length: 20 }, (_, index) =>
    client('person', `address ${index}`, 2, 20),
  )
  const results = server.run([...sites(40, 100, 20), ...people], 20)
  const ofPeople = results.filter((one) => one.client.arrival.trafficClass === 'person')
  assert.equal(refusedShare(ofPeople), 0)
  assert.ok(latencyQuantile(ofPeople, 0.99) < 500)
})

test('while work waits, the public is admitted one for eight of work, however short its requests are', () => {
  const gate = makeGate(seededRandom(13))
  const server = makeSimulatedServer(gate, 16, seededRandom(14))
  const flood = Array.from({ length: 20 }, (_, index) =>
    client('public', `address ${index}`, 200, 0.5),
  )
  const results = server.run([...sites(40, 100, 20), ...flood], 20)
  const doneOf = (name: TrafficClass): number =>
    results.filter((one) => one.client.arrival.trafficClass === name && one.endedAt !== null).length
  assert.ok(doneOf('work') / 20 > 0.9 * 800, `${doneOf('work') / 20} of work a second`)
  assert.ok(doneOf('public') > 0, 'the public is not starved')
  const { work, public: open } = defaultGateSettings.classes
  const part = open.reservedShare / work.reservedShare
  assert.ok(doneOf('public') < 1.2 * part * doneOf('work'), `${doneOf('public')} of the public`)
})

test('one site that sends fifty times its share changes the others’ p99 by less than 20 %', () => {
  const p99 = (robotPerSecond: number): { p99: number; refused: number } => {
    const gate = makeGate(seededRandom(11))
    const rates = makeSiteRates()
    const server = makeSimulatedServer(gate, 16, seededRandom(12), ({ key }, now) =>
      rates.take(key, now),
    )
    const robot = client('work', 'robot', robotPerSecond, 20)
    // What is usual is known after some ten seconds.
    server.run(sites(40, 12, 20), 20)
    const results = server.run([...sites(40, 12, 20), robot], 30)
    const others = results.filter((one) => one.client !== robot)
    return { p99: latencyQuantile(others, 0.99), refused: refusedShare(others) }
  }
  const without = p99(12)
  const withRobot = p99(600)
  assert.equal(withRobot.refused, 0)
  assert.ok(
    withRobot.p99 < 1.2 * without.p99,
    `p99 ${without.p99} ms without, ${withRobot.p99} ms with`,
  )
})

test('every arrival is settled once, no bound is broken and no slot is lost, whatever the order of events', () => {
  const step = fc.record({
    kind: fc.constantFrom('arrive', 'arrive', 'leave', 'leave-twice', 'tick', 'abandon', 'wait'),
    trafficClass: fc.constantFrom(...trafficClasses),
    key: fc.constantFrom('a', 'b', 'c'),
    pick: fc.nat(1_000),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const limit = { ...defaultLimitSettings, limitInitial: 6, limitMin: 4, limitMax: 8 }
      const gate = makeGate(() => 0.5, { ...defaultGateSettings, limit })
      let now = 0
      const settled: number[] = []
      const abandoned = new Set<number>()
      const held: Entry[] = []
      const abandons: (() => boolean)[] = []
      for (const { kind, trafficClass, key, pick } of steps) {
        now += 7
        if (kind === 'wait') now += pick
        else if (kind === 'tick') gate.tick(now)
        else if (kind === 'abandon' && abandons.length > 0) {
          const at = pick % abandons.length
          if (abandons[at]?.()) abandoned.add(at)
        } else if (kind === 'arrive') {
          const index = settled.push(0) - 1
          abandons[index] = gate.arrive({ trafficClass, key, route: 'r' }, now, (settlement) => {
            settled[index] = (settled[index] ?? 0) + 1
            if (settlement.ok) held.push(settlement.entry)
            else assert.ok(settlement.shed.retryAfterSeconds >= 1)
          })
        } else {
          const entry = held.splice(pick % Math.max(1, held.length), 1)[0]
          entry?.leave(now)
          if (kind === 'leave-twice') entry?.leave(now)
        }
        const beside = gate.view('login-return').inFlight
        assert.ok(gate.inFlight - beside <= 8)
        assert.ok(beside <= (defaultGateSettings.classes['login-return'].ownSlots ?? 0))
        assert.equal(gate.inFlight, held.length)
      }
      for (let round = 0; round < 2_000 && (held.length > 0 || gate.waiting > 0); round += 1) {
        now += 20
        gate.tick(now)
        held.shift()?.leave(now)
      }
      assert.equal(gate.waiting, 0)
      assert.equal(gate.inFlight, 0)
      settled.forEach((times, index) => {
        assert.equal(times, abandoned.has(index) ? 0 : 1)
      })
    }),
    { numRuns: 200 },
  )
})
