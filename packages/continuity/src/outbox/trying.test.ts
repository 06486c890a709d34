import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bench, codes, content, owner } from './bench-testing.ts'
import type { ReconcileLine } from './messages.ts'

const attempted = (testType: string | null = 'LP217198-3'): Bench => {
  const bench = new Bench().signIn().take()
  const typed = { type: 'typed', id: 's1', screening: content, testType, slip: null } as const
  const commands = bench.on({ ...typed, owner, tryMilliseconds: 8_000, now: bench.now })
  assert.deepEqual(commands, [
    {
      type: 'try',
      id: 's1',
      version: bench.entry().version,
      act: 'record',
      screening: content,
      timeoutMilliseconds: 8_000,
    },
  ])
  return bench
}

const answer = (bench: Bench, line: ReconcileLine, version = bench.entry().version): void => {
  bench.on({ type: 'tried', id: 's1', version, line, now: bench.now })
}
const refused = { id: 's1', status: 'refused', code: 'REQUEST_INVALID', faults: [] } as const

test('a screening that the portal takes at once leaves at once', () => {
  for (const status of ['acknowledged', 'definitive'] as const) {
    const bench = attempted()
    answer(bench, { id: 's1', status })
    assert.deepEqual(bench.state.entries, [])
  }
})

test('one that is refused at once is back where it was typed; with a document it stays, to be corrected', () => {
  const bench = attempted()
  answer(bench, refused)
  assert.deepEqual(bench.state.entries, [])
  const signed = attempted()
  signed.want()
  signed.signed(1)
  answer(signed, refused)
  assert.equal(signed.entry().stage, 'refused')
})

test('an answer that came after a document was signed says nothing of what waits now', () => {
  const bench = attempted()
  const { version } = bench.entry()
  bench.want()
  bench.signed(1)
  answer(bench, { id: 's1', status: 'definitive' }, version)
  assert.equal(bench.entry().document?.number, 1)
})

test('while it is tried no batch takes it; once it is to come later, a batch does', () => {
  const bench = attempted()
  assert.deepEqual(bench.tick(), [])
  bench.pass(9_999)
  assert.deepEqual(bench.tick(), [])
  answer(bench, { id: 's1', status: 'later', retryAfterSeconds: 0 })
  assert.deepEqual(codes(bench.tick()), ['send'])
})

test('a result that is read is tried as the result of what the portal has', () => {
  const bench = new Bench().signIn()
  const read = { type: 'result-read', id: 's1', screening: content, testType: null, owner } as const
  const [command] = bench.on({ ...read, tryMilliseconds: 2_500, now: bench.now })
  assert.ok(command?.type === 'try')
  assert.deepEqual([command.act, command.timeoutMilliseconds], ['set-result', 2_500])
})

test('a late answer to a registration says nothing of the result that was read since, under the same id', () => {
  const bench = attempted(null)
  const { version } = bench.entry()
  answer(bench, { id: 's1', status: 'acknowledged' })
  const read = { type: 'result-read', id: 's1', testType: null, owner, now: bench.now } as const
  bench.on({ ...read, screening: { ...content, isRead: true } })
  answer(bench, { id: 's1', status: 'acknowledged' }, version)
  assert.equal(bench.entry().screening?.isRead, true)
})

test('the result of what is still here is not tried alone, whatever the tab knew: both go together', () => {
  const bench = new Bench().signIn().typed('s1', null)
  const read = { type: 'result-read', id: 's1', testType: null, owner, now: bench.now } as const
  const screening = { ...content, isRead: true }
  assert.deepEqual(bench.on({ ...read, screening, tryMilliseconds: 8_000 }), [])
  assert.deepEqual(codes(bench.tick()), ['send'])
})

test('what the portal asked of the request at once is kept with the state: no batch goes before, a person may not hurry it', () => {
  const bench = attempted()
  const { version } = bench.entry()
  const line = { id: 's1', status: 'later', retryAfterSeconds: 0 } as const
  const asked = { retryAfterSeconds: 120, random: 0.5 }
  bench.on({ type: 'tried', id: 's1', version, line, asked, now: bench.now })
  bench.pass(10_001)
  assert.deepEqual(bench.tick(), [])
  bench.on({ type: 'send-wanted', now: bench.now })
  bench.pass(120_000 - 10_001 - 1)
  assert.deepEqual(bench.tick(), [])
  bench.pass(1)
  assert.deepEqual(codes(bench.tick()), ['send'])
})

test('what the portal asked counts although the answer is to an entry that has changed since', () => {
  const bench = attempted()
  const { version } = bench.entry()
  bench.want()
  bench.signed(1)
  const line = { id: 's1', status: 'later', retryAfterSeconds: 0 } as const
  const asked = { retryAfterSeconds: 120, random: 0 }
  bench.on({ type: 'tried', id: 's1', version, line, asked, now: bench.now })
  bench.pass(119_999)
  assert.deepEqual(bench.tick(), [])
  bench.pass(1)
  assert.deepEqual(codes(bench.tick()), ['send'])
})
