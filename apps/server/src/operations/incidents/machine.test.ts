import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { watchedComponents } from '@sidep/contracts'
import { failingParts, foldEvents, openIncidents } from './board.ts'
import { parseEvent, type WatchEvent } from './events.ts'
import { makeIncidentMachine } from './machine.ts'
import { incidentRules } from './rules.ts'
import { startTestDay, testStart, toldOf } from './testing.ts'
import type { UserSignal } from './user-signals.ts'

const minutes = (count: number): number => count * 60

/** Sites of a place that were heard, and those of them that are silent. */
const silenceAt = (department: string, sitesSeen: number, sites: number): UserSignal => ({
  component: 'entry',
  by: 'silence',
  department,
  attempts: sitesSeen,
  failures: sites,
  sitesSeen,
  sites,
  usualShare: 0.02,
})

suite('what counters do not say any more', () => {
  test('a département that falls silent is an incident there, and over once it is heard again', () => {
    const day = startTestDay()
    const look = (silent: number) => {
      day.pass(60)
      const met = [silenceAt('971', 30, silent), silenceAt('75', 400, 9), silenceAt('13', 90, 2)]
      day.events.push(...day.machine.look(new Date(day.now()), met))
    }
    for (let time = 0; time < 5; time += 1) look(1)
    assert.equal(day.events.length, 0)
    for (let time = 0; time < 3; time += 1) look(29)
    const [opened] = day.events
    assert.ok(opened?.type === 'opened')
    assert.deepEqual(
      [opened.component, opened.rule, opened.departments, opened.sites],
      ['entry', 'users', ['971'], 29],
    )
    for (let time = 0; time < 20; time += 1) look(0)
    assert.deepEqual(toldOf(day.events), ['opened entry', 'recovered entry', 'closed'])
  })

  test('counters that are silent because of an outage that probes found open nothing again', () => {
    const day = startTestDay()
    day.pass(minutes(12), ['entry'])
    for (let time = 0; time < 8; time += 1) {
      day.pass(60)
      day.events.push(
        ...day.machine.look(new Date(day.now()), [
          silenceAt('971', 30, 30),
          silenceAt('75', 400, 400),
        ]),
      )
    }
    assert.deepEqual(toldOf(day.events), ['opened entry', 'recovered entry', 'closed'])
  })
})

