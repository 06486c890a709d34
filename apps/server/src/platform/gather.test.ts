import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { makeGather } from './gather.ts'

const bounds = { roundMax: 4, lanesMax: 2, patienceMilliseconds: 60_000, spacingMilliseconds: 0 }

/** Rounds that end when they are told to. */
const openRounds = (changes: Partial<typeof bounds> = {}) => {
  const rounds: { readonly all: readonly number[]; end(error?: Error): void }[] = []
  const add = makeGather<number, number>(
    (all) =>
      new Promise((resolve, reject) => {
        rounds.push({
          all,
          end: (error) => (error === undefined ? resolve(all.map((one) => -one)) : reject(error)),
        })
      }),
    { ...bounds, ...changes },
  )
  return { rounds, add, begun: () => rounds.map(({ all }) => all) }
}

test('what comes alone goes at once, and what comes meanwhile goes together when that has ended', async () => {
  const { rounds, add, begun } = openRounds()
  const first = add(1)
  await turn()
  const others = [add(2), add(3)]
  await turn()
  assert.deepEqual(begun(), [[1]])
  rounds[0]?.end()
  assert.equal(await first, -1)
  await turn()
  assert.deepEqual(begun(), [[1], [2, 3]])
  rounds[1]?.end()
  assert.deepEqual(await Promise.all(others), [-2, -3])
})

test('a full round of waiting ones, or patience at its end, opens another lane, and no more than there are', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const full = openRounds()
  for (let one = 0; one < 14; one += 1) void full.add(one)
  await turn()
  assert.deepEqual(
    full.begun().map(({ length }) => length),
    [4, 4],
  )
  const stuck = openRounds()
  void stuck.add(1)
  await turn()
  void stuck.add(2)
  await turn()
  assert.deepEqual(stuck.begun(), [[1]])
  context.mock.timers.tick(bounds.patienceMilliseconds)
  assert.deepEqual(stuck.begun(), [[1], [2]])
})

test('after a round of several the next begins when its time has come or when it is full; after one alone, at once', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const spacingMilliseconds = 20
  const { rounds, add, begun } = openRounds({ spacingMilliseconds })
  const end = async (): Promise<void> => {
    rounds.at(-1)?.end()
    await turn()
    await turn()
  }
  const come = async (...all: readonly number[]): Promise<void> => {
    for (const one of all) void add(one)
    await turn()
  }
  await come(1)
  await end()
  await come(2)
  assert.deepEqual(begun(), [[1], [2]])
  await come(3, 4)
  await end()
  assert.deepEqual(begun(), [[1], [2], [3, 4]])
  await come(5)
  await end()
  await come(6)
  assert.deepEqual(begun(), [[1], [2], [3, 4]])
  context.mock.timers.tick(spacingMilliseconds)
  assert.deepEqual(begun(), [[1], [2], [3, 4], [5, 6]])
  await end()
  await come(7, 8, 9)
  assert.equal(begun().length, 4)
  await come(10, 11)
  assert.deepEqual(begun().slice(4), [[7, 8, 9, 10]])
  await end()
  assert.equal(begun().length, 5)
  context.mock.timers.tick(spacingMilliseconds)
  assert.deepEqual(begun().slice(4), [[7, 8, 9, 10], [11]])
})

test('what ends a round fails those in it, and nobody else', async () => {
  const { rounds, add } = openRounds()
  const first = add(1)
  await turn()
  const second = add(2)
  rounds[0]?.end(new Error('gone'))
  await assert.rejects(first, /gone/)
  await turn()
  rounds[1]?.end()
  assert.equal(await second, -2)
})

test('however they come and rounds end, each is in exactly one round, in order, and is answered for itself', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 40 }),
      async (steps) => {
        const { rounds, add, begun } = openRounds({ lanesMax: 1 })
        const answers: Promise<number>[] = []
        let ended = 0
        for (const step of steps) {
          if (step > 3) answers.push(add(answers.length))
          else if (ended < rounds.length) rounds[ended++]?.end()
          if (step % 2 === 0) await turn()
        }
        await turn()
        while (ended < rounds.length) {
          rounds[ended++]?.end()
          await turn()
        }
        assert.deepEqual(
          begun().flat(),
          answers.map((_, index) => index),
        )
        assert.ok(begun().every(({ length }) => length <= bounds.roundMax))
        assert.deepEqual(
          await Promise.all(answers),
          answers.map((_, index) => -index),
        )
      },
    ),
  )
})
