import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { until } from '../login/testing.ts'
import { type EventLoopWatch, watchEventLoop } from './event-loop-watch.ts'
import { makeMetrics } from './metrics.ts'

const file = join(tmpdir(), `sidep-event-loop-${process.pid}.log`)
const metrics = makeMetrics()
const said: { readonly milliseconds: number; readonly where: readonly string[] }[] = []
let descriptor: number
let watch: EventLoopWatch

const lines = (): { msg: string; where: string[]; milliseconds: number }[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

before(() => {
  descriptor = openSync(file, 'w')
  const log = {
    error: (line: (typeof said)[number]) => said.push(line),
    warn: (line: unknown) => assert.fail(JSON.stringify(line)),
  } as unknown as Parameters<typeof watchEventLoop>[0]['log']
  watch = watchEventLoop({ log, metrics, descriptor })
})
after(async () => {
  await watch.stop()
  closeSync(descriptor)
  rmSync(file)
})

/** Holds this process until that was noticed. */
const turnNoMore = (): void => {
  const secret = 'DUPONT'
  const before = watch.noticed()
  while (watch.noticed() === before) secret.normalize('NFD')
}

test('a loop that is held for more than a second is reported while it is, with where, and again when it is over', async () => {
  // Until the thread runs at all, nobody notices anything.
  turnNoMore()
  const [line] = lines()
  assert.equal(line?.msg, 'the event loop is held')
  // The innermost is this function, or what it calls.
  const own = /^turnNoMore apps\/server\/src\/platform\/event-loop-watch\.test\.ts:\d+$/
  assert.ok(
    line?.where.slice(0, 2).some((place) => own.test(place)),
    line?.where.join('\n'),
  )
  assert.ok((line?.milliseconds ?? 0) >= 1_000)
  assert.doesNotMatch(readFileSync(file, 'utf8'), /DUPONT/)
  await until(() => said.length === 1)
  assert.deepEqual(said[0]?.where, line?.where)
  assert.match(metrics.render(), /sidep_event_loop_held_seconds_count 1/)
})

test('an expression that does not end is reported with the function that asked it', async () => {
  // Two quantifiers, one within the other; the check of the tree would refuse it as it stands.
  const slow = new RegExp(Buffer.from('XltBLVpdKyg/OltBLVpdK1wvPykqJA==', 'base64').toString())
  const readBadly = (length: number): boolean => slow.test(`${'A'.repeat(length)}!`)
  // One hold is over before the next can be noticed: the loop turns.
  await until(() => said.length === 1)
  const before = watch.noticed()
  for (let length = 20; watch.noticed() === before; length += 1) readBadly(length)
  assert.match(lines().at(-1)?.where[0] ?? '', /^readBadly .*event-loop-watch\.test\.ts:\d+$/)
  await until(() => said.length === 2)
})

test('a loop that turns is left in peace', async () => {
  const before = watch.noticed()
  const start = performance.now()
  let [last, gap] = [start, 0]
  await until(() => {
    const now = performance.now()
    gap = Math.max(gap, now - last)
    last = now
    return now - start > 2_500
  })
  // A machine that gives this thread no time for so long holds it, as code would.
  if (gap < 700) assert.equal(watch.noticed(), before)
})
