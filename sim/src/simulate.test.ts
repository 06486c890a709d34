import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Policy, PolicyName } from './policy.ts'
import type { SimulationResult } from './result.ts'
import { augustFriday } from './scenarios/august-friday.ts'
import { scenarioNamed, scenarioNames } from './scenarios/index.ts'
import { type SimulationOptions, simulate } from './simulate.ts'

/** One site in thirty: each as busy, capacities as much smaller. */
const scale = 0.03

const simulatedAnew = (
  name: string,
  policy: PolicyName,
  changes: Partial<Policy> = {},
  more: Partial<SimulationOptions> = {},
): SimulationResult => {
  const scenario = scenarioNamed(name)
  assert.ok(scenario)
  return simulate({ scenario, policy, seed: 7, scale, changes, ...more })
}

const results = new Map<string, SimulationResult>()

/** The same night is looked at by several tests: it is lived through once, as the first of them shows that it may be. */
const simulated = (...asked: Parameters<typeof simulatedAnew>): SimulationResult => {
  const key = JSON.stringify(asked)
  const result = results.get(key) ?? simulatedAnew(...asked)
  results.set(key, result)
  return result
}

test('the same seed gives the same result to the byte, another one another', () => {
  const [first, second] = [simulated('portal-down', 'sidep'), simulatedAnew('portal-down', 'sidep')]
  assert.equal(JSON.stringify(first), JSON.stringify(second))
  const other = simulated('portal-down', 'sidep', {}, { seed: 8 })
  assert.notEqual(JSON.stringify(first.hours), JSON.stringify(other.hours))
})

for (const name of scenarioNames) {
  for (const policy of ['as-2021', 'sidep'] as const) {
    test(`${name}, ${policy}: every person is accounted for`, () => {
      const result = simulated(name, policy)
      const { arrived, screenings, stillInside, hours } = result
      const sum = (of: (hour: (typeof hours)[number]) => number): number =>
        hours.reduce((total, hour) => total + of(hour), 0)
      assert.equal(screenings + stillInside, arrived)
      assert.equal(
        result.leftWithDefinitive +
          result.leftWithProvisional +
          result.leftWithSlip +
          result.leftWithUnsignedPaper,
        screenings,
      )
      assert.equal(result.recorded + result.pending + result.lost, screenings)
      assert.equal(result.lost, 0)
      assert.equal(result.pending, result.backlogAtEnd)
      assert.equal(result.numbersTwice, 0)
      assert.equal(
        sum(({ arrived: came }) => came),
        arrived,
      )
      assert.equal(
        sum(({ screened }) => screened),
        screenings,
      )
      assert.equal(
        sum(
          ({ definitive, provisional, slips, unsignedPapers }) =>
            definitive + provisional + slips + unsignedPapers,
        ),
        screenings,
      )
    })
  }

  test(`${name}, sidep: everybody has a signed document, nothing is there twice, the backlog drains`, () => {
    const result = simulated(name, 'sidep')
    assert.equal(result.leftWithoutDocument, 0)
    assert.equal(result.duplicated, 0)
    assert.equal(result.backlogAtEnd, 0)
    assert.equal(result.signatureDelaySecondsMax, result.extraWaitSecondsMax)
  })
}

test('an ordinary Friday and the morning after pass as in 2021 without a queue at the door', () => {
  const scenario = { ...augustFriday, name: 'calm', title: { fr: '', en: '' }, outages: [] }
  const result = simulate({ scenario, policy: 'as-2021', seed: 7, scale: 0.1 })
  assert.deepEqual(result.signInDown, [])
  assert.equal(result.leftWithUnsignedPaper, 0)
})

test('laboratories are not touched by a provider that is down', () => {
  const result = simulated('2021-08-13', 'as-2021')
  assert.equal(result.laboratoryBacklogMax, 0)
  assert.ok(simulated('everything-down', 'sidep').laboratoryBacklogMax > 0)
})

test('without booklets people get slips, and wait longer', () => {
  const whole = simulated('portal-down', 'sidep')
  const slipsOnly = simulated('portal-down', 'sidep', { bookletNumbersMin: 0, bookletDays: 0 })
  assert.equal(slipsOnly.leftWithProvisional, 0)
  assert.equal(slipsOnly.leftWithoutDocument, 0)
  assert.ok(slipsOnly.leftWithSlip > whole.leftWithSlip)
  assert.ok(slipsOnly.extraWaitSecondsMean > 2 * whole.extraWaitSecondsMean)
})

test('with booklets of five numbers some people get slips; with five slips as well some leave with nothing signed', () => {
  const small = simulated('portal-down', 'sidep', { bookletNumbersMin: 5, bookletDays: 0 })
  assert.ok(small.leftWithProvisional > 0 && small.leftWithSlip > small.leftWithProvisional / 2)
  assert.equal(small.leftWithoutDocument, 0)
  const few = { bookletNumbersMin: 5, bookletDays: 0, slipsMin: 5, slipDays: 0 }
  assert.ok(simulated('portal-down', 'sidep', few).leftWithoutDocument > 0)
})

test('without booklets and slips people leave with unsigned papers', () => {
  const none = { bookletNumbersMin: 0, bookletDays: 0, slipsMin: 0, slipDays: 0 }
  const { leftWithUnsignedPaper, lost } = simulated('portal-down', 'sidep', none)
  assert.ok(leftWithUnsignedPaper > 0)
  // What was typed is kept all the same.
  assert.equal(lost, 0)
})

test('with one door many more counters are shut out, and go on from their booklets', () => {
  const two = simulated('2021-08-13', 'sidep')
  const one = simulated('2021-08-13', 'sidep', { doors: ['ecps'] })
  assert.ok(one.lockedOutShareMax > 3 * two.lockedOutShareMax)
  assert.ok(one.leftWithProvisional > 2 * two.leftWithProvisional)
  assert.equal(one.leftWithoutDocument, 0)
})

test('with sessions as short as in 2021 and one door nearly all counters are shut out', () => {
  const { lockedOutShareMax } = simulated('2021-08-13', 'sidep', {
    doors: ['ecps'],
    sessionIdleSecondsMax: 1_800,
    sessionSecondsMax: 4 * 3_600,
  })
  assert.ok(lockedOutShareMax > 0.9, String(lockedOutShareMax))
})

test('without an id of its maker, a screening whose answer was lost is there twice', () => {
  const { duplicated } = simulated('portal-down', 'sidep', { hasClientIds: false })
  assert.ok(duplicated > 0)
})

test('counters whose storage is destroyed before they reconcile lose screenings, and the books say so', () => {
  const storageLost = { atHours: 17, share: 0.5 }
  const result = simulated('portal-down', 'sidep', {}, { storageLost })
  assert.ok(result.lost > 0)
  assert.equal(result.recorded + result.pending + result.lost, result.screenings)
})
