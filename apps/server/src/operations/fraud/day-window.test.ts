import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { dayMilliseconds } from '@sidep/time'
import { seeded } from '../../platform/seeded-testing.ts'
import { type Entry, isLate, isNight } from './conduct.ts'
import { DayWindow } from './day-window.ts'

const start = Date.UTC(2021, 7, 10)

/** `perDay` entries a day of forty professionals at thirty sites; every person has a hash of their own, or comes again. */
const entryOf = (index: number, perDay: number, random: () => number): Entry => {
  const recordedAt = start + Math.floor((index * dayMilliseconds) / perDay)
  const site = Math.floor(random() * 30)
  return {
    recordedAt,
    sampledAt: recordedAt - Math.floor(random() * 20 * 3_600_000),
    siteId: `site ${site}`,
    department: site === 0 ? null : `${site}`,
    professionalId: `professional ${Math.floor(random() * 40)}`,
    counterId: random() < 0.1 ? null : `counter ${site} of day ${Math.floor(index / perDay)}`,
    network: random() < 0.1 ? null : `network ${site}`,
    result:
      (['negative', 'positive', 'inconclusive', null] as const)[Math.floor(random() * 4)] ?? null,
    personHash: `person ${Math.floor(random() * perDay)}`,
    sampledHour: Math.floor(random() * 24),
  }
}

const withoutPerson = ({ personHash: _, ...entry }: Entry) => entry

/** Which of them are the same person, whatever the person is called. */
const samePersons = (entries: readonly Entry[]): number[] => {
  const first = new Map<string, number>()
  return entries.map(({ personHash }, index) => {
    if (!first.has(personHash)) first.set(personHash, index)
    return first.get(personHash) ?? -1
  })
}

test('a professional’s last day comes back as it went in, and the country’s shares are those of the last day', () => {
  const random = seeded(1)
  const perDay = 9_000
  const window = new DayWindow()
  const all: Entry[] = []
  for (let index = 0; index < 4 * perDay; index += 1) {
    const entry = entryOf(index, perDay, random)
    window.add(entry)
    all.push(entry)
    if (index % 2_500 !== 2_499) continue
    const last = all.filter(({ recordedAt }) => recordedAt >= entry.recordedAt - dayMilliseconds)
    const own = last.filter(({ professionalId }) => professionalId === entry.professionalId)
    const held = window.dayOf(entry.professionalId)
    assert.deepEqual(held.map(withoutPerson), own.map(withoutPerson))
    assert.deepEqual(samePersons(held), samePersons(own))
    assert.deepEqual(window.shares(), {
      positiveShare: last.filter(({ result }) => result === 'positive').length / last.length,
      lateShare: last.filter(isLate).length / last.length,
      nightShare: last.filter(isNight).length / last.length,
    })
  }
})

test('nothing is held of whoever entered nothing in the last day, or never', () => {
  const window = new DayWindow()
  const one = entryOf(0, 10, seeded(1))
  window.add(one)
  window.forgetBefore(one.recordedAt + 1)
  assert.deepEqual(window.dayOf(one.professionalId), [])
  assert.deepEqual(window.dayOf('somebody else'), [])
  assert.deepEqual(window.shares(), { positiveShare: 0, lateShare: 0, nightShare: 0 })
})

test('an entry of the last day takes less than a hundred bytes', () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const held = (): number => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const random = seeded(2)
  const count = 130_000
  const before = held()
  const window = new DayWindow()
  for (let index = 0; index < count; index += 1) window.add(entryOf(index, count, random))
  const bytesEach = (held() - before) / count
  assert.ok(bytesEach < 100, `${bytesEach} bytes`)
  assert.ok(window.dayOf('professional 1').length > 0)
})
