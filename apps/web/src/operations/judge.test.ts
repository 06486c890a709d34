import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperationsFigures, OperationsView } from '@sidep/contracts'
import { endpointTexts } from '@sidep/contracts/openapi'
import { judge, lately } from './judge.ts'

const example = endpointTexts.readOperations.answer as OperationsView
const exampleFigures = example.figures as OperationsFigures
const at = new Date(example.at)
const quarter = (count: number, weekBefore: number | null) => ({
  from: example.at,
  count,
  weekBefore,
})
const calmFigures: OperationsFigures = {
  ...exampleFigures,
  signIns: { ecps: 40, card: 12, cameEcps: 15, cameCard: 5, failedEcps: 3, failedCard: 0 },
  counters: { ...exampleFigures.counters, back: 0 },
  today: [quarter(90, 100), quarter(110, 100), quarter(3, 100)],
  provisional: { ...exampleFigures.provisional, overdue: 0, gaps: 0 },
  slips: { ...exampleFigures.slips, overdue: 0 },
}
const components = ['ecps', 'card', 'entry', 'retrieval', 'verification', 'bundle'].map(
  (component) => ({ component, status: 'operational', since: '2021-08-13T08:00:00.000Z' }),
)
const calm: OperationsView = {
  ...example,
  doors: [
    { door: 'ecps', state: 'up', since: null },
    { door: 'card', state: 'up', since: null },
  ],
  figures: calmFigures,
  watcher: { writtenAt: example.at, components, incidents: [] },
}
const noticeExample = {
  id: 'AT-2021-08-13-1',
  accepts: ['slip' as const],
  sites: [],
  from: example.at,
  until: example.at,
  fr: 'Essai',
  en: 'Test',
  draftedBy: '899700075122',
  draftedAt: example.at,
  reason: 'essai',
}
const facts = (view: OperationsView, now = at) => judge(view, now).concerns.map(({ fact }) => fact)
const later = (seconds: number): Date => new Date(+at + seconds * 1_000)

test('where nothing is wrong, all is well', () => {
  const { concerns, health } = judge(calm, at)
  assert.deepEqual(concerns, [])
  assert.deepEqual([...new Set(Object.values(health))], ['good'])
})

test('a door that portal or watcher finds down is one, since the earlier of both, and both are graver', () => {
  const since = '2021-08-13T13:30:00.000Z'
  const byPortal: OperationsView['doors'] = [
    { door: 'ecps', state: 'down', since },
    { door: 'card', state: 'up', since: null },
  ]
  const seenDown = components.map((one) =>
    one.component === 'ecps'
      ? { ...one, status: 'major_outage', since: '2021-08-13T13:29:00.000Z' }
      : one,
  )
  const watcher = { writtenAt: example.at, components: seenDown, incidents: [] }
  const { concerns, health } = judge({ ...calm, doors: byPortal, watcher }, at)
  assert.deepEqual(
    concerns.map(({ fact, about, since: from }) => [fact, about, from?.toISOString()]),
    [['doorDown', 'ecps', '2021-08-13T13:29:00.000Z']],
  )
  assert.equal(health.doors, 'bad')
  assert.equal(health.persons, 'good')
  assert.deepEqual(facts({ ...calm, watcher }), ['doorDown'])
  const both = byPortal.map((one) => ({ ...one, state: 'down' as const, since }))
  assert.deepEqual(facts({ ...calm, doors: both }), ['everyDoorDown'])
})

test('half as many entries as a week before are grave; a few on a quiet morning, or nothing to compare with, are not', () => {
  const of = (...today: OperationsFigures['today']) =>
    facts({ ...calm, figures: { ...calmFigures, today } })
  const running = quarter(0, 100)
  assert.deepEqual(of(quarter(49, 100), quarter(50, 100), running), ['entriesFew'])
  assert.deepEqual(of(quarter(50, 100), quarter(50, 100), running), [])
  assert.deepEqual(of(quarter(0, 9), quarter(0, 10), running), [])
  assert.deepEqual(of(quarter(0, null), quarter(0, 100), running), [])
  assert.deepEqual(of(running), [])
  // The quarter that still runs is no figure yet.
  assert.deepEqual(lately([quarter(1, 2), quarter(3, 4), running]), { count: 4, weekBefore: 6 })
})

test('what is old or absent is said, and never called good', () => {
  assert.deepEqual(facts({ ...calm, figures: null, figuresAt: null }), ['databaseSilent'])
  const old = judge({ ...calm, at: later(60).toISOString() }, later(60))
  assert.deepEqual(
    old.concerns.map(({ fact, since }) => [fact, since]),
    [['databaseSilent', at]],
  )
  assert.equal(old.health.counters, 'unknown')
  assert.equal(old.health.doors, 'good')
  const fresh = { ...calm, figuresAt: later(600).toISOString() }
  assert.deepEqual(facts(fresh, later(600)), ['watcherSilent'])
  assert.equal(judge(fresh, later(600)).health.verifiers, 'unknown')
  const unwatched = judge({ ...calm, watcher: null }, at)
  assert.deepEqual(
    unwatched.concerns.map(({ fact }) => fact),
    ['watcherAbsent'],
  )
  assert.equal(unwatched.health.persons, 'unknown')
  const laboratories = { lastHour: 0, lastAt: null }
  const silent = { ...calm, figures: { ...calmFigures, laboratories } }
  assert.equal(judge(silent, at).health.laboratories, 'unknown')
  const probed = (status: string) => {
    const component = { component: 'laboratory', status, since: example.at }
    return { ...silent, watcher: { writtenAt: example.at, components: [component], incidents: [] } }
  }
  assert.equal(judge(probed('operational'), at).health.laboratories, 'good')
  assert.equal(judge(probed('operational'), later(600)).health.laboratories, 'unknown')
  assert.equal(judge(probed('major_outage'), at).health.laboratories, 'bad')
})

