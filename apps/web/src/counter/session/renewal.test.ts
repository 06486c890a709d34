import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { routes, type SessionView } from '@sidep/contracts'
import { bytesToBase64url } from '@sidep/encoding'
import { makeDeviceProofs } from '@sidep/server/login/device-proof.ts'
import { makeApiClient } from '../../shared/api/index.ts'
import { deviceKeyOf, makeDevicePair } from '../../shared/device/device-key.ts'
import { renewalProof } from '../../shared/device/renewal-proof.ts'
import { memoryVault } from '../../shared/storage/index.ts'
import { initialSession, type SessionState } from './machine/state.ts'
import { createSession } from './session.ts'
import { createMemory } from './stored.ts'

const key = await deviceKeyOf(await makeDevicePair())
const origin = 'https://portail.example'
const startedAt = Date.parse('2026-11-23T08:00:00Z')
const at = (minutes: number): string => new Date(startedAt + minutes * 60_000).toISOString()

const sessionUntil = (renewBy: string, serverTime = at(0)): SessionView => ({
  professional: { id: '899700075122', familyName: 'Le Goff', firstNames: 'Anne', profession: '21' },
  door: 'ecps',
  site: { id: '750000001', name: 'Pharmacie du Parvis', postalCode: '75004' },
  sites: [],
  signedInAt: at(0),
  expiresAt: at(720),
  sessionId: 'one',
  device: key.thumbprint,
  renewBy,
  serverTime,
})

/** Tabs of one browser, and a server that answers as told. */
const world = ({ random = 0 }: { readonly random?: number } = {}) => {
  let now = startedAt
  let answer: (count: number) => Response = () => new Response('{}', { status: 500 })
  const vault = memoryVault()
  const posts: { at: number; proof: string }[] = []
  const timers: { at: number; callback: () => void }[] = []
  const states: SessionState[] = []
  let turn: Promise<unknown> = Promise.resolve()
  const openTab = async (session: SessionView) => {
    const index = states.push(initialSession(key.thumbprint)) - 1
    const tab = createSession({
      api: makeApiClient({
        now: () => new Date(now),
        fetch: async (path, init) => {
          if (path === routes.session) return Response.json(session)
          if (init.method === 'GET')
            return Response.json({ sessionId: 'one', serverTime: new Date(now).toISOString() })
          posts.push({ at: now, proof: JSON.parse(String(init.body)).proof })
          return answer(posts.length)
        },
      }),
      device: key,
      origin,
      memory: createMemory(vault),
      sessionTabs: { announce: () => undefined, listen: () => undefined },
      requests: { get: () => null, put: () => undefined },
      exclusive: (_name, work) => {
        const mine = turn.then(work)
        turn = mine.catch(() => undefined)
        return mine
      },
      now: () => new Date(now),
      monotonic: () => now,
      random: () => random,
      randomBytes: (count) => new Uint8Array(count).fill(posts.length),
      after: (milliseconds, callback) => {
        const timer = { at: now + milliseconds, callback }
        timers.push(timer)
        return () => {
          if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1)
        }
      },
      changed: (state) => {
        states[index] = state
      },
      chosen: () => undefined,
      failed: (error) => {
        throw error
      },
    })
    tab.serve(() => undefined)
    await tab.start()
    return tab
  }
  /** Signing takes its own time on another thread: the clock stands still meanwhile. */
  const answered = async (): Promise<void> => {
    do await new Promise((resolve) => setImmediate(resolve))
    while (states.some(({ renewal }) => renewal.isUnderWay))
  }
  return {
    posts,
    openTab,
    answered,
    reply: (next: typeof answer) => {
      answer = next
    },
    ends: () => states.map(({ renewal }) => renewal.followed?.renewBy),
    planned: () => timers.map((timer) => (timer.at - startedAt) / 60_000).sort((a, b) => a - b),
    /** Moves the clock, running what is due on the way. */
    pass: async (minutes: number): Promise<void> => {
      const end = now + minutes * 60_000
      for (;;) {
        const due = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers.splice(timers.indexOf(due), 1)
        now = Math.max(now, due.at)
        due.callback()
        await answered()
      }
      now = end
    },
  }
}

const isDue = {
  ok: false,
  error: {
    kind: 'problem',
    problem: { type: '', title: '', status: 401, code: 'SESSION_RENEWAL_DUE', support: '' },
    retryAfterSeconds: null,
  },
} as const

