import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bench, codes, content, owner } from './bench-testing.ts'
import type { OutboxCommand } from './events.ts'
import { type Content, ownerAt } from './samples-testing.ts'

const line = (id: string, screening: Content = content) => ({
  id,
  screening,
  slip: `slip ${id}`,
  isNoDouble: false,
})

const queue = (bench: Bench, ...lines: ReturnType<typeof line>[]): void => {
  bench.on({ type: 'lines-queued', lines, owner, now: bench.now })
}

/** What the portal says to the question whether it has lines already. */
const found = (
  bench: Bench,
  [command]: readonly OutboxCommand<Content>[],
  doubles: readonly string[] = [],
): readonly OutboxCommand<Content>[] => {
  assert.ok(command?.type === 'find-duplicates')
  return bench.on({
    type: 'duplicates-found',
    batch: command.batch,
    ids: command.items.map(({ id }) => id),
    found: doubles.map((id) => ({ id, sampledAt: 'then', recordedAt: 'later' })),
    now: bench.now,
  })
}

const recall = (bench: Bench, ...ids: string[]): void => {
  bench.on({ type: 'lines-recalled', ids, now: bench.now })
}

const idsOf = ({ state }: Bench) => state.entries.map(({ id }) => id)

test('lines are sent once the portal was asked for doubles, and leave with its answer', () => {
  const bench = new Bench().signIn()
  queue(bench, line('l1'), line('l2'))
  const [send] = found(bench, bench.tick())
  assert.ok(send?.type === 'send')
  assert.deepEqual(
    send.items.map((item) => item.kind === 'screening' && item.slip),
    ['slip l1', 'slip l2'],
  )
  bench.answer(send, [
    { id: 'l1', status: 'acknowledged' },
    { id: 'l2', status: 'definitive' },
  ])
  assert.deepEqual(idsOf(bench), [])
})

test('a line that the site has already waits for a person; the others go', () => {
  const bench = new Bench().signIn()
  queue(bench, line('l1'), line('l2'))
  const [send] = found(bench, bench.tick(), ['l1'])
  assert.ok(send?.type === 'send')
  assert.deepEqual(
    send.items.map(({ id }) => id),
    ['l2'],
  )
  const { stage, paper } = bench.entry('l1')
  assert.equal(stage, 'refused')
  assert.deepEqual(paper?.alike, { sampledAt: 'then', recordedAt: 'later' })
  recall(bench, 'l1')
  bench.on({
    type: 'lines-queued',
    lines: [{ ...line('l1'), isNoDouble: true }],
    owner,
    now: bench.now,
  })
  bench.answer(send, [{ id: 'l2', status: 'definitive' }])
  assert.deepEqual(codes(bench.tick()), ['send'])
})

test('a line can be taken back until it leaves, and not before it is answered from then on', () => {
  const bench = new Bench().signIn()
  queue(bench, line('l1'), line('l2'))
  recall(bench, 'l1')
  assert.deepEqual(idsOf(bench), ['l2'])
  const [send] = found(bench, bench.tick())
  assert.ok(send?.type === 'send')
  recall(bench, 'l2')
  bench.on({
    type: 'failed',
    batch: send.batch,
    reason: 'unreachable',
    retryAfterSeconds: null,
    random: 0,
    now: bench.now,
  })
  recall(bench, 'l2')
  assert.deepEqual(idsOf(bench), ['l2'])
  bench.pass(1)
  const [again] = bench.tick()
  assert.ok(again?.type === 'send')
  assert.deepEqual(again.items, send.items)
  bench.answer(again, [{ id: 'l2', status: 'refused', code: 'SLIP_USED', faults: [] }])
  recall(bench, 'l2')
  assert.deepEqual(idsOf(bench), [])
})