test('the gravest comes first', () => {
  const slips = { ...calmFigures.slips, overdue: 4 }
  const view: OperationsView = {
    ...calm,
    doors: calm.doors.map((one) =>
      one.door === 'card' ? { ...one, state: 'down' as const } : one,
    ),
    figures: { ...calmFigures, slips },
    capacity: { ...calm.capacity, room: { isOpen: true, people: 310, signInsPerSecond: 40 } },
  }
  assert.deepEqual(
    judge(view, at).concerns.map(({ fact, count }) => [fact, count]),
    [
      ['doorDown', 0],
      ['slipsOverdue', 4],
      ['roomOpen', 310],
    ],
  )
})

test('counters that worked offline are told of from a number on that no ordinary day has', () => {
  const heard = 1_000
  const of = (back: number) =>
    judge(
      {
        ...calm,
        figures: {
          ...calmFigures,
          counters: { heard, back, waiting: 9, offlineSince: example.at },
        },
      },
      at,
    )
  assert.deepEqual(of(20).concerns, [])
  const [away] = of(21).concerns
  assert.deepEqual([away?.fact, away?.count, away?.since], ['countersAway', 21, at])
  assert.equal(of(21).health.counters, 'warn')
})

test('a door that came back is not said to fail for what failed before, once people come in, and is when they still fail', () => {
  const signIns = { ...calmFigures.signIns, cameEcps: 300, failedEcps: 2_373 }
  const backFor = (seconds: number, came = signIns.cameEcps) =>
    facts({
      ...calm,
      watcher: {
        writtenAt: example.at,
        incidents: [],
        components: [
          { component: 'ecps', status: 'operational', since: later(-seconds).toISOString() },
        ],
      },
      figures: { ...calmFigures, signIns: { ...signIns, cameEcps: came } },
    })
  assert.deepEqual(backFor(20), [])
  assert.deepEqual(backFor(299), [])
  assert.deepEqual(backFor(301), ['signInsFail'])
  assert.deepEqual(backFor(20, 0), ['signInsFail'])
})

test('a portal that is nearly full and keeps nobody waiting is not said to keep nobody waiting at its limit', () => {
  const full = (inFlight: number, waiting: number) =>
    judge({ ...calm, capacity: { ...calm.capacity, limit: 20, inFlight, waiting } }, at).concerns
  assert.deepEqual(full(18, 0), [])
  assert.deepEqual(
    full(19, 0).map(({ fact, count }) => [fact, count]),
    [['portalBusy', 95]],
  )
  assert.deepEqual(
    full(20, 3).map(({ fact, count }) => [fact, count]),
    [['portalFull', 3]],
  )
})

test('sign-ins that fail for users count where probes see nothing, and so do feeds that rest, lag or gave up', () => {
  const signIns = {
    ecps: 40,
    card: 12,
    cameEcps: 4,
    cameCard: 4,
    failedEcps: 11,
    failedCard: 9,
  }
  const failing = judge({ ...calm, figures: { ...calmFigures, signIns } }, at)
  assert.deepEqual(
    failing.concerns.map(({ fact, about, count }) => [fact, about, count]),
    [['signInsFail', 'ecps', 11]],
  )
  assert.equal(failing.health.doors, 'bad')
  const [card] = calm.doors.filter(({ door }) => door === 'card')
  const down = { door: 'ecps', state: 'down', since: example.at } as const
  const one = judge(
    { ...calm, doors: [down, ...(card ? [card] : [])], figures: { ...calmFigures, signIns } },
    at,
  )
  assert.deepEqual(
    one.concerns.map(({ fact, about }) => [fact, about]),
    [['doorDown', 'ecps']],
    'a door that is down is one outage',
  )
  const feed = {
    name: 'tracing',
    lagSeconds: 0,
    waiting: 9,
    deadLetters: 0,
    isPaused: false,
  } as const
  const of = (...feeds: OperationsFigures['feeds']) =>
    facts({ ...calm, figures: { ...calmFigures, feeds } })
  assert.deepEqual(of(feed), [])
  assert.deepEqual(of({ ...feed, lagSeconds: 301 }), ['feedLate'])
  assert.deepEqual(of({ ...feed, isPaused: true, lagSeconds: 301 }), ['feedPaused'])
  assert.deepEqual(of({ ...feed, deadLetters: 2 }), ['feedDead'])
})

test('what waits for somebody to decide is said: a draft, an alert, a peak beyond what was measured', () => {
  const of = (figures: Partial<OperationsFigures>) =>
    facts({ ...calm, figures: { ...calmFigures, ...figures } })
  const draft = { ...noticeExample, signedBy: null, signedAt: null, text: null }
  assert.deepEqual(of({ notices: [draft] }), ['noticeWaits'])
  assert.deepEqual(of({ notices: [{ ...draft, signedBy: '899700075130' }] }), [])
  assert.deepEqual(of({ fraud: { open: 2, newestAt: example.at, points: 120 } }), ['fraudOpen'])
  const forecast = calmFigures.forecast
  assert.ok(forecast)
  const peak = { ...forecast.peak, high: 3_600 * 40 }
  assert.deepEqual(of({ forecast: { ...forecast, peak, capacityPerSecond: 40 } }), ['peakHigh'])
  assert.deepEqual(of({ forecast: { ...forecast, peak, capacityPerSecond: null } }), [])
  assert.deepEqual(of({ forecast: { ...forecast, peak, capacityPerSecond: 50 } }), [])
})
