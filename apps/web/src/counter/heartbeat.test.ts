import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type HeartbeatInput, routes } from '@sidep/contracts'
import { id, offline, post, world } from './counter-testing.ts'
import { sampleInput } from './testing.ts'

type World = ReturnType<typeof world>

const beats = ({ requests }: World): HeartbeatInput[] =>
  requests.flatMap(({ path, body }) => (path === routes.heartbeats ? [body as HeartbeatInput] : []))

/** The portal is away for everything that a counter asks. */
const cut = ({ replies }: World, isAway: boolean): void => {
  for (const key of [
    post,
    `GET ${routes.session}`,
    `GET ${routes.screenings}`,
    `GET ${routes.booklets}`,
    `POST ${routes.reconciliations}`,
  ]) {
    if (isAway) replies.set(key, offline)
    else replies.delete(key)
  }
}

describe('a counter’s heartbeat', () => {
  it('comes every five minutes, says nothing in calm, and stops with the counter', async () => {
    const here = world()
    await here.start()
    await here.pass(16 * 60)
    assert.equal(beats(here).length, 3)
    assert.deepEqual(beats(here)[0], {
      offline: null,
      numbersUsed: 0,
      waiting: 0,
      lostSignIns: [],
    })
    here.counter.stop()
    await here.pass(10 * 60)
    assert.equal(beats(here).length, 3)
  })

  it('says that the page is closed, once somebody works there and the portal is at hand', async () => {
    const here = world()
    here.counter.leave()
    assert.deepEqual(beats(here), [])
    await here.start()
    await here.pass(30)
    here.counter.leave()
    const nothing = { offline: null, numbersUsed: 0, waiting: 0, lostSignIns: [] }
    assert.deepEqual(beats(here), [{ ...nothing, leaving: true }])
    cut(here, true)
    await here.pass(60)
    here.counter.leave()
    assert.equal(beats(here).length, 1)
  })

  it('tells how long the portal was away, within a minute and a half of its return, once', async () => {
    const here = world()
    await here.start()
    await here.pass(60)
    const before = beats(here).length
    cut(here, true)
    await here.counter.record(sampleInput(id))
    await here.pass(10 * 60)
    assert.equal(beats(here).length, before)
    cut(here, false)
    await here.pass(150)
    const told = beats(here).slice(before)
    assert.equal(told.length, 1)
    const { since, until } = told[0]?.offline ?? assert.fail('not told')
    const seconds = (Date.parse(until) - Date.parse(since)) / 1_000
    assert.ok(seconds >= 600 && seconds <= 700, String(seconds))
    await here.pass(10 * 60)
    assert.deepEqual(
      beats(here)
        .slice(before + 1)
        .map((one) => one.offline),
      [null, null],
    )
  })

  it('tells a sign-in that left this tab and never came back, and none that was refused or ended in a session', async () => {
    const at = (door: 'ecps' | 'card' | null, isRefused: boolean) => ({
      take: () => {
        const taken = door
        door = null
        return taken
      },
      isRefused: () => isRefused,
    })
    const lostOf = async (isSignedIn: boolean, isRefused: boolean): Promise<string[]> => {
      const before = world(undefined, null, undefined, undefined, at('ecps', isRefused))
      before.portal.isSignedIn = isSignedIn
      await before.start()
      before.counter.stop()
      // The page is loaded again, after a sign-in by the other door.
      const here = world(before.vault)
      await here.start()
      await here.pass(11 * 60)
      return beats(here).flatMap(({ lostSignIns }) => lostSignIns)
    }
    assert.deepEqual(await lostOf(false, false), ['ecps'])
    assert.deepEqual(await lostOf(false, true), [])
    assert.deepEqual(await lostOf(true, false), [])
  })

  it('is sent again when it was not taken, with what it had to tell', async () => {
    const here = world()
    here.replies.set(`POST ${routes.heartbeats}`, { status: 503, body: {} })
    await here.start()
    await here.pass(4 * 60)
    const refused = beats(here).length
    assert.ok(refused >= 1)
    here.replies.delete(`POST ${routes.heartbeats}`)
    await here.pass(5 * 60)
    assert.ok(beats(here).length > refused)
  })
})