suite('what probes find', () => {
  test('a door that is killed is an incident within 30 s, since its first failure', () => {
    const day = startTestDay()
    day.pass(minutes(10))
    const killedAt = day.now()
    day.pass(30, ['ecps'])
    const [opened, ...more] = day.events
    assert.ok(opened?.type === 'opened')
    assert.equal(opened.component, 'ecps')
    assert.equal(opened.rule, 'probe')
    assert.equal(opened.code, 'ECONNREFUSED')
    assert.equal(Date.parse(opened.since), killedAt)
    assert.ok(Date.parse(opened.at) - killedAt <= 25_000)
    assert.deepEqual(more, [])
  })

  test('a restart of fifteen seconds is none', () => {
    const day = startTestDay()
    for (let time = 0; time < 5; time += 1) {
      day.pass(minutes(20))
      day.pass(15, watchedComponents)
    }
    day.pass(minutes(20))
    assert.deepEqual(day.events, [])
  })

  test('what fails together is one incident, which is over once all is well for a while', () => {
    const day = startTestDay()
    day.pass(minutes(1), ['ecps', 'card', 'entry'])
    day.pass(minutes(1), ['card'])
    assert.deepEqual(toldOf(day.events), [
      'opened ecps',
      'joined card',
      'joined entry',
      'recovered ecps',
      'recovered entry',
    ])
    const [open] = openIncidents(day.machine.board())
    assert.deepEqual(
      failingParts(open ?? assert.fail()).map((part) => part.component),
      ['card'],
    )
    assert.equal(open?.severity, 'critical')
    day.pass(minutes(5))
    assert.deepEqual(toldOf(day.events.slice(5)), ['recovered card', 'closed'])
    assert.deepEqual(openIncidents(day.machine.board()), [])
  })

  test('what fails long after an incident opened is one of its own', () => {
    const day = startTestDay()
    day.pass(minutes(15), ['ecps'])
    day.pass(minutes(1), ['ecps', 'bundle'])
    assert.deepEqual(
      openIncidents(day.machine.board()).map(({ id, parts }) => [id, parts[0]?.component]),
      [
        ['2026-11-30/1', 'ecps'],
        ['2026-11-30/2', 'bundle'],
      ],
    )
  })

  test('a door that flaps is one incident, and the time it has to be well grows', () => {
    const day = startTestDay()
    for (let time = 0; time < 6; time += 1) {
      day.pass(minutes(1), ['ecps'])
      day.pass(minutes(2))
    }
    assert.equal(day.events.filter(({ type }) => type === 'opened').length, 1)
    assert.equal(day.events.filter(({ type }) => type === 'closed').length, 0)
    const [flapping] = openIncidents(day.machine.board())
    assert.ok((flapping?.relapses ?? 0) >= 3)
    day.pass(minutes(60))
    assert.deepEqual(toldOf(day.events.slice(-1)), ['closed'])
  })

  test('an outage that is over does not burn once more', () => {
    const day = startTestDay()
    day.pass(minutes(60))
    day.pass(minutes(30), ['entry'])
    day.pass(minutes(300))
    assert.deepEqual(toldOf(day.events), ['opened entry', 'recovered entry', 'closed'])
  })

  test('one in seven that fails is found by its burn rate, and told again as down when all fail', () => {
    const day = startTestDay()
    day.pass(minutes(60))
    day.pass(minutes(60), ['retrieval'], (round) => round % 7 === 0)
    const [opened] = day.events
    assert.ok(opened?.type === 'opened')
    assert.equal(opened.rule, 'burn-1h')
    assert.equal(openIncidents(day.machine.board())[0]?.severity, 'minor')
    day.pass(minutes(1), ['retrieval'])
    assert.equal(openIncidents(day.machine.board())[0]?.severity, 'major')
    assert.ok(toldOf(day.events).includes('worsened retrieval'))
  })

  test('one in twenty-five takes hours to be found', () => {
    const day = startTestDay()
    day.pass(minutes(360))
    day.pass(minutes(360), ['retrieval'], (round) => round % 25 === 0)
    const [opened] = day.events
    assert.ok(opened?.type === 'opened')
    assert.equal(opened.rule, 'burn-6h')
  })

  test('what is planned opens nothing; what still fails after it does', () => {
    const day = startTestDay()
    const at = new Date(testStart)
    const [from, until] = [at, new Date(testStart + 600_000)].map((date) => date.toISOString())
    day.machine.record({
      type: 'planned',
      at: at.toISOString(),
      plan: 'databases',
      components: ['entry'],
      from: from ?? '',
      until: until ?? '',
      fr: 'Changement de base de données.',
      en: 'Change of database.',
    })
    day.pass(600, ['entry'])
    assert.deepEqual(day.events, [])
    day.pass(minutes(3), ['entry'])
    assert.deepEqual(toldOf(day.events), ['opened entry'])
  })

  test('what nobody could look at is no failure', () => {
    const machine = makeIncidentMachine({ rules: incidentRules })
    for (let round = 0; round < 100; round += 1) {
      const events = machine.round(new Date(testStart + round * 5_000), [
        { component: 'ecps', state: 'unknown', code: null },
      ])
      assert.deepEqual(events, [])
    }
  })

  test('a watcher that is started again goes on with what its log says', () => {
    const day = startTestDay()
    day.pass(minutes(1), ['ecps'])
    const lines = day.events.map((event) => JSON.stringify(event))
    const board = foldEvents(lines.flatMap((line) => parseEvent(line) ?? []))
    const kept = day.machine.kept()
    const again = startTestDay(makeIncidentMachine({ rules: incidentRules, board, kept }))
    again.pass(minutes(1), ['ecps'])
    assert.deepEqual(again.events, [])
    again.pass(minutes(6))
    assert.deepEqual(toldOf(again.events), ['recovered ecps', 'closed'])
  })
})

