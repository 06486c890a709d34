import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { routes, type SessionView } from '@sidep/contracts'
import { makeApiClient } from '../../shared/api/index.ts'
import { type DeviceKey, deviceKeyOf, makeDevicePair } from '../../shared/device/device-key.ts'
import { memoryVault } from '../../shared/storage/index.ts'
import { type Phone, sessionOf } from './machine/state.ts'
import { readNationalId } from './national-id.ts'
import { createSession } from './session.ts'
import { createMemory } from './stored.ts'
import type { WaitingRequest } from './waiting-request.ts'

const key = await deviceKeyOf(await makeDevicePair())

const session: SessionView = {
  professional: { id: '899700075122', familyName: 'Le Goff', firstNames: 'Anne', profession: '21' },
  door: 'ecps',
  site: null,
  sites: [],
  signedInAt: '2026-11-24T08:00:00Z',
  expiresAt: '2026-11-24T20:00:00Z',
}
const ticket = 't'.repeat(32)
const begun = {
  ticket,
  pollAfterSeconds: 5,
  bindingMessage: '42',
  expiresAt: '2026-11-24T10:02:00Z',
  expiresInSeconds: 120,
}
const pending = { state: 'pending', pollAfterSeconds: 5 }
const problem = (code: string, extra: object = {}) => ({ code, support: 'K7Q', ...extra })

type Reply = { readonly status: number; readonly body: unknown } | 'silence'

/** What the waiting room answers on the way to the phone. */
type Room = 'open' | 'waiting' | 'full'

const roomReply = (room: Room): Response =>
  room === 'full'
    ? Response.json(problem('WAITING_ROOM_FULL', { retryAfterSeconds: 40 }), { status: 429 })
    : Response.json({
        state: room,
        hasTicket: room === 'waiting',
        position: 9,
        waitSeconds: 60,
        pollAfterSeconds: 1_000,
      })

/** A world whose server, clock and timers the test moves. */
const world = (
  device: DeviceKey | null = key,
  before: { now: number; kept: WaitingRequest | null } = { now: 0, kept: null },
) => {
  let { now, kept } = before
  let timers: { at: number; callback: () => void }[] = []
  const asked: { at: number; path: string; body: unknown }[] = []
  const begins: Reply[] = []
  const polls: Reply[] = []
  let rooms: Room[] = []
  let held: Promise<void> | null = null
  const seen: (Phone | null)[] = []
  const entered: SessionView[] = []
  const tab = createSession({
    requests: {
      get: () => kept,
      put: (request) => {
        kept = request
      },
    },
    api: makeApiClient({
      now: () => new Date(now),
      fetch: async (path, init) => {
        if (path === routes.waitingRoom && init.method === 'POST')
          return roomReply(rooms.shift() ?? 'open')
        if (init.method === 'GET') throw new TypeError('failed to fetch')
        asked.push({ at: now / 1000, path, body: JSON.parse(String(init.body)) })
        await held
        if (path === routes.loginEcpsBackchannelCancellation) {
          return new Response(null, { status: 204 })
        }
        const next = (path === routes.loginEcpsBackchannel ? begins : polls).shift()
        if (next === undefined || next === 'silence') throw new TypeError('failed to fetch')
        return new Response(JSON.stringify(next.body), { status: next.status })
      },
    }),
    device,
    origin: 'https://portail.example',
    memory: createMemory(memoryVault(true)),
    sessionTabs: { announce: () => undefined, listen: () => undefined },
    exclusive: (_name, work) => work(),
    now: () => new Date(now),
    monotonic: () => now,
    random: () => 0.5,
    randomBytes: (count) => new Uint8Array(count),
    after: (milliseconds, callback) => {
      const timer = { at: now + milliseconds, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    changed: ({ phone: { shown }, way }) => {
      if (shown !== (seen.at(-1) ?? null)) seen.push(shown)
      const inside = sessionOf(way)
      if (inside !== null && inside !== entered.at(-1)) entered.push(inside)
    },
    chosen: () => undefined,
    failed: (error) => {
      throw error
    },
  })
  tab.serve(() => undefined)
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    phone: tab.phone,
    /** The page is loaded, and the portal does not say who is signed in. */
    load: tab.start,
    asked,
    begins,
    polls,
    entered,
    settle,
    now: () => seen.at(-1),
    /** What the tab keeps, and the time, for the page that is loaded next. */
    left: () => ({ now, kept }),
    cancelled: () =>
      asked
        .filter(({ path }) => path === routes.loginEcpsBackchannelCancellation)
        .map(({ body }) => body),
    arrive: (...next: Room[]) => {
      rooms = next
    },
    hold: (): (() => void) => {
      let release = (): void => undefined
      held = new Promise((resolve) => {
        release = resolve
      })
      return () => {
        held = null
        release()
      }
    },
    pass: async (seconds: number): Promise<void> => {
      const end = now + seconds * 1000
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers = timers.filter((timer) => timer !== due)
        now = Math.max(due.at, now)
        due.callback()
        await settle()
      }
      now = end
    },
    /** The times at which the poll was asked, seconds. */
    polledAt: () =>
      asked.filter(({ path }) => path === routes.loginEcpsBackchannelPoll).map(({ at }) => at),
  }
}