describe('the statement of a device', () => {
  it('is one that the server takes, once, for this session and key alone', async () => {
    const proofs = makeDeviceProofs(origin, () => new Date(startedAt))
    const nonce = new Uint8Array(16).fill(1)
    const proof = await renewalProof(key, {
      origin,
      sessionId: 'one',
      at: new Date(startedAt),
      nonce,
    })
    const session = { sessionId: 'one', device: key.thumbprint }
    assert.deepEqual(await proofs.checkRenewal(proof, { ...session, sessionId: 'two' }), {
      ok: false,
      code: 'SESSION_PROOF_INVALID',
    })
    assert.deepEqual(await proofs.checkRenewal(proof, session), {
      ok: true,
      at: new Date(startedAt),
      nonce: bytesToBase64url(nonce),
    })
    assert.equal((await proofs.checkRenewal(proof, session)).ok, false)
  })
  it('is by a key that cannot be exported', async () => {
    const { privateKey } = await makeDevicePair()
    await assert.rejects(crypto.subtle.exportKey('jwk', privateKey))
  })
})

describe('a renewal', () => {
  it('comes between a half and seven tenths of the token’s life, each counter at its own time', async () => {
    for (const [random, minutes] of [
      [0, 10],
      [0.5, 12],
      [1, 14],
    ] as const) {
      const { openTab, planned } = world({ random })
      await openTab(sessionUntil(at(20)))
      assert.deepEqual(planned(), [minutes])
    }
  })
  it('of two tabs is asked for once; the other takes what it got', async () => {
    const { openTab, reply, pass, posts, ends } = world()
    reply(() => Response.json(sessionUntil(at(30), at(10))))
    await openTab(sessionUntil(at(20)))
    await openTab(sessionUntil(at(20)))
    await pass(11)
    assert.equal(posts.length, 1)
    assert.deepEqual(ends(), [at(30), at(30)])
  })
  it('that gets no answer is tried again while the token lasts and after, and never sooner than asked', async () => {
    const { openTab, reply, pass, posts, ends } = world()
    await openTab(sessionUntil(at(20)))
    reply((count) => {
      if (count === 1) throw new TypeError('no network')
      if (count === 2) return new Response('{}', { status: 503, headers: { 'retry-after': '900' } })
      return Response.json(sessionUntil(at(50), at(26)))
    })
    await pass(30)
    assert.deepEqual(
      posts.map((post) => Math.round((post.at - startedAt) / 60_000)),
      [10, 10, 25],
    )
    assert.deepEqual(ends(), [at(50)])
  })
  it('asked for because something was refused is held back too', async () => {
    const { openTab, reply, posts, answered } = world()
    const tab = await openTab(sessionUntil(at(20)))
    reply(() => new Response('{}', { status: 503, headers: { 'retry-after': '900' } }))
    tab.observe(isDue)
    await answered()
    tab.observe(isDue)
    await tab.look()
    await answered()
    assert.equal(posts.length, 1)
  })
  it('learns the server’s time again when this device’s clock was set, once', async () => {
    const { openTab, reply, posts, answered, ends } = world()
    const tab = await openTab(sessionUntil(at(20), at(5)))
    reply((count) =>
      count === 1
        ? Response.json({ code: 'SESSION_PROOF_STALE' }, { status: 409 })
        : Response.json(sessionUntil(at(30))),
    )
    tab.observe(isDue)
    await answered()
    assert.deepEqual(ends(), [at(30)])
    const issued = posts.map(
      ({ proof }) => JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString()).iat,
    )
    assert.deepEqual(issued, [startedAt / 1000 + 300, startedAt / 1000])
  })
  it('that gains nothing waits for the end of the session, when only an extension helps', async () => {
    const { openTab, reply, pass, posts } = world()
    await openTab(sessionUntil(at(20)))
    reply((count) =>
      Response.json(
        count === 1
          ? sessionUntil(at(20), at(10))
          : { ...sessionUntil(at(40), at(20)), extended: true },
      ),
    )
    await pass(21)
    assert.deepEqual(
      posts.map((post) => Math.floor((post.at - startedAt) / 60_000)),
      [10, 20],
    )
  })
  it('is not planned for a session of another device, or of none, which only a sign-in carries on', async () => {
    for (const device of [null, 'x'.repeat(43)]) {
      const { openTab, planned, posts, answered } = world()
      const tab = await openTab({ ...sessionUntil(at(20)), device })
      assert.deepEqual(planned(), [])
      tab.observe(isDue)
      await answered()
      assert.deepEqual(posts, [])
    }
  })
})
