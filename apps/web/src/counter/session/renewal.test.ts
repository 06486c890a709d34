import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SessionView } from '@sidep/contracts'
import { createDeviceProofs } from '@sidep/server/login/device-proof.ts'
import { createApiClient } from '../../shared/api/index.ts'
import { bytesToBase64url } from '../../shared/device/base64url.ts'
import { deviceKeyOf, makeDevicePair } from '../../shared/device/device-key.ts'
import { memoryVault } from '../../shared/storage/index.ts'
import { createRenewal, type RenewalOutcome } from './renewal.ts'
import { renewalProof } from './renewal-proof.ts'
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
  let settled = 0
  let turn: Promise<unknown> = Promise.resolve()
  const openTab = (device = key) => {
    const outcomes: RenewalOutcome[] = []
    const renewal = createRenewal({
      api: createApiClient({
        now: () => new Date(now),
        fetch: async (_path, init) => {
          if (init.method === 'GET')
            return Response.json({ sessionId: 'one', serverTime: new Date(now).toISOString() })
          posts.push({ at: now, proof: JSON.parse(String(init.body)).proof })
          return answer(posts.length)
        },
      }),
      device,
      origin,
      memory: createMemory(vault),
      exclusive: (work) => {
        const mine = turn.then(work)
        turn = mine.catch(() => undefined)
        return mine
      },
      now: () => new Date(now),
      random: () => random,
      randomBytes: (count) => new Uint8Array(count).fill(posts.length),
      after: (milliseconds, callback) => {
        const timer = { at: now + milliseconds, callback }
        timers.push(timer)
        return () => {
          if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1)
        }
      },
      settled: (outcome) => {
        settled += 1
        outcomes.push(outcome)
      },
    })
    return { renewal, outcomes }
  }
  return {
    posts,
    openTab,
    reply: (next: typeof answer) => {
      answer = next
    },
    minutes: () => (now - startedAt) / 60_000,
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
        // Signing takes its own time on another thread: the clock stands still meanwhile.
        const expected = settled + 1
        while (settled < expected) await new Promise((resolve) => setImmediate(resolve))
      }
      now = end
    },
  }
}

describe('the statement of a device', () => {
  it('is one that the server takes, once, for this session and key alone', async () => {
    const proofs = createDeviceProofs(origin, () => new Date(startedAt))
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
  it('comes between a half and seven tenths of the token’s life, each counter at its own time', () => {
    for (const [random, minutes] of [
      [0, 10],
      [0.5, 12],
      [1, 14],
    ] as const) {
      const { openTab, planned } = world({ random })
      openTab().renewal.follow(sessionUntil(at(20)))
      assert.deepEqual(planned(), [minutes])
    }
  })
  it('of two tabs is asked for once; the other takes what it got', async () => {
    const { openTab, reply, pass, posts } = world()
    reply(() => Response.json(sessionUntil(at(30), at(10))))
    const tabs = [openTab(), openTab()]
    for (const { renewal } of tabs) renewal.follow(sessionUntil(at(20)))
    await pass(11)
    assert.equal(posts.length, 1)
    assert.deepEqual(
      tabs.map(({ outcomes }) => outcomes.map(({ kind }) => kind)),
      [['renewed'], ['renewed']],
    )
  })
  it('that gets no answer is tried again while the token lasts and after, and never sooner than asked', async () => {
    const { openTab, reply, pass, posts } = world()
    const { renewal, outcomes } = openTab()
    renewal.follow(sessionUntil(at(20)))
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
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['later', 'later', 'renewed'],
    )
  })
  it('asked for by hand is held back too', async () => {
    const { openTab, reply, posts } = world()
    const { renewal } = openTab()
    renewal.follow(sessionUntil(at(20)))
    reply(() => new Response('{}', { status: 503, headers: { 'retry-after': '900' } }))
    await renewal.renew()
    assert.deepEqual(await renewal.renew(), { kind: 'later', error: null })
    assert.equal(posts.length, 1)
  })
  it('learns the server’s time again when this device’s clock was set, once', async () => {
    const { openTab, reply, posts } = world()
    const { renewal } = openTab()
    renewal.follow(sessionUntil(at(20), at(5)))
    reply((count) =>
      count === 1
        ? Response.json({ code: 'SESSION_PROOF_STALE' }, { status: 409 })
        : Response.json(sessionUntil(at(30))),
    )
    assert.equal((await renewal.renew()).kind, 'renewed')
    const issued = posts.map(
      ({ proof }) => JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString()).iat,
    )
    assert.deepEqual(issued, [startedAt / 1000 + 300, startedAt / 1000])
  })
  it('that gains nothing waits for the end of the session, when only an extension helps', async () => {
    const { openTab, reply, pass, posts } = world()
    const { renewal } = openTab()
    renewal.follow(sessionUntil(at(20)))
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
  it('is not planned for a session of another device, or of none', async () => {
    const { openTab, planned } = world()
    const { renewal } = openTab()
    renewal.follow({ ...sessionUntil(at(20)), device: null })
    renewal.follow({ ...sessionUntil(at(20)), sessionId: 'two', device: 'x'.repeat(43) })
    assert.deepEqual(planned(), [])
    assert.deepEqual(await renewal.renew(), { kind: 'ended', code: null })
  })
})
