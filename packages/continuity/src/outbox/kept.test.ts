import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceOutbox } from './advance.ts'
import { Bench, content, owner, start } from './bench-testing.ts'
import { Disk } from './disk-testing.ts'
import { keptMax, keptMilliseconds } from './kept.ts'
import type { Content } from './samples-testing.ts'
import type { Entry } from './state.ts'

const second = 1_000
const minute = 60 * second

const idsOf = (entries: readonly Entry<Content>[]): string[] => entries.map(({ id }) => id)

/** Typed, tried at once, and taken. */
const taken = (bench: Bench, id: string, screening: Content = content): void => {
  const [command] = bench.on({
    type: 'typed',
    id,
    screening,
    testType: null,
    slip: null,
    owner,
    tryMilliseconds: 8 * second,
    now: bench.now,
  })
  assert.equal(command?.type, 'try')
  bench.on({
    type: 'tried',
    id,
    version: command.version,
    line: { id, status: 'definitive' },
    now: bench.now,
  })
}

/** Put right, at once, and done. */
const amended = (bench: Bench, id: string, amends: string, replaces: number): void => {
  const [command] = bench.on({
    type: 'amendment-queued',
    id,
    amends,
    screening: { ...content, replaces },
    instead: null,
    owner,
    tryMilliseconds: 8 * second,
    now: bench.now,
  })
  assert.equal(command?.type, 'amend')
  const line = { id, status: 'definitive' } as const
  bench.on({ type: 'tried', id, version: command.version, line, now: bench.now })
}

const restored = (bench: Bench, to: number, at = bench.now): void => {
  bench.on({ type: 'restored', restorations: [{ to, at }], now: bench.now })
}

test('what was acknowledged after the second of a restoration waits again, under its id; what was before does not', () => {
  const bench = new Bench().signIn()
  taken(bench, 's1')
  bench.pass(10 * minute)
  taken(bench, 's2')
  bench.pass(10 * minute)
  restored(bench, start + 5 * minute)
  assert.deepEqual(idsOf(bench.state.entries), ['s2'])
  assert.deepEqual(idsOf(bench.state.kept), ['s1'])
  assert.equal(bench.entry('s2').mayBeKnown, true)
  bench.exchange([{ id: 's2', status: 'definitive' }])
  assert.deepEqual(idsOf(bench.state.kept), ['s1', 's2'])
})

test('a restoration is heeded once, and a later one again', () => {
  const bench = new Bench().signIn()
  taken(bench, 's1')
  bench.pass(minute)
  restored(bench, start)
  bench.exchange([{ id: 's1', status: 'definitive' }])
  bench.on({ type: 'dismissed', id: 's1', now: bench.now })
  restored(bench, start, start + minute)
  assert.deepEqual(bench.state.entries, [])
  bench.pass(10 * minute)
  restored(bench, start + minute)
  assert.deepEqual(idsOf(bench.state.entries), ['s1'])
})

test('what was acknowledged after the restoring is in the database that was restored, and stays done', () => {
  const bench = new Bench().signIn()
  bench.pass(10 * minute)
  taken(bench, 's1')
  restored(bench, start - minute, start + minute)
  assert.deepEqual(bench.state.entries, [])
})

test('corrections of one screening go again one after the other, each after the one before, and after their screening', () => {
  const bench = new Bench().signIn()
  taken(bench, 's1')
  bench.pass(second)
  amended(bench, 'a1', 's1', 1)
  bench.pass(second)
  amended(bench, 'a2', 's1', 2)
  restored(bench, start - second)
  assert.deepEqual(idsOf(bench.state.entries), ['s1', 'a1', 'a2'])
  bench.exchange([{ id: 's1', status: 'definitive' }])
  for (const id of ['a1', 'a2']) {
    const [command] = bench.tick()
    assert.ok(command?.type === 'amend' && 'batch' in command.way)
    assert.equal(command.id, id)
    const { version, way } = command
    const answer = { lines: [{ id, status: 'definitive' } as const], retryAfterSeconds: null }
    const said = { items: [{ id, version }], wasted: [], answer, portalNow: null, random: 0.5 }
    bench.on({ type: 'answered', batch: way.batch, ...said, now: bench.now })
  }
  assert.deepEqual(idsOf(bench.state.entries), ['s1'])
})

