import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { laboratoryMessages } from './concurrency.ts'
import { type LaboratoryTurn, makeLaboratoryTurns } from './laboratory-turns.ts'

const { max, ofEachMax, waitingOfEachMax, waitMilliseconds } = laboratoryMessages

interface Sender {
  readonly name: string
  readonly perSecond: number
  /** Connections, on each of which the next message follows the answer. */
  readonly connections: number
  /** Results of each message. */
  readonly results: number
  /** From an answer to the next message, milliseconds. */
  readonly pauseMilliseconds: number
}

interface Told {
  results: number
  messages: number
  refused: number
  /** The longest that one waited which was let in. */
  waitedMax: number
}

/** What each sender is told in so many milliseconds of virtual time; a message is in work for `workMilliseconds`. */
const run = (
  senders: readonly Sender[],
  perSecond: number,
  milliseconds: number,
  workMilliseconds = 4,
): Map<string, Told> => {
  const turns = makeLaboratoryTurns(perSecond)
  const told = new Map<string, Told>()
  const events: { at: number; act: () => void }[] = []
  let now = 0
  const later = (after: number, act: () => void): void => {
    events.push({ at: now + after, act })
  }
  const send = (sender: Sender): void => {
    const { name, results, pauseMilliseconds } = sender
    const count = told.get(name) ?? { results: 0, messages: 0, refused: 0, waitedMax: 0 }
    told.set(name, count)
    const since = now
    let isSettled = false
    const settle = (turn: LaboratoryTurn): void => {
      assert.equal(isSettled, false, 'settled twice')
      isSettled = true
      assert.ok(turns.inWork <= max)
      if (!turn.ok) {
        count.refused += 1
        // Who does not do as it is told: the next follows at once.
        later(1 + pauseMilliseconds, () => send(sender))
        return
      }
      count.messages += 1
      count.results += results
      count.waitedMax = Math.max(count.waitedMax, now - since)
      later(workMilliseconds, () => {
        turn.leave(results, now)
        turn.leave(results, now)
        later(pauseMilliseconds, () => send(sender))
      })
    }
    const share = { name, perSecond: sender.perSecond }
    turns.arrive({ share, isGone: () => false, settle }, now)
  }
  for (const sender of senders)
    for (let index = 0; index < sender.connections; index += 1) later(0, () => send(sender))
  for (; now < milliseconds; now += 1) {
    for (const event of events.splice(0)) {
      if (event.at <= now) event.act()
      else events.push(event)
    }
    turns.tick(now)
  }
  return told
}

const flooding = fc.record({
  name: fc.constant('flood'),
  perSecond: fc.integer({ min: 1, max: 100 }),
  connections: fc.integer({ min: 1, max: 32 }),
  results: fc.integer({ min: 1, max: 384 }),
  pauseMilliseconds: fc.constant(0),
})

test('a laboratory that floods has its share and what it may send at once, and one message for each in work', () => {
  fc.assert(
    fc.property(flooding, (sender) => {
      const seconds = 6
      const told = run([sender], 100_000, seconds * 1_000).get('flood')
      const { perSecond, results, connections } = sender
      const overshoot = results * Math.min(connections, ofEachMax)
      const most = perSecond * (seconds + 2) + 1 + overshoot
      assert.ok((told?.results ?? 0) <= most, `${told?.results} of ${most}`)
      assert.ok((told?.results ?? 0) > 0)
    }),
    { numRuns: 25 },
  )
})

