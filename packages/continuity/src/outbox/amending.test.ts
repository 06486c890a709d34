import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bench, codes, content, owner } from './bench-testing.ts'
import type { OutboxCommand } from './events.ts'
import { type Content, ownerAt } from './samples-testing.ts'

type Amend = Extract<OutboxCommand<Content>, { readonly type: 'amend' }>

const right: Content = { name: 'Annie', isWrong: false, replaces: 1 }

const amend = (
  bench: Bench,
  id = 'a1',
  {
    amends = 's1',
    isWithdrawal = false,
    isTried = false,
  }: { amends?: string; isWithdrawal?: boolean; isTried?: boolean } = {},
): readonly OutboxCommand<Content>[] =>
  bench.on({
    type: 'amendment-queued',
    id,
    amends,
    screening: right,
    instead: isWithdrawal ? null : { screening: right, testType: null },
    owner,
    ...(isTried ? { tryMilliseconds: 8_000 } : {}),
    now: bench.now,
  })

const has = (bench: Bench, id: string): boolean =>
  bench.state.entries.some((entry) => entry.id === id)

const theAmend = (commands: readonly OutboxCommand<Content>[]): Amend => {
  const [command] = commands
  assert.equal(command?.type, 'amend')
  return command
}

const answered = (bench: Bench, command: Amend, code: string | null): void => {
  const { id, version, way } = command
  const line =
    code === null
      ? ({ id, status: 'definitive' } as const)
      : ({ id, status: 'refused', code, faults: [] } as const)
  const { now } = bench
  if (!('batch' in way)) {
    bench.on({ type: 'tried', id, version, line, now })
    return
  }
  const items = [{ id, version }]
  const answer = { lines: [line], retryAfterSeconds: null }
  const { batch } = way
  const rest = { wasted: [], portalNow: null, random: 0.5, now }
  bench.on({ type: 'answered', batch, items, answer, ...rest })
}

test('what only this computer has is put right in its place, and sent as it should be', () => {
  const bench = new Bench().signIn().typed()
  assert.deepEqual(amend(bench), [])
  assert.equal(has(bench, 'a1'), false)
  const [send] = bench.tick()
  assert.equal(send?.type, 'send')
  assert.deepEqual(
    send.items.map((item) => item.kind === 'screening' && item.screening.name),
    ['Annie'],
  )
})

test('what only this computer has leaves at once when it is taken back, with what was to put it right', () => {
  const bench = new Bench().signIn().typed()
  amend(bench, 'a1', { isWithdrawal: true })
  assert.deepEqual(bench.state.entries, [])
})

test('what is signed stays as the paper says, and its correction follows once the portal has it', () => {
  const bench = new Bench().signIn().take().typed()
  bench.want()
  bench.signed(1)
  amend(bench)
  assert.equal(bench.entry().screening?.name, content.name)
  bench.exchange([{ id: 's1', status: 'definitive' }])
  const command = theAmend(bench.tick())
  assert.deepEqual([command.id, command.amends, command.screening.name], ['a1', 's1', 'Annie'])
  answered(bench, command, null)
  assert.equal(has(bench, 'a1'), false)
})

test('what may have left is not changed in its place: its answer may have been lost', () => {
  const bench = new Bench().signIn().typed()
  bench.tick()
  amend(bench)
  assert.deepEqual([bench.entry().screening?.name, has(bench, 'a1')], [content.name, true])
})

test('a result of what the portal has registered is not changed in its place', () => {
  const bench = new Bench().signIn()
  const { now } = bench
  const read = { id: 's1', screening: content, testType: null, owner, now }
  bench.on({ type: 'result-read', ...read })
  amend(bench)
  assert.deepEqual([bench.entry().screening?.name, has(bench, 'a1')], [content.name, true])
})

test('of what the portal has it is tried at once; without an answer in time it goes in its turn', () => {
  const bench = new Bench().signIn()
  const command = theAmend(amend(bench, 'a1', { isTried: true }))
  assert.deepEqual(command.way, { timeoutMilliseconds: 8_000 })
  assert.deepEqual(bench.tick(), [])
  const { id, version } = command
  const line = { id, status: 'later', retryAfterSeconds: 0 } as const
  bench.on({ type: 'tried', id, version, line, now: bench.now })
  bench.pass(1)
  answered(bench, theAmend(bench.tick()), null)
  assert.deepEqual(bench.state.entries, [])
})

test('refused it stays with the reason; another takes its place, or somebody gives it up', () => {
  for (const isTried of [true, false]) {
    const bench = new Bench().signIn()
    const queued = amend(bench, 'a1', { isTried })
    answered(bench, theAmend(isTried ? queued : bench.tick()), 'SCREENING_CHANGED')
    assert.deepEqual(
      [bench.entry('a1').stage, bench.entry('a1').refusal?.code],
      ['refused', 'SCREENING_CHANGED'],
    )
    assert.deepEqual(bench.tick(), [])
    amend(bench, 'a2')
    assert.deepEqual([has(bench, 'a1'), has(bench, 'a2')], [false, true])
    answered(bench, theAmend(bench.tick()), 'SCREENING_WITHDRAWN')
    bench.on({ type: 'amendment-recalled', id: 'a2', now: bench.now })
    assert.deepEqual(bench.state.entries, [])
  }
})

test('one that waits gives way to another; one that may be at the portal is answered first, and is not taken back', () => {
  const bench = new Bench().signIn()
  amend(bench)
  amend(bench, 'a2')
  assert.deepEqual([has(bench, 'a1'), has(bench, 'a2')], [false, true])
  bench.tick()
  assert.deepEqual(codes(amend(bench, 'a3')), ['AMENDMENT_UNDER_WAY'])
  bench.on({ type: 'amendment-recalled', id: 'a2', now: bench.now })
  assert.deepEqual([has(bench, 'a2'), has(bench, 'a3')], [true, false])
})

test('it goes in the name of who made it alone, and after the screenings that are due', () => {
  const bench = new Bench().signIn(ownerAt(1))
  amend(bench)
  assert.deepEqual(bench.tick(), [])
  bench.signIn()
  bench.typed('s2')
  bench.exchange([{ id: 's2', status: 'definitive' }])
  assert.equal(theAmend(bench.tick()).id, 'a1')
})

test('a refused amendment is corrected by no edit of a screening', () => {
  const bench = new Bench().signIn()
  amend(bench)
  answered(bench, theAmend(bench.tick()), 'REQUEST_INVALID')
  const { now } = bench
  bench.on({ type: 'edited', id: 'a1', screening: content, testType: null, now })
  assert.equal(bench.entry('a1').stage, 'refused')
})
