import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Answer, ApiError } from '@sidep/sdk/http'
import { createHeldAnswer } from './held-answer.ts'

const said = (value: string): Answer<string> => ({ ok: true, value, status: 200 })
const refused = (code: 'FRESH_SIGN_IN_REQUIRED' | 'SESSION_EXPIRED' | 'UNAVAILABLE') => ({
  ok: false as const,
  error: {
    kind: 'problem' as const,
    problem: { type: 'about:blank', title: '', status: 400, code, support: '' },
    retryAfterSeconds: null,
  } satisfies ApiError,
})

/** A portal whose answers the test gives, one by one, in any order. */
const world = () => {
  const questions: { key: string; answer: (answer: Answer<string>) => void }[] = []
  const observed: string[] = []
  let rest: ApiError | null = null
  const held = createHeldAnswer<string, string>(
    (key) => new Promise((answer) => questions.push({ key, answer })),
    {
      resting: () => rest,
      observe: (answer) =>
        observed.push(
          answer.ok || answer.error.kind !== 'problem' ? '' : answer.error.problem.code,
        ),
    },
  )
  return {
    held,
    questions,
    observed,
    rests: (error: ApiError | null) => {
      rest = error
    },
    answer: async (index: number, answer: Answer<string>) => {
      questions[index]?.answer(answer)
      await new Promise((resolve) => setImmediate(resolve))
    },
    shown: () => held.store.get().value,
  }
}

describe('what the portal said', () => {
  it('is of what was asked last, whichever answer comes first', async () => {
    const { held, answer, shown } = world()
    void held.read('a')
    void held.read('a')
    await answer(1, said('new'))
    await answer(0, said('old'))
    assert.equal(shown(), 'new')
  })
  it('about something else is let go, and its late answer not shown', async () => {
    const { held, answer, shown } = world()
    void held.read('a')
    await answer(0, said('of a'))
    void held.read('a')
    void held.read('b')
    assert.equal(shown(), null)
    await answer(1, said('of a'))
    assert.equal(shown(), null)
    await answer(2, said('of b'))
    assert.equal(shown(), 'of b')
  })
  it('is not what was asked for before an own act, which shows once it is acknowledged', async () => {
    const { held, answer, shown } = world()
    void held.read('a')
    await answer(0, said('before'))
    void held.read('a')
    const failed = await held.act(
      async () => refused('UNAVAILABLE'),
      () => 'changed',
    )
    assert.deepEqual([failed?.kind, shown()], ['problem', 'before'])
    assert.equal(
      await held.act(
        async () => said('done'),
        (_before, done) => done,
      ),
      null,
    )
    await answer(1, said('before'))
    assert.equal(shown(), 'done')
  })
  it('stays when the next question brings nothing, with why', async () => {
    const { held, answer, shown } = world()
    void held.read('a')
    await answer(0, said('known'))
    void held.read('a')
    await answer(1, refused('UNAVAILABLE'))
    assert.deepEqual([shown(), held.store.get().error?.kind], ['known', 'problem'])
  })
})

describe('the portal', () => {
  it('is not asked while it wants patience: the page says so', async () => {
    const { held, questions, rests } = world()
    const { error } = refused('UNAVAILABLE')
    rests(error)
    await held.read('a')
    assert.deepEqual([questions.length, held.store.get().error], [0, error])
    rests(null)
    void held.read('a')
    assert.equal(questions.length, 1)
  })
  it('is heard in each answer, but for an act that asks for a fresh sign-in: the session goes on', async () => {
    const { held, answer, observed } = world()
    void held.read('a')
    await answer(0, refused('SESSION_EXPIRED'))
    const fresh = async () => refused('FRESH_SIGN_IN_REQUIRED')
    assert.equal((await held.act(fresh, (before) => before))?.kind, 'problem')
    assert.deepEqual(observed, ['SESSION_EXPIRED'])
  })
})