const stepOf = (phone: Phone | null | undefined): string =>
  phone === null || phone === undefined
    ? 'closed'
    : phone.step === 'over'
      ? `over: ${phone.end}`
      : phone.step

describe('the number', () => {
  it('is 8 and the RPPS, or the RPPS alone, spaces forgiven', () => {
    for (const typed of ['899700075122', '99700075122', ' 8 997 0007 5122', '99.70.00.75.122'])
      assert.deepEqual(readNationalId(typed), { ok: true, value: '899700075122' })
  })
  it('that is too short, another kind, or mistyped is told so before anybody is asked', async () => {
    const { phone, now, asked } = world()
    for (const [typed, fault] of [
      ['', 'incomplete'],
      ['9970007512', 'incomplete'],
      ['399700075122', 'incomplete'],
      ['899700075123', 'wrong'],
      ['99700075123', 'wrong'],
    ]) {
      await phone.begin(typed ?? '')
      assert.deepEqual(now(), { step: 'typing', typed, fault })
    }
    assert.deepEqual(asked, [])
  })
  it('that the provider does not know is said beside it', async () => {
    const { phone, begins, now } = world()
    begins.push({ status: 404, body: problem('PROFESSIONAL_UNKNOWN') })
    await phone.begin('899700075122')
    assert.deepEqual(now(), { step: 'typing', typed: '899700075122', fault: 'unknown' })
  })
})