test('one whose correction may not come yet holds back the corrections after it', () => {
  const bench = new Bench().signIn()
  taken(bench, 's1')
  amended(bench, 'a1', 's1', 1)
  amended(bench, 'a2', 's1', 2)
  bench.on({ type: 'dismissed', id: 's1', now: bench.now })
  restored(bench, start - second)
  bench.exchange([{ id: 's1', status: 'definitive' }])
  const [command] = bench.tick()
  assert.ok(command?.type === 'amend' && 'batch' in command.way)
  const later = { id: 'a1', status: 'later', retryAfterSeconds: 30 } as const
  bench.on({
    type: 'answered',
    batch: command.way.batch,
    items: [{ id: 'a1', version: command.version }],
    wasted: [],
    answer: { lines: [later], retryAfterSeconds: null },
    portalNow: null,
    random: 0.5,
    now: bench.now,
  })
  assert.deepEqual(bench.tick(), [])
})

test('a result that was read since stays as it is, and goes whole', () => {
  const bench = new Bench().signIn()
  taken(bench, 's1')
  const read = { ...content, isRead: true }
  bench.on({
    type: 'result-read',
    id: 's1',
    screening: read,
    testType: null,
    owner,
    now: bench.now,
  })
  restored(bench, start - second)
  assert.deepEqual(idsOf(bench.state.entries), ['s1'])
  assert.equal(bench.entry().screening?.isRead, true)
})

test('a line from a paper goes again without another question whether it is a double', () => {
  const bench = new Bench().signIn()
  const line = { id: 's1', screening: content, slip: 'slip', isNoDouble: true }
  bench.on({ type: 'lines-queued', lines: [line], owner, now: bench.now })
  bench.exchange([{ id: 's1', status: 'definitive' }])
  assert.deepEqual(bench.state.entries, [])
  restored(bench, start - second)
  const [command] = bench.tick()
  assert.equal(command?.type, 'send')
  assert.deepEqual(
    command.items.map((item) => item.kind === 'screening' && [item.id, item.slip]),
    [['s1', 'slip']],
  )
})

test('it leaves a day after it was acknowledged, by the portal’s clock, whatever this one says', () => {
  const bench = new Bench().signIn()
  taken(bench, 's1')
  const ahead = bench.now + 3 * keptMilliseconds
  bench.on({ type: 'contact', portalNow: start + keptMilliseconds, now: ahead })
  assert.deepEqual(idsOf(bench.state.kept), ['s1'])
  bench.on({ type: 'contact', portalNow: start + keptMilliseconds + 1, now: ahead })
  assert.deepEqual(bench.state.kept, [])
})

test(`no more than ${keptMax} are kept, the latest`, () => {
  const bench = new Bench().signIn()
  for (let index = 0; index <= keptMax; index += 1) taken(bench, `s${index}`)
  assert.equal(bench.state.kept.length, keptMax)
  assert.equal(bench.state.kept[0]?.id, 's1')
})

test('what was refused, or only asked for, is not kept', () => {
  const bench = new Bench().signIn().typed()
  bench.exchange([{ id: 's1', status: 'refused', code: 'REQUEST_INVALID', faults: [] }])
  assert.deepEqual(bench.state.kept, [])
})

const storeOn = (disk: Disk) => ({
  load: async () => disk.load(),
  write: async (change: Parameters<Disk['write']>[0]) => disk.write(change),
})

test('on a disk without room for what goes again it stays kept, and is heeded at a later answer', async () => {
  const disk = new Disk()
  const bench = new Bench().signIn()
  taken(bench, 's1')
  disk.stored = structuredClone(bench.state)
  const store = { ...storeOn(disk), write: async () => 'full' as const }
  const restorations = [{ to: start, at: bench.now }]
  const event = { type: 'restored', restorations, now: bench.now } as const
  const { isStored, state } = await advanceOutbox(bench.state, event, store)
  assert.equal(isStored, false)
  assert.deepEqual([idsOf(state.kept), state.restoredAt], [['s1'], 0])
  const later = await advanceOutbox(state, event, storeOn(disk))
  assert.deepEqual(idsOf(later.state.entries), ['s1'])
})

test('on a full disk it makes room for the next screening', async () => {
  const disk = new Disk()
  const store = storeOn(disk)
  const bench = new Bench().signIn()
  taken(bench, 's1')
  disk.stored = structuredClone(bench.state)
  disk.recordsMax = 1
  const next = { type: 'reserve', id: 's2', now: bench.now } as const
  const { isStored, state } = await advanceOutbox(bench.state, next, store)
  assert.equal(isStored, true)
  assert.deepEqual([idsOf(state.entries), state.kept], [['s2'], []])
  assert.deepEqual(disk.stored, state)
})