test('an answer to what a line said before it was taken back does not count', () => {
  const bench = new Bench().signIn()
  queue(bench, line('l1'))
  const [send] = found(bench, bench.tick())
  assert.ok(send?.type === 'send')
  bench.answer(send, [{ id: 'l1', status: 'refused', code: 'SLIP_UNKNOWN', faults: [] }])
  recall(bench, 'l1')
  queue(bench, line('l1', { name: 'Anna', isWrong: false }))
  bench.answer(send, [{ id: 'l1', status: 'refused', code: 'SLIP_UNKNOWN', faults: [] }])
  assert.equal(bench.entry('l1').stage, 'waiting')
})

test('a colleague’s lines are not sent until they are handed over; of another site never', () => {
  const bench = new Bench().signIn(ownerAt(1))
  queue(bench, line('l1'))
  assert.deepEqual(bench.tick(), [])
  const over = { type: 'lines-handed-over', lines: [line('l1')], now: bench.now } as const
  bench.on({ ...over, owner: { ...ownerAt(1), siteId: '750000001' } })
  assert.deepEqual(bench.tick(), [])
  bench.on({ ...over, owner: ownerAt(1) })
  assert.deepEqual(codes(bench.tick()), ['find-duplicates'])
})

test('what an earlier version may have sent goes again as it is, without a question before', () => {
  const bench = new Bench().signIn()
  const lines = [{ ...line('l1'), isSent: true }]
  bench.on({ type: 'lines-queued', lines, owner, now: bench.now })
  recall(bench, 'l1')
  assert.deepEqual(codes(bench.tick()), ['send'])
})

test('a question about doubles that brings no answer is asked again after its time', () => {
  const bench = new Bench().signIn()
  queue(bench, line('l1'))
  const [question] = bench.tick()
  assert.ok(question?.type === 'find-duplicates')
  assert.deepEqual(bench.tick(), [])
  bench.pass(60_000)
  assert.deepEqual(codes(bench.tick()), ['find-duplicates'])
  // Late, and of a batch that nobody waits for any more.
  assert.deepEqual(found(bench, [question]), [])
})

test('a line that makes its batch unreadable is found by halves, and the others are recorded', () => {
  const bench = new Bench().signIn()
  const ids = ['l1', 'l2', 'l3', 'l4', 'l5']
  queue(bench, ...ids.map((id) => ({ ...line(id), isNoDouble: true })))
  const sizes: number[] = []
  for (let round = 0; round < 12 && idsOf(bench).length > 1; round++) {
    const [send] = bench.tick()
    assert.ok(send?.type === 'send')
    sizes.push(send.items.length)
    const { batch, items } = send
    if (items.some(({ id }) => id === 'l4')) {
      const refusal = { code: 'REQUEST_INVALID', faults: [] }
      bench.on({ type: 'batch-refused', batch, items, refusal, random: 0, now: bench.now })
    } else {
      bench.answer(
        send,
        items.map(({ id }) => ({ id, status: 'definitive' })),
      )
    }
  }
  assert.deepEqual(sizes, [5, 2, 3, 1, 2, 1, 1])
  assert.deepEqual(idsOf(bench), ['l4'])
  assert.deepEqual(bench.entry('l4').refusal, { code: 'REQUEST_INVALID', faults: [] })
})

test('numbers alone that the portal refuses wait their time, and hold up nobody', () => {
  const bench = new Bench().signIn().take().typed()
  bench.want()
  bench.on({ type: 'signing-failed', id: 's1', bookletId: 'b1', number: 1, now: bench.now })
  const [send] = bench.signIn(ownerAt(1)).tick()
  assert.ok(send?.type === 'send' && send.items.length === 0)
  const { batch, items } = send
  const refusal = { code: 'REQUEST_INVALID', faults: [] }
  bench.on({ type: 'batch-refused', batch, items, refusal, random: 0.5, now: bench.now })
  assert.deepEqual(bench.tick(), [])
  bench.pass(1_000)
  assert.deepEqual(codes(bench.tick()), ['send'])
})
