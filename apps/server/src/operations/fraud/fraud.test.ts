import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conductOf, type Entry, type Feature, type Nation, type Usual } from './conduct.ts'
import { kilometresBetween } from './distance.ts'
import { judgeConduct } from './judge.ts'
import { fraudRules } from './rules.ts'

const noon = Date.UTC(2021, 7, 10, 12)
const minute = 60_000
const calm: Nation = { positiveShare: 0.02, lateShare: 0, nightShare: 0 }
const usual: Usual = {
  activeDays: 20,
  sites: new Set(['750712184']),
  counters: new Set(['own']),
  networks: new Set(['pharmacy']),
  busiestHour: 25,
  nightShare: 0,
  sitesPerDay: 1,
}

const entry = (index: number, changes: Partial<Entry> = {}): Entry => ({
  recordedAt: noon + index * 4 * minute,
  sampledAt: noon + index * 4 * minute - 20 * minute,
  siteId: '750712184',
  department: '75',
  professionalId: '899700075122',
  counterId: 'own',
  network: 'pharmacy',
  result: index % 30 === 0 ? 'positive' : 'negative',
  personHash: `person ${index}`,
  sampledHour: 12,
  ...changes,
})
const day = (count: number, changes: (index: number) => Partial<Entry> = () => ({})): Entry[] =>
  Array.from({ length: count }, (_, index) => entry(index, changes(index)))

const raisedBy = (entries: readonly Entry[], of: Usual = usual, nation = calm): string[] =>
  judgeConduct(conductOf(entries, of, nation)).evidence.map(({ code }) => code)

test('a full day at one’s own counter raises nothing', () => {
  assert.deepEqual(raisedBy(day(200)), [])
})

test('each rule is raised by its own conduct', () => {
  const thief = { counterId: 'theirs', network: 'elsewhere' }
  const raising: Readonly<Record<string, readonly Entry[]>> = {
    UNKNOWN_COUNTER_AND_NETWORK: day(20, () => thief),
    UNKNOWN_COUNTER: day(20, () => ({ counterId: 'new' })),
    BESIDE_OWN_COUNTER: day(20, (index) => (index % 2 === 0 ? thief : {})),
    UNKNOWN_SITE: day(20, () => ({ siteId: '2A0000014' })),
    PACE: day(60, (index) => ({ recordedAt: noon + index * minute })),
    NIGHT: day(20, () => ({ sampledHour: 3 })),
    LATE: day(40, (index) => ({ sampledAt: noon + index * minute - 20 * 3_600_000 })),
    DISTANCE: day(10, (index) =>
      index % 2 === 0 ? {} : { siteId: '2A0000014', department: '2A' },
    ),
    SAME_PERSON: day(20, () => ({ personHash: 'one' })),
    ONLY_NEGATIVE: day(400, () => ({ result: 'negative' })),
    MANY_SITES: day(20, (index) => ({ siteId: `75000000${index % 5}` })),
  }
  assert.deepEqual(Object.keys(raising).sort(), fraudRules.map(({ code }) => code).sort())
  for (const [code, entries] of Object.entries(raising)) {
    assert.ok(raisedBy(entries).includes(code), `${code}: ${raisedBy(entries)}`)
  }
})

test('a stolen account is an alert before its thirtieth test, with its evidence weightiest first', () => {
  const stolen = day(25, () => ({ counterId: 'theirs', network: 'elsewhere' }))
  const { isAlert, evidence } = judgeConduct(conductOf(stolen, usual, calm))
  assert.ok(isAlert)
  assert.equal(evidence[0]?.code, 'UNKNOWN_COUNTER_AND_NETWORK')
  assert.equal(evidence[0].value, 25)
})

test('what all the country does on an evening is nobody’s alert', () => {
  const typedAtNight = day(120, (index) => ({
    recordedAt: noon + 11 * 3_600_000 + index * 2 * minute,
    sampledAt: noon + index * minute - 3 * 3_600_000,
    sampledHour: 23,
  }))
  assert.ok(judgeConduct(conductOf(typedAtNight, usual, calm)).isAlert)
  const evening: Nation = { positiveShare: 0.02, lateShare: 0.6, nightShare: 0.6 }
  const judged = judgeConduct(conductOf(typedAtNight, { ...usual, busiestHour: 40 }, evening))
  assert.ok(!judged.isAlert, JSON.stringify(judged))
})

test('where nothing was seen before, a new site or a new portal, nothing is unknown', () => {
  const nothing: Usual = {
    activeDays: 0,
    sites: new Set(),
    counters: new Set(),
    networks: new Set(),
    busiestHour: 0,
    nightShare: 0,
    sitesPerDay: 0,
  }
  const unknown: readonly Feature[] = ['unknownCounter', 'unknownCounterAndNetwork', 'unknownSite']
  const conduct = conductOf(day(50), nothing, calm)
  for (const feature of unknown) assert.equal(conduct[feature], 0)
})

test('neighbours are no journey, and the overseas are', () => {
  assert.equal(kilometresBetween('75', '92'), 0)
  assert.equal(kilometresBetween('75', null), 0)
  assert.ok(kilometresBetween('75', '13') > 400)
  assert.ok(kilometresBetween('75', '974') > 9_000)
})