test('a laboratory within its share waits for nobody who floods, however many do', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 32 }), (floods, each) => {
      const quiet = { name: 'quiet', perSecond: 20, connections: 1, results: 1 }
      const senders = [
        { ...quiet, pauseMilliseconds: 100 },
        ...Array.from({ length: floods }, (_, index) => ({
          name: `flood ${index}`,
          perSecond: 40,
          connections: each,
          results: 1,
          pauseMilliseconds: 0,
        })),
      ]
      // What all may have is less than what those who flood may have together.
      const told = run(senders, 40, 4_000).get('quiet')
      assert.equal(told?.refused, 0)
      // Its turn comes once those before it had one each.
      const most = ((floods + 2) * 1_000) / 40
      assert.ok((told?.waitedMax ?? most) < most, `waited ${told?.waitedMax} of ${most}`)
      assert.ok((told?.messages ?? 0) > 8, `${told?.messages}`)
    }),
    { numRuns: 20 },
  )
})

test('all laboratories together have what the operator gives them', () => {
  const senders = Array.from({ length: 10 }, (_, index) => ({
    name: `laboratory ${index}`,
    perSecond: 50,
    connections: 4,
    results: 2,
    pauseMilliseconds: 0,
  }))
  const told = run(senders, 60, 5_000)
  const results = [...told.values()].map((each) => each.results)
  const sum = results.reduce((all, each) => all + each, 0)
  assert.ok(sum <= 60 * 7 + 2 * max, `${sum}`)
  assert.ok(sum >= 60 * 5, `${sum}`)
  assert.ok(Math.min(...results) > 0.7 * Math.max(...results), `${results}`)
})

test('who is told to come back and does not is told so once in each wait, not as often as it asks', () => {
  const sender = {
    name: 'flood',
    perSecond: 1,
    connections: 32,
    results: 384,
    pauseMilliseconds: 0,
  }
  const told = run([sender], 1_000, 20_000).get('flood')
  const most = 32 * (20_000 / waitMilliseconds)
  assert.ok((told?.refused ?? 0) > 0)
  assert.ok((told?.refused ?? most + 1) <= most, `${told?.refused}`)
})

test('who has hung up while it waited costs no turn, and what waits of one laboratory is bounded', () => {
  const turns = makeLaboratoryTurns(1_000)
  const share = { name: 'laboratory', perSecond: 1 }
  const settled: LaboratoryTurn[] = []
  let isGone = false
  const arrive = (gone: () => boolean, now: number): void =>
    turns.arrive({ share, isGone: gone, settle: (turn) => settled.push(turn) }, now)
  // What it may send at once.
  arrive(() => false, 0)
  arrive(() => false, 0)
  assert.deepEqual(
    settled.map(({ ok }) => ok),
    [true, true],
  )
  for (let index = 0; index < waitingOfEachMax; index += 1) arrive(() => isGone, 0)
  assert.equal(turns.waiting, waitingOfEachMax)
  arrive(() => false, 0)
  assert.equal(turns.waiting, waitingOfEachMax)
  assert.partialDeepStrictEqual(settled.at(-1), { ok: false, of: 'own' })
  isGone = true
  arrive(() => false, 100)
  assert.equal(turns.waiting, 1)
  assert.equal(turns.tick(500), 1_000)
  assert.equal(turns.tick(1_000), null)
  assert.equal(settled.at(-1)?.ok, true)
  assert.equal(turns.inWork, 3)
})

test('a share that the directory changes counts from the next message on, and who waits is told to come back at the end', () => {
  const turns = makeLaboratoryTurns(1_000)
  const settled: LaboratoryTurn[] = []
  const arrive = (perSecond: number): void =>
    turns.arrive(
      {
        share: { name: 'laboratory', perSecond },
        isGone: () => false,
        settle: (turn) => settled.push(turn),
      },
      0,
    )
  for (let index = 0; index < 3; index += 1) arrive(1)
  assert.equal(turns.waiting, 1)
  arrive(100)
  assert.equal(turns.tick(0), 10)
  turns.turnAll(0)
  assert.equal(turns.waiting, 0)
  assert.deepEqual(
    settled.map(({ ok }) => ok),
    [true, true, false, false],
  )
  const told = settled.at(-1)
  assert.ok(told?.ok === false && told.retryAfterSeconds > 0)
})
