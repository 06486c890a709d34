import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { routes } from '@sidep/contracts'
import { acknowledged, id, offline, problem, session, world } from '../counter-testing.ts'
import { type Row, rowsOf } from '../lists/rows.ts'
import { sampleEntry, sampleInput } from '../testing.ts'
import { heldAmendments } from './content.ts'

const correctionPost = `POST ${routes.screeningCorrections.replace(':id', id)}`

const recorded = (): Row => {
  const [row] = rowsOf([{ ...sampleEntry(id), state: 'final', result: 'negative' }], [])
  assert.ok(row)
  return row
}

const right = {
  ...sampleInput(id),
  person: { ...sampleInput(id).person, familyName: 'Dupond' },
  result: 'negative',
} as const

describe('a correction made offline', () => {
  it('that needs a fresh sign-in waits, is not asked again by itself, and is made after it under the same id', async () => {
    const { counter, pass, posts, replies, start, vault } = world()
    await start()
    replies.set(correctionPost, offline)
    const { kind } = await counter.correct(recorded(), right, 'name')
    assert.equal(kind, 'queued')
    const corrections = () =>
      posts().filter(({ path }) => path === routes.screeningCorrections.replace(':id', id))
    const held = () => heldAmendments(counter.store.get().outbox.entries)
    assert.equal(corrections().length, 1)

    replies.set(correctionPost, problem(403, 'FRESH_SIGN_IN_REQUIRED'))
    await pass(60)
    assert.equal(corrections().length, 2)
    assert.deepEqual(
      held().map(({ stage, refusal, screening }) => [stage, refusal, screening.input]),
      [['waiting', null, right]],
    )
    assert.deepEqual(
      [counter.store.get().phase, counter.store.get().isSessionLost],
      ['working', true],
    )
    assert.equal((await vault.entries('amendment/')).length, 1)

    // The portal would take it now, and goes on answering for the same session.
    replies.set(correctionPost, acknowledged('final'))
    await pass(120)
    assert.equal(corrections().length, 2)

    const again = { ...session, signedInAt: '2026-11-23T14:03:00Z' }
    replies.set(`GET ${routes.session}`, { status: 200, body: again })
    await pass(60)
    assert.equal(counter.store.get().isSessionLost, false)
    assert.deepEqual([corrections().length, held()], [3, []])
    assert.deepEqual(await vault.entries('amendment/'), [])
    const [first, ...others] = corrections().map(({ body }) => body)
    for (const body of others) assert.deepEqual(body, first)
  })

  it('that the portal asks to bring later does not go before by a page that is loaded again', async () => {
    const before = world()
    await before.start()
    before.replies.set(correctionPost, { ...problem(503, 'UNAVAILABLE'), retryAfter: '120' })
    assert.equal((await before.counter.correct(recorded(), right, 'name')).kind, 'queued')
    before.counter.stop()

    const after = world(before.vault)
    after.replies.set(correctionPost, acknowledged('final'))
    await after.start()
    await after.pass(119)
    assert.deepEqual(after.posts(), [])
    await after.pass(65)
    assert.equal(after.posts().length, 1)
    assert.deepEqual(after.counter.store.get().outbox.entries, [])
  })
})