suite('what users meet', () => {
  const signal = (department: string | null, attempts: number, failures: number): UserSignal => ({
    component: 'ecps',
    by: 'requests',
    department,
    attempts,
    failures,
    sitesSeen: Math.min(attempts, 12),
    sites: Math.min(failures, 12),
  })
  const looksAt = (signals: readonly UserSignal[]) => {
    const machine = makeIncidentMachine({ rules: incidentRules })
    return Array.from({ length: 5 }, (_, minute) =>
      machine.look(new Date(testStart + minute * 60_000), signals),
    ).flat()
  }

  test('a provider that works from the capital and not from Guadeloupe is an incident there', () => {
    const [opened, ...more] = looksAt([
      signal('75', 200, 9),
      signal('13', 90, 4),
      signal('69', 90, 4),
      signal('971', 12, 12),
    ])
    assert.ok(opened?.type === 'opened')
    assert.equal(opened.rule, 'users')
    assert.deepEqual(opened.departments, ['971'])
    assert.equal(opened.sites, 12)
    assert.deepEqual(more, [])
  })

  test('failures everywhere that probes do not see are an incident everywhere', () => {
    const [opened] = looksAt([signal('75', 200, 150), signal('13', 90, 70)])
    assert.ok(opened?.type === 'opened')
    assert.deepEqual(opened.departments, [])
  })

  test('counters of a département that were cut off are an incident there; those that come back from an outage that is known are none', () => {
    const counters = (failures: number): UserSignal[] =>
      ['75', '13', '69', '971'].map((department) => ({
        component: 'entry',
        by: 'counters',
        department,
        attempts: 40,
        failures: department === '971' ? failures : 1,
        sitesSeen: 20,
        sites: department === '971' ? Math.min(failures, 18) : 1,
      }))
    const [opened, ...more] = looksAt(counters(30))
    assert.ok(opened?.type === 'opened')
    assert.deepEqual([opened.component, opened.departments, opened.sites], ['entry', ['971'], 18])
    assert.deepEqual(more, [])

    const day = startTestDay()
    day.pass(minutes(20), ['entry'])
    day.pass(minutes(2))
    const told = day.events.length
    for (let minute = 0; minute < 12; minute += 1) {
      day.pass(60)
      day.events.push(...day.machine.look(new Date(day.now()), counters(40)))
    }
    assert.deepEqual(toldOf(day.events.slice(told)), ['closed'])
  })

  test('one in five that fails for a reason of ours is found by its burn rate, and is over when it is', () => {
    const machine = makeIncidentMachine({ rules: incidentRules })
    const events = []
    const few = [{ ...signal('75', 60, 5), sites: 4 }]
    for (let minute = 0; minute < 12 * 60; minute += 1) {
      const at = new Date(testStart + minute * 60_000)
      const isBad = minute >= 240 && minute < 600
      const failures = isBad ? 1 : 0
      const met = { component: 'ecps' as const, minute: at, attempts: 5, failures }
      events.push(...machine.look(at, isBad ? few : [], [met, met]))
    }
    const [opened] = events
    assert.ok(opened?.type === 'opened')
    assert.equal(opened.rule, 'users-burn-6h')
    assert.equal(events.at(-1)?.type, 'closed')
    assert.equal(openIncidents(machine.board()).length, 0)
  })

  test('a night with few sign-ins, and one site that tries again and again, are none', () => {
    assert.deepEqual(looksAt([signal('75', 2, 2)]), [])
    assert.deepEqual(looksAt([{ ...signal('75', 40, 40), sites: 1 }]), [])
  })
})

suite('what a person says', () => {
  const opening: WatchEvent = {
    type: 'opened',
    at: new Date(testStart).toISOString(),
    incident: '2026-11-30/1',
    component: 'retrieval',
    rule: 'person',
    code: null,
    since: new Date(testStart).toISOString(),
    departments: [],
    sites: null,
  }

  test('an incident that somebody opens has a number of its own, stays while probes find all well, and ends when they say so', () => {
    const day = startTestDay()
    day.pass(60, ['ecps'])
    assert.deepEqual(toldOf(day.events), ['opened ecps'])
    const [opened, ...more] = day.machine.ordered(opening)
    assert.deepEqual(more, [])
    assert.ok(opened?.type === 'opened')
    assert.equal(opened.incident, '2026-11-30/2')
    assert.deepEqual(day.machine.ordered(opening), [])
    day.pass(minutes(30))
    assert.deepEqual(
      openIncidents(day.machine.board()).map(({ id }) => id),
      ['2026-11-30/2'],
    )
    const at = new Date(day.now()).toISOString()
    const closed = day.machine.ordered({ type: 'closed', at, incident: '2026-11-30/2' })
    assert.deepEqual(toldOf(closed), ['recovered retrieval', 'closed'])
    assert.deepEqual(openIncidents(day.machine.board()), [])
  })

  test('what probes still find is not over because somebody says so', () => {
    const day = startTestDay()
    day.pass(60, ['card'])
    const at = new Date(day.now()).toISOString()
    assert.deepEqual(day.machine.ordered({ type: 'closed', at, incident: '2026-11-30/1' }), [])
    assert.equal(openIncidents(day.machine.board()).length, 1)
  })
})