describe('confirming on the phone', () => {
  it('shows the digits, asks at the server’s pace, and enters with the session, bound to the device', async () => {
    const { phone, begins, polls, now, pass, asked, entered, polledAt } = world()
    begins.push({ status: 200, body: begun })
    polls.push(
      { status: 200, body: pending },
      { status: 200, body: { state: 'pending', pollAfterSeconds: 12 } },
      { status: 200, body: { state: 'signed-in', session } },
    )
    phone.open()
    await phone.begin('99700075122')
    assert.deepEqual(asked[0]?.body, { nationalId: '899700075122', device: key.thumbprint })
    assert.deepEqual(now(), {
      step: 'confirming',
      typed: '99700075122',
      digits: '42',
      endsAt: new Date(120_000),
    })
    await pass(22)
    assert.deepEqual(polledAt(), [5, 10, 22])
    assert.deepEqual(entered, [session])
    assert.equal(now(), null)
    await pass(200)
    assert.equal(asked.length, 4)
  })
  it('without a device key asks for a session bound to none', async () => {
    const { phone, begins, asked } = world(null)
    begins.push({ status: 200, body: begun })
    await phone.begin('899700075122')
    assert.deepEqual(asked[0]?.body, { nationalId: '899700075122' })
  })
  for (const [code, end] of [
    ['LOGIN_REFUSED', 'refused'],
    ['LOGIN_STATE_INVALID', 'timed-out'],
    ['PROVIDER_UNAVAILABLE', 'provider-away'],
    ['LOGIN_ANSWER_INVALID', 'failed'],
    ['PROFESSION_NOT_PERMITTED', 'failed'],
  ])
    it(`that ends with ${code} is over at once: ${end}`, async () => {
      const { phone, begins, polls, now, pass, polledAt } = world()
      begins.push({ status: 200, body: begun })
      polls.push({ status: 403, body: problem(code ?? '', { retryAfterSeconds: 15 }) })
      await phone.begin('899700075122')
      await pass(100)
      assert.equal(stepOf(now()), `over: ${end}`)
      assert.deepEqual(polledAt(), [5])
    })
  it('is out of time when the provider said so, though nobody answered', async () => {
    const { phone, begins, now, pass } = world()
    begins.push({ status: 200, body: begun })
    await phone.begin('899700075122')
    await pass(119)
    assert.equal(stepOf(now()), 'confirming')
    await pass(1)
    assert.deepEqual(now(), {
      step: 'over',
      typed: '899700075122',
      end: 'timed-out',
      error: null,
      retryAt: null,
    })
  })
  it('outlives a silent network and a server that asks for patience, never sooner than it asked', async () => {
    const { phone, begins, polls, now, pass, polledAt, entered } = world()
    begins.push({ status: 200, body: begun })
    polls.push(
      'silence',
      { status: 503, body: problem('UNAVAILABLE', { retryAfterSeconds: 20 }) },
      { status: 200, body: { state: 'signed-in', session } },
    )
    await phone.begin('899700075122')
    await pass(60)
    assert.deepEqual(polledAt(), [5, 6, 28])
    assert.equal(entered.length, 1)
    assert.equal(now(), null)
  })
  it('that cannot begin because the provider is away says when to come back', async () => {
    const { phone, begins, now } = world()
    begins.push({ status: 503, body: problem('PROVIDER_UNAVAILABLE', { retryAfterSeconds: 15 }) })
    await phone.begin('899700075122')
    const over = now()
    assert.ok(over?.step === 'over')
    assert.deepEqual([over.end, over.retryAt], ['provider-away', new Date(15_000)])
  })
})

describe('a reload of the page', () => {
  const begin = async () => {
    const page = world()
    page.begins.push({ status: 200, body: begun })
    page.polls.push({ status: 200, body: { state: 'pending', pollAfterSeconds: 12 } })
    await page.phone.begin('99700075122')
    await page.pass(7)
    return page
  }
  const reload = ({ now, kept }: { now: number; kept: WaitingRequest | null }) =>
    world(key, { now, kept })

  it('finds the request again, shows the same digits, and asks no sooner than the server said', async () => {
    const before = await begin()
    const page = reload(before.left())
    page.polls.push({ status: 200, body: { state: 'signed-in', session } })
    await page.load()
    assert.deepEqual(page.now(), {
      step: 'confirming',
      typed: '99700075122',
      digits: '42',
      endsAt: new Date(120_000),
    })
    await page.pass(60)
    assert.deepEqual(page.polledAt(), [17])
    assert.deepEqual(
      page.asked.map(({ body }) => body),
      [{ ticket }],
      'no new request was begun',
    )
    assert.deepEqual(page.entered, [session])
    assert.equal(page.left().kept, null)
  })
  it('in which the person had been away asks at once, and ends when the request does', async () => {
    const before = await begin()
    const page = reload({ ...before.left(), now: 100_000 })
    page.polls.push({ status: 200, body: { state: 'pending', pollAfterSeconds: 30 } })
    await page.load()
    await page.pass(25)
    assert.deepEqual(page.polledAt(), [100])
    assert.equal(stepOf(page.now()), 'over: timed-out')
    assert.equal(page.left().kept, null)
  })
  it('after its end says so, and keeps nothing', async () => {
    const before = await begin()
    const page = reload({ ...before.left(), now: 121_000 })
    await page.load()
    assert.equal(stepOf(page.now()), 'over: timed-out')
    assert.deepEqual([page.asked, page.left().kept], [[], null])
  })
  it('another day, or by a clock that was moved, finds nothing', async () => {
    for (const now of [86_400_000, -3_600_000]) {
      const before = await begin()
      const page = reload({ ...before.left(), now })
      await page.load()
      assert.deepEqual([page.now(), page.asked, page.left().kept], [undefined, [], null])
    }
  })
  for (const [end, code] of [
    ['refused', 'LOGIN_REFUSED'],
    ['timed-out', 'LOGIN_STATE_INVALID'],
    ['provider-away', 'PROVIDER_UNAVAILABLE'],
  ])
    it(`finds nothing once it was over: ${end}`, async () => {
      const page = await begin()
      page.polls.push({ status: 403, body: problem(code ?? '') })
      await page.pass(20)
      assert.equal(stepOf(page.now()), `over: ${end}`)
      assert.equal(page.left().kept, null)
    })
  it('finds nothing once it was given up, and the server was told', async () => {
    const page = await begin()
    page.phone.close()
    await page.settle()
    assert.deepEqual(page.cancelled(), [{ ticket }])
    const next = reload(page.left())
    await next.load()
    await next.pass(300)
    assert.deepEqual([next.now(), next.asked], [undefined, []])
  })
  it('whose request is taken up by a new one gives the old one up', async () => {
    const before = await begin()
    const page = reload(before.left())
    await page.load()
    page.phone.open()
    await page.settle()
    assert.deepEqual(page.cancelled(), [{ ticket }])
    assert.equal(stepOf(page.now()), 'typing')
  })
})

