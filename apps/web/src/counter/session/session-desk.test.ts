import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type OpenSession, routes } from '@sidep/contracts'
import { createApiClient } from '../../shared/api/index.ts'
import { createSessionDesk } from './session-desk.ts'

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
  const desk = createSessionDesk({
    sessionTrouble: () => {
      troubles += 1
    },
    api: createApiClient({
      now: () => new Date(),
      fetch: async (path, { method, body }) => {
        const reply = replies.get(`${method} ${path}`)
        await held.get(`${method} ${path}`)
        if (body !== undefined) sent.push(JSON.parse(String(body)))
        if (reply === undefined) throw new TypeError('failed to fetch')
        const text = reply.body === undefined ? null : JSON.stringify(reply.body)
        return new Response(text, { status: reply.status })
      },
    }),
  })
  const sessions = [session('here', { isThis: true }), session('phone'), session('counter')]
  replies.set(list, { status: 200, body: { sessions } })
  const shown = () => desk.store.get().sessions?.map(({ sessionId }) => sessionId) ?? null
  return { desk, replies, held, sent, shown, troubles: () => troubles }
}

describe('the desk of one’s sessions', () => {
  it('ends the one that is named, which leaves the list once the portal says so', async () => {
    const { desk, replies, sent, shown } = world()
    await desk.read()
    assert.deepEqual(shown(), ['here', 'phone', 'counter'])
    const failed = await desk.endOne('phone')
    assert.equal(failed?.kind, 'offline')
    assert.deepEqual(shown(), ['here', 'phone', 'counter'])
    replies.set(end, { status: 204 })
    assert.equal(await desk.endOne('phone'), null)
    assert.deepEqual(sent.at(-1), { scope: 'one', sessionId: 'phone' })
    assert.deepEqual(shown(), ['here', 'counter'])
  })

  it('ends all others and keeps the one that asks', async () => {
    const { desk, replies, sent, shown } = world()
    await desk.read()
    replies.set(end, { status: 204 })
    assert.equal(await desk.endOthers(), null)
    assert.deepEqual(sent, [{ scope: 'elsewhere' }])
    assert.deepEqual(shown(), ['here'])
  })

  it('does not go back in time: a list asked for before an own act is not shown', async () => {
    const { desk, replies, held, shown } = world()
    await desk.read()
    let release = (): void => undefined
    held.set(
      list,
      new Promise((resolve) => {
        release = resolve
      }),
    )
    const reading = desk.read()
    replies.set(end, { status: 204 })
    await desk.endOne('phone')
    release()
    await reading
    assert.deepEqual(shown(), ['here', 'counter'])
  })

  it('tells of a session that is over, and keeps what was shown', async () => {
    const { desk, replies, shown, troubles } = world()
    await desk.read()
    replies.set(list, { status: 401, body: { code: 'SESSION_REVOKED', support: '' } })
    await desk.read()
    assert.equal(troubles(), 1)
    assert.deepEqual([shown()?.length, desk.store.get().error?.kind], [3, 'problem'])
  })
})
