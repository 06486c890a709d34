import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type OpenSession, routes } from '@sidep/contracts'
import { type Answer, makeApiClient, retryOf } from '../../shared/api/index.ts'
import { createOpenSessions } from './open-sessions.ts'

const session = (sessionId: string, changes: Partial<OpenSession> = {}): OpenSession => ({
  sessionId,
  door: 'ecps',
  site: null,
  browser: 'firefox',
  system: 'windows',
  signedInAt: '2026-11-24T08:00:00.000Z',
  endsAt: '2026-11-24T20:00:00.000Z',
  isDormant: false,
  isThis: false,
  ...changes,
})
const list = `GET ${routes.sessionsOpen}`
const end = `POST ${routes.sessionRevocations}`

const world = () => {
  const replies = new Map<string, { status: number; body?: unknown }>()
  const held = new Map<string, Promise<void>>()
  const sent: unknown[] = []
  let troubles = 0
  const api = makeApiClient({
    now: () => new Date(),
    fetch: async (path, { method, body }) => {
      const reply = replies.get(`${method} ${path}`)
      await held.get(`${method} ${path}`)
      if (body !== undefined) sent.push(JSON.parse(String(body)))
      if (reply === undefined) throw new TypeError('failed to fetch')
      const text = reply.body === undefined ? null : JSON.stringify(reply.body)
      return new Response(text, { status: reply.status })
    },
  })
  const portal = {
    mayAsk: () => true,
    resting: () => null,
    observe: (answer: Answer<unknown>) => {
      if (!answer.ok && retryOf(answer.error) === 'after-sign-in') troubles += 1
    },
  }
  const open = createOpenSessions(api, portal, () => 'here')
  const sessions = [session('here', { isThis: true }), session('phone'), session('counter')]
  replies.set(list, { status: 200, body: { sessions } })
  const shown = () => open.store.get().value?.sessions.map(({ sessionId }) => sessionId) ?? null
  return { open, replies, held, sent, shown, troubles: () => troubles }
}

describe('the list of one’s sessions', () => {
  it('ends the one that is named, which leaves the list once the portal says so', async () => {
    const { open, replies, sent, shown } = world()
    await open.read()
    assert.deepEqual(shown(), ['here', 'phone', 'counter'])
    const failed = await open.endOne('phone')
    assert.equal(failed?.kind, 'offline')
    assert.deepEqual(shown(), ['here', 'phone', 'counter'])
    replies.set(end, { status: 204 })
    assert.equal(await open.endOne('phone'), null)
    assert.deepEqual(sent.at(-1), { scope: 'one', sessionId: 'phone' })
    assert.deepEqual(shown(), ['here', 'counter'])
  })

  it('ends all others and keeps the one that asks', async () => {
    const { open, replies, sent, shown } = world()
    await open.read()
    replies.set(end, { status: 204 })
    assert.equal(await open.endOthers(), null)
    assert.deepEqual(sent, [{ scope: 'elsewhere' }])
    assert.deepEqual(shown(), ['here'])
  })

  it('does not go back in time: a list asked for before an own act is not shown', async () => {
    const { open, replies, held, shown } = world()
    await open.read()
    let release = (): void => undefined
    held.set(
      list,
      new Promise((resolve) => {
        release = resolve
      }),
    )
    const reading = open.read()
    replies.set(end, { status: 204 })
    await open.endOne('phone')
    release()
    await reading
    assert.deepEqual(shown(), ['here', 'counter'])
  })

  it('tells of a session that is over, and keeps what was shown', async () => {
    const { open, replies, shown, troubles } = world()
    await open.read()
    replies.set(list, { status: 401, body: { code: 'SESSION_REVOKED', support: '' } })
    await open.read()
    assert.equal(troubles(), 1)
    assert.deepEqual([shown()?.length, open.store.get().error?.kind], [3, 'problem'])
  })
})
