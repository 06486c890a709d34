import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawChart } from './chart.ts'
import { makeEventQueue } from './event-queue.ts'
import { makeLedger } from './ledger.ts'
import { makeNation } from './nation.ts'
import { makeOfflineCounter } from './offline-counter.ts'
import { makeProvider } from './provider.ts'
import { draw, drawPoisson, streams } from './random.ts'
import { august13 } from './scenarios/2021-08-13.ts'
import { simulate } from './simulate.ts'
import { makeWaitingLine } from './waiting-line.ts'

test('events come by time, and at one time in the order they were put in', () => {
  const queue = makeEventQueue()
  const times = Array.from({ length: 5_000 }, (_, index) =>
    Math.floor(100 * draw(1, streams.jitter, index)),
  )
  times.forEach((at, index) => {
    queue.push(at, index)
  })
  const came: (readonly [number, number])[] = []
  while (queue.pop()) came.push([queue.at, queue.what])
  const expected = times
    .map((at, index) => [at, index] as const)
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
  assert.deepEqual(came, expected)
})

test('draws are uniform enough, and Poisson counts have their mean', () => {
  const count = 20_000
  let [sum, small, large] = [0, 0, 0]
  for (let index = 0; index < count; index += 1) {
    sum += draw(3, streams.entry, index)
    small += drawPoisson(2.5, 3, streams.arrivalCount, index)
    large += drawPoisson(80, 3, streams.arrivalCount, index)
  }
  assert.ok(Math.abs(sum / count - 0.5) < 0.01)
  assert.ok(Math.abs(small / count - 2.5) < 0.06)
  assert.ok(Math.abs(large / count - 80) < 0.5)
})

test('people come while their site is open, in order', () => {
  const nation = makeNation(august13, 1, 0.01)
  const { firstPerson, arrivesAt, opensAt, closesAt, dayCount, siteOf } = nation
  for (let person = 0; person < nation.personCount; person += 1) {
    const site = siteOf[person] ?? -1
    const at = arrivesAt[person] ?? 0
    const index = site * dayCount + Math.floor(at / 86_400)
    assert.ok(at >= (opensAt[index] ?? 0) && at < (closesAt[index] ?? 0))
    if (person > (firstPerson[site] ?? 0)) assert.ok(at >= (arrivesAt[person - 1] ?? 0))
  }
})

test('a provider asked for more than it can do, past patience, does nothing of use; at half of it, all', () => {
  const dependencies = {
    perSecond: 10,
    queueSecondsMax: 120,
    patienceSeconds: 30,
    isUp: () => true,
  }
  const served = (perSecond: number): number => {
    const provider = makeProvider(dependencies)
    let well = 0
    for (let index = 0; index < perSecond * 1_200; index += 1) {
      const at = index / perSecond
      if (provider.attempt(at).isIn && at >= 600) well += 1
    }
    return well / 600
  }
  assert.equal(served(5), 5)
  assert.equal(served(30), 0)
})

test('the waiting room lets a crowd in below what the provider can take, first come first', () => {
  const line = makeWaitingLine(10, () => false)
  let atOnce = 0
  for (let site = 0; site < 200; site += 1) if (line.arrive(site, site / 1_000)) atOnce += 1
  const letIn: number[] = []
  let at = 1
  for (; line.size > 0 && at < 600; at += 1) letIn.push(...line.move(at))
  assert.equal(atOnce + letIn.length, 200)
  assert.deepEqual(
    letIn,
    letIn.toSorted((a, b) => a - b),
  )
  assert.ok(at > letIn.length / 10, 'no faster than the provider')
})

test('a counter whose answer was lost sends again, and the portal has it once', () => {
  const ledger = makeLedger(3, 1_000)
  const counter = makeOfflineCounter(0, 1_628_805_600_000, ledger, true)
  counter.takeBooklet(0, 0, 2)
  counter.signIn(0, 10)
  assert.equal(counter.certify(0, 0, 20), 'FC1:0.0.1628805600000/1/0')
  assert.ok(counter.certify(1, 0, 30))
  assert.equal(counter.canCertify(0, 40), false)
  const reach = { isReached: true, hasSession: true, random: 0 }
  const lost = counter.exchange({ ...reach, at: 50, isAnswerLost: true })
  assert.deepEqual(lost.recorded, [0, 1])
  assert.deepEqual(counter.pending(), [0, 1])
  const again = counter.exchange({ ...reach, at: 400, isAnswerLost: false })
  assert.deepEqual(again.recorded, [])
  assert.equal(counter.unsent, 0)
  assert.deepEqual([ledger.recorded, ledger.repeated, ledger.numbersTwice], [2, 0, 0])
})

test('the chart names both policies and is well-formed', () => {
  const results = (['as-2021', 'sidep'] as const).map((policy) =>
    simulate({ scenario: august13, policy, seed: 1, scale: 0.002 }),
  )
  const svg = drawChart(august13.title, results)
  assert.match(svg, /^<svg [^>]*viewBox/)
  assert.equal(svg.match(/class="line as-2021"/g)?.length, 4)
  assert.equal(svg.match(/class="line sidep"/g)?.length, 4)
  assert.doesNotMatch(svg, /NaN|undefined/)
  const open = svg.match(/<(text|tspan|title|desc|style|svg)[ >]/g)?.length
  assert.equal(svg.match(/<\/(text|tspan|title|desc|style|svg)>/g)?.length, open)
})