describe('giving up', () => {
  it('asks no more', async () => {
    const { phone, begins, now, pass, polledAt } = world()
    begins.push({ status: 200, body: begun })
    await phone.begin('899700075122')
    phone.close()
    await pass(300)
    assert.deepEqual(polledAt(), [])
    assert.equal(now(), null)
  })
  it('while the answer is on its way: a session that came is entered, anything else is nothing', async () => {
    for (const [body, isIn] of [
      [{ state: 'signed-in', session }, true],
      [pending, false],
    ] as const) {
      const { phone, begins, polls, now, pass, entered, hold, settle } = world()
      begins.push({ status: 200, body: begun })
      polls.push({ status: 200, body })
      await phone.begin('899700075122')
      const release = hold()
      await pass(5)
      phone.close()
      release()
      await settle()
      assert.equal(entered.length, isIn ? 1 : 0)
      assert.equal(now(), null)
      await pass(300)
      assert.equal(entered.length, isIn ? 1 : 0)
    }
  })
  it('and beginning again with another number: the first one’s answer does not show', async () => {
    const { phone, begins, now, hold, settle } = world()
    begins.push({ status: 200, body: { ...begun, bindingMessage: '11' } })
    const release = hold()
    const first = phone.begin('899700075122')
    await settle()
    phone.open()
    release()
    await first
    assert.deepEqual(now(), { step: 'typing', typed: '899700075122', fault: null })
  })
  it('pressing twice rings once', async () => {
    const { phone, begins, asked } = world()
    begins.push({ status: 200, body: begun }, { status: 200, body: begun })
    await Promise.all([phone.begin('899700075122'), phone.begin('899700075122')])
    assert.equal(asked.length, 1)
  })
})

describe('the waiting room on the way to the phone', () => {
  it('is waited in; in turn the number is still there, and the phone rings when one says so', async () => {
    const { phone, begins, now, asked, arrive } = world()
    arrive('waiting')
    await phone.begin('99700075122')
    assert.deepEqual(now(), { step: 'queued', typed: '99700075122' })
    assert.deepEqual(asked, [])
    phone.open()
    assert.deepEqual(now(), { step: 'typing', typed: '99700075122', fault: null })
    begins.push({ status: 200, body: begun })
    await phone.begin('99700075122')
    assert.equal(stepOf(now()), 'confirming')
  })
  it('that closes between two questions is waited in all the same', async () => {
    const { phone, begins, now, arrive } = world()
    arrive('open', 'waiting')
    begins.push({ status: 503, body: problem('SIGN_IN_WAITS', { retryAfterSeconds: 9 }) })
    await phone.begin('899700075122')
    assert.equal(stepOf(now()), 'queued')
  })
  it('that cannot be asked says so, with the time to come back', async () => {
    const { phone, now, arrive } = world()
    arrive('full')
    await phone.begin('899700075122')
    const over = now()
    assert.ok(over?.step === 'over')
    assert.deepEqual([over.end, over.retryAt], ['failed', new Date(40_000)])
  })
})
