import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { issueBooklet } from '@sidep/continuity'
import { routes, type ScreeningEntry } from '@sidep/contracts'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { type DeviceKey, deviceKeyOf, makeDevicePair } from '../shared/device/device-key.ts'
import { memoryVault, type Vault } from '../shared/storage/index.ts'
import {
  acknowledged,
  heldIn,
  id,
  offline,
  post,
  problem,
  type Reply,
  reconciled,
  requestsOf,
  resultPost,
  session,
  tabOf,
  world,
} from './counter-testing.ts'
import { rowsOf } from './lists/rows.ts'
import type { TabDraft } from './session/tab-draft.ts'
import type { WaitingRequests } from './session/waiting-request.ts'
import { isRecordedHere, ownEntries } from './state.ts'
import { sampleEntry, sampleInput, sampleOwner } from './testing.ts'

/** WebCrypto answers from threads of its own, at its own time. */
const until = async (condition: () => boolean): Promise<void> => {
  const giveUpAt = performance.now() + 5_000
  while (!condition()) {
    if (performance.now() > giveUpAt) throw new Error('this did not happen')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('recording a screening', () => {
  it('is acknowledged, shown at once, and leaves nothing in storage', async () => {
    const { counter, replies, start, vault } = world()
    replies.set(post, acknowledged())
    await start()
    const outcome = await counter.record(sampleInput(id))
    assert.equal(outcome.kind, 'acknowledged')
    const { entries } = counter.store.get()
    assert.deepEqual(
      rowsOf(entries, heldIn(counter)).map(({ state }) => state),
      ['waiting'],
    )
    assert.deepEqual(await vault.entries('outbox/'), [])
    // A draft of it that the page left on the device is no draft any more.
    const after = world(vault)
    await after.counter.open()
    assert.equal(isRecordedHere(after.counter.store.get(), id), true)
  })
  it('without a network is kept, survives a reload, and goes out once, under the same id', async () => {
    const before = world()
    before.replies.set(post, offline)
    await before.start()
    assert.equal((await before.counter.record(sampleInput(id))).kind, 'queued')
    assert.equal((await before.vault.entries('outbox/')).length, 1)
    assert.equal(isRecordedHere(before.counter.store.get(), id), true)
    before.counter.stop()

    const after = world(before.vault)
    after.replies.set(post, acknowledged())
    await after.start()
    assert.deepEqual(after.sent(), [sampleInput(id)])
    assert.deepEqual(after.counter.store.get().outbox.entries, [])
    assert.deepEqual(await after.vault.entries('outbox/'), [])
  })
  it('refused for a field comes back to the form and does not stay in the outbox', async () => {
    const { counter, replies, start, vault } = world()
    replies.set(
      post,
      problem(422, 'REQUEST_INVALID', { faults: [{ pointer: '/device', code: 'DEVICE_UNKNOWN' }] }),
    )
    await start()
    const outcome = await counter.record(sampleInput(id))
    assert.ok(outcome.kind === 'refused')
    assert.equal(isRecordedHere(counter.store.get(), id), false)
    assert.deepEqual(outcome.refusal.faults, [{ pointer: '/device', code: 'DEVICE_UNKNOWN' }])
    assert.deepEqual(await vault.entries('outbox/'), [])
  })
  it('queued and then refused stays, with its faults, until a person takes it back', async () => {
    const { counter, replies, start, pass, vault } = world()
    replies.set(post, offline)
    await start()
    await counter.record(sampleInput(id))
    const faults = [{ pointer: '/device', code: 'DEVICE_UNKNOWN' }]
    const line = { id, status: 'refused', code: 'REQUEST_INVALID', faults }
    replies.set(`POST ${routes.reconciliations}`, {
      status: 200,
      body: { lines: [line], retryAfterSeconds: null },
    })
    await pass(60)
    const [entry] = heldIn(counter)
    assert.deepEqual(entry?.refusal, { code: 'REQUEST_INVALID', faults })
    // It is to be typed again.
    assert.equal(isRecordedHere(counter.store.get(), id), false)
    assert.equal((await vault.entries('outbox/')).length, 1)
    await counter.takeBack(id)
    assert.deepEqual(await vault.entries('outbox/'), [])
  })
})

describe('a server that asks for patience', () => {
  it('is not asked again before the time it said, by nobody and for nothing', async () => {
    const { counter, replies, requests, start, pass } = world()
    replies.set(post, { ...problem(503, 'UNAVAILABLE'), retryAfter: '120' })
    await start()
    assert.equal((await counter.record(sampleInput(id))).kind, 'queued')
    const asked = requests.length
    counter.refresh()
    const second = await counter.record({ ...sampleInput(id), id: id.replace(/1$/, '2') })
    assert.deepEqual(second, { kind: 'queued', error: null })
    await pass(119)
    assert.equal(requests.length, asked)
    replies.set(post, acknowledged())
    await pass(65)
    assert.deepEqual(heldIn(counter), [])
  })
  it('is not asked sooner for what waits by a page that is loaded again', async () => {
    const before = world()
    before.replies.set(post, { ...problem(503, 'UNAVAILABLE'), retryAfter: '120' })
    await before.start()
    assert.equal((await before.counter.record(sampleInput(id))).kind, 'queued')
    before.counter.stop()

    const after = world(before.vault)
    await after.start()
    await after.pass(119)
    assert.deepEqual(after.sent(), [])
    await after.pass(65)
    assert.deepEqual(after.sent(), [sampleInput(id)])
    assert.deepEqual(heldIn(after.counter), [])
  })
  it('is not asked sooner because it answers what was asked before', async () => {
    const { counter, hold, replies, requests, settle, start, pass } = world()
    const release = hold(`GET ${routes.screenings}`)
    await start()
    replies.set(post, { ...problem(503, 'UNAVAILABLE'), retryAfter: '120' })
    assert.equal((await counter.record(sampleInput(id))).kind, 'queued')
    const asked = requests.length
    release()
    await settle()
    assert.equal(counter.store.get().link.state, 'busy')
    await pass(119)
    assert.equal(requests.length, asked)
    await pass(65)
    assert.equal(counter.store.get().link.state, 'online')
    assert.deepEqual(heldIn(counter), [])
  })
})

describe('a session that ends while one types', () => {
  it('keeps the counter open and what is recorded, and sends it after the next sign-in', async () => {
    const { counter, replies, start, pass, posts } = world()
    await start()
    replies.set(post, problem(401, 'SESSION_EXPIRED'))
    replies.set(`GET ${routes.session}`, problem(401, 'SESSION_EXPIRED'))
    assert.equal((await counter.record(sampleInput(id))).kind, 'queued')
    assert.deepEqual(
      [counter.store.get().phase, counter.store.get().isSessionLost],
      ['working', true],
    )
    await pass(60)
    assert.equal(posts().length, 1)
    replies.set(post, acknowledged())
    replies.set(`GET ${routes.session}`, { status: 200, body: session })
    await pass(30)
    assert.equal(counter.store.get().isSessionLost, false)
    assert.deepEqual(heldIn(counter), [])
  })
  it('that is asked for anew because of its pace sends nothing by itself until somebody has signed in again', async () => {
    const { counter, replies, start, pass, posts } = world()
    await start()
    replies.set(post, problem(403, 'FRESH_SIGN_IN_REQUIRED'))
    assert.equal((await counter.record(sampleInput(id))).kind, 'queued')
    replies.set(post, acknowledged())
    // The portal goes on answering for the same session.
    await pass(120)
    assert.equal(posts().length, 1)
    assert.deepEqual(
      [counter.store.get().phase, counter.store.get().isSessionLost, heldIn(counter).length],
      ['working', true, 1],
    )
    const again = { ...session, signedInAt: '2026-11-23T14:02:00Z' }
    replies.set(`GET ${routes.session}`, { status: 200, body: again })
    await pass(30)
    assert.equal(counter.store.get().isSessionLost, false)
    assert.deepEqual(heldIn(counter), [])
  })
  it('of somebody else is not used to send', async () => {
    const { counter, replies, start, pass, posts } = world()
    await start()
    replies.set(post, problem(401, 'SESSION_EXPIRED'))
    await counter.record(sampleInput(id))
    const other = { ...session, professional: { ...session.professional, id: '899700075130' } }
    replies.set(`GET ${routes.session}`, { status: 200, body: other })
    replies.set(post, acknowledged())
    await pass(60)
    assert.equal(posts().length, 1)
    assert.equal(heldIn(counter).length, 1)
  })
})

describe('a session bound to this device', () => {
  const bound = (device: DeviceKey, renewBy: string, extra: object = {}): Reply => ({
    status: 200,
    body: {
      ...session,
      sessionId: 'one',
      device: device.thumbprint,
      renewBy,
      serverTime: '2026-11-23T14:00:00Z',
      ...extra,
    },
  })
  const renewal = `POST ${routes.sessionRenewal}`
  const open = async (vault = memoryVault(true)) => {
    const device = await deviceKeyOf(await makeDevicePair())
    const counter = world(vault, device)
    counter.replies.set(`GET ${routes.session}`, bound(device, '2026-11-23T14:20:00Z'))
    counter.replies.set(`GET ${routes.sessionRenewal}`, {
      status: 200,
      body: { sessionId: 'one', serverTime: '2026-11-23T14:00:00Z' },
    })
    return { ...counter, device }
  }
  it('is renewed before anybody notices', async () => {
    const { replies, device, start, pass, posts, counter } = await open()
    replies.set(renewal, bound(device, '2026-11-23T14:32:00Z'))
    await start()
    await pass(13 * 60)
    await until(() => counter.store.get().session?.renewBy === '2026-11-23T14:32:00Z')
    assert.deepEqual(
      posts().map(({ path }) => path),
      [routes.sessionRenewal],
    )
  })
  it('due after a night is confirmed before anything else is sent, and nothing is lost', async () => {
    const { replies, device, start, counter, posts } = await open()
    replies.set(renewal, bound(device, '2026-11-23T14:32:00Z', { extended: true }))
    await start()
    replies.set(post, problem(401, 'SESSION_RENEWAL_DUE'))
    const recording = counter.record(sampleInput(id))
    replies.set(`GET ${routes.screenings}`, problem(500, 'INTERNAL'))
    assert.equal((await recording).kind, 'queued')
    replies.set(post, acknowledged())
    await until(() => heldIn(counter).length === 0)
    assert.deepEqual(
      posts().map(({ path }) => path),
      [routes.screenings, routes.sessionRenewal, routes.reconciliations],
    )
    const { isSessionLost, isRenewalDue, session: shown } = counter.store.get()
    assert.deepEqual([isSessionLost, isRenewalDue], [false, false])
    assert.equal(shown?.extended, true)
  })
  it('due, with a server that asks for patience, waits as told and says so', async () => {
    const { replies, start, counter, requests, pass, device } = await open()
    await start()
    replies.set(post, problem(401, 'SESSION_RENEWAL_DUE'))
    replies.set(renewal, { ...problem(503, 'UNAVAILABLE'), retryAfter: '120' })
    await counter.record(sampleInput(id))
    await until(() => counter.store.get().link.state === 'busy')
    const { link, isRenewalDue, isSessionLost } = counter.store.get()
    assert.deepEqual([link.state, isRenewalDue, isSessionLost], ['busy', true, false])
    const asked = requests.length
    counter.refresh()
    await pass(119)
    assert.equal(requests.length, asked)
    replies.set(renewal, bound(device, '2026-11-23T14:32:00Z'))
    replies.set(post, acknowledged())
    await pass(10)
    await until(() => heldIn(counter).length === 0)
  })
  it('a page opened after its end is carried on without signing in', async () => {
    const { replies, device, start, counter } = await open()
    replies.set(`GET ${routes.session}`, problem(401, 'SESSION_RENEWAL_DUE'))
    replies.set(renewal, bound(device, '2026-11-23T14:32:00Z'))
    await start()
    await until(() => counter.store.get().phase === 'working')
  })
  it('revoked asks for a sign-in, says why, and keeps what was recorded', async () => {
    const { replies, start, counter } = await open()
    await start()
    replies.set(post, problem(401, 'SESSION_RENEWAL_DUE'))
    replies.set(renewal, problem(401, 'SESSION_REVOKED'))
    await counter.record(sampleInput(id))
    await until(() => counter.store.get().isSessionLost)
    const { phase, isSessionLost, sessionEnd } = counter.store.get()
    assert.deepEqual(
      [phase, isSessionLost, sessionEnd, heldIn(counter).length],
      ['working', true, 'SESSION_REVOKED', 1],
    )
  })
  it('closed from elsewhere, perhaps because this device is lost, it shows no list of people any more; unsent work stays', async () => {
    const { replies, settle, pass, vault, counter, start } = world()
    const waiting = [sampleEntry('018f2f3e-0000-7000-8000-0000000000ff')]
    replies.set(`GET ${routes.screenings}`, {
      status: 200,
      body: { screenings: waiting, truncated: false },
    })
    const batch = `POST ${routes.reconciliations}`
    replies.set(post, offline)
    replies.set(batch, offline)
    await start()
    await pass(1)
    assert.equal(counter.store.get().entries.length, 1)
    await counter.protect({ kind: 'code', code: 'éléphant de mer' })
    await counter.record(sampleInput(id))
    const revoked = problem(401, 'SESSION_REVOKED')
    for (const path of [routes.screenings, routes.session]) replies.set(`GET ${path}`, revoked)
    for (const sending of [post, batch]) replies.set(sending, revoked)
    await pass(30)
    await until(() => counter.store.get().lock !== 'open')
    await settle()
    const { entries, areListsKnown, sessionEnd, phase, lock } = counter.store.get()
    assert.deepEqual(
      [entries, areListsKnown, sessionEnd, phase, lock],
      [[], false, 'SESSION_REVOKED', 'working', 'locked'],
    )
    assert.deepEqual(await vault.entries('cache/lists'), [])
    assert.equal((await vault.entries('outbox/')).length, 1)
    assert.equal(heldIn(counter).length, 1)
  })
})

describe('a page loaded again while a sign-in waits on the phone', () => {
  const waiting = (): WaitingRequests =>
    requestsOf({
      ticket: 't'.repeat(32),
      typed: '99700075122',
      digits: '42',
      endsAt: Date.parse('2026-11-23T14:02:00Z'),
      pollAt: Date.parse('2026-11-23T14:00:04Z'),
    })
  const asks = `POST ${routes.loginEcpsBackchannelPoll}`
  const tabWith = (requests: WaitingRequests) => world(memoryVault(true), null, tabOf(), requests)

  it('shows it again without beginning another, and enters when it is confirmed', async () => {
    const kept = waiting()
    const { replies, start, pass, counter, requests } = tabWith(kept)
    replies.set(`GET ${routes.session}`, problem(401, 'SESSION_MISSING'))
    replies.set(asks, { status: 200, body: { state: 'signed-in', session } })
    await start()
    assert.equal(counter.store.get().phone?.step, 'confirming')
    await pass(5)
    assert.equal(counter.store.get().phase, 'working')
    assert.equal(kept.get(), null)
    const begun = requests.filter(({ path }) => path === routes.loginEcpsBackchannel)
    assert.deepEqual(begun, [])
  })
  it('whose answer had come meanwhile is signed in, and the request is given up', async () => {
    const kept = waiting()
    const { start, counter, requests } = tabWith(kept)
    await start()
    assert.deepEqual([counter.store.get().phase, counter.store.get().phone], ['working', null])
    assert.equal(kept.get(), null)
    assert.ok(requests.some(({ path }) => path === routes.loginEcpsBackchannelCancellation))
  })
  it('goes on with it although nobody answers yet', async () => {
    const { replies, start, pass, counter } = tabWith(waiting())
    for (const path of [routes.session, routes.doors]) replies.set(`GET ${path}`, offline)
    replies.set(asks, offline)
    await start()
    assert.equal(counter.store.get().phone?.step, 'confirming')
    replies.set(`GET ${routes.session}`, { status: 200, body: session })
    replies.set(asks, { status: 200, body: { state: 'signed-in', session } })
    await pass(40)
    assert.equal(counter.store.get().phase, 'working')
  })
})

describe('the waiting room', () => {
  const place = (changes: object = {}): Reply => ({
    status: 200,
    body: {
      state: 'waiting',
      hasTicket: true,
      position: 812,
      waitSeconds: 170,
      pollAfterSeconds: 20,
      ...changes,
    },
  })
  const admitted = place({ state: 'admitted', position: 0, waitSeconds: 0, pollAfterSeconds: 5 })
  const asks = `GET ${routes.waitingRoom}`
  const signedOut = (vault?: Vault, tab?: TabDraft) => {
    const browser = world(vault, null, tab)
    browser.replies.set(`GET ${routes.session}`, problem(401, 'SESSION_MISSING'))
    browser.replies.set(asks, place({ state: 'open', hasTicket: false, waitSeconds: 0 }))
    browser.replies.set(`POST ${routes.waitingRoom}`, place())
    return browser
  }
  const questions = ({ requests }: ReturnType<typeof world>): number =>
    requests.filter(({ method, path }) => method === 'GET' && path === routes.waitingRoom).length

  it('lets one type meanwhile, and sends it in the name of who signs in from this tab', async () => {
    const tab = tabOf()
    const before = signedOut(undefined, tab)
    await before.start()
    assert.deepEqual(await before.counter.arrive('ecps'), { kind: 'waiting' })
    assert.deepEqual(before.counter.store.get().room, {
      door: 'ecps',
      waitSeconds: 170,
      position: 812,
      isTurn: false,
    })
    assert.equal((await before.counter.record(sampleInput(id))).kind, 'queued')
    const row = rowsOf([], heldIn(before.counter))[0]
    assert.ok(row)
    assert.equal((await before.counter.setResult(row, 'negative')).kind, 'queued')
    before.replies.set(asks, admitted)
    await before.pass(21)
    assert.equal(before.counter.store.get().room?.isTurn, true)
    assert.deepEqual(
      before.posts().map(({ path }) => path),
      [routes.waitingRoom],
    )
    before.counter.stop()

    const after = world(before.vault, null, tab)
    await after.start()
    await after.pass(1)
    assert.deepEqual(
      after.sent().map(({ id, result }) => [id, result]),
      [[id, 'negative']],
    )
    const { anonymousDraft } = after.counter.store.get()
    assert.deepEqual([heldIn(after.counter), anonymousDraft, tab.get()], [[], null, null])
  })
  it('asks no sooner than the server paces, errors included', async () => {
    const browser = signedOut()
    await browser.start()
    await browser.counter.arrive('card')
    const asked = questions(browser)
    browser.replies.set(asks, { ...problem(503, 'UNAVAILABLE'), retryAfter: '90' })
    await browser.pass(19)
    assert.equal(questions(browser), asked)
    await browser.pass(2)
    assert.equal(questions(browser), asked + 1)
    browser.replies.set(asks, place({ waitSeconds: 60 }))
    await browser.pass(88)
    assert.equal(questions(browser), asked + 1)
    await browser.pass(20)
    assert.equal(questions(browser), asked + 2)
    assert.equal(browser.counter.store.get().room?.waitSeconds, 60)
  })
  it('is gone back to after a reload, with what was typed', async () => {
    const tab = tabOf()
    const before = signedOut(undefined, tab)
    await before.start()
    await before.counter.arrive('ecps')
    await before.counter.record(sampleInput(id))
    before.counter.stop()
    const after = signedOut(before.vault, tab)
    after.replies.set(asks, place())
    await after.start()
    const state = after.counter.store.get()
    assert.equal(state.room?.waitSeconds, 170)
    assert.deepEqual(
      ownEntries(state).map((entry) => entry.id),
      [id],
    )
  })
  it('full, or a server that asks for patience, is said with its time', async () => {
    const browser = signedOut()
    browser.replies.set(`POST ${routes.waitingRoom}`, {
      ...problem(429, 'WAITING_ROOM_FULL'),
      retryAfter: '45',
    })
    await browser.start()
    const arrival = await browser.counter.arrive('ecps')
    assert.ok(arrival.kind === 'failed' && arrival.error.kind === 'problem')
    assert.equal(arrival.error.retryAfterSeconds, 45)
  })
  it('leaves what was typed in another tab to its author, who has to say so', async () => {
    const before = signedOut()
    await before.start()
    await before.counter.arrive('ecps')
    await before.counter.record(sampleInput(id))
    before.counter.stop()

    const other = world(before.vault)
    other.replies.set(post, acknowledged())
    await other.start()
    await other.pass(60)
    assert.deepEqual(other.posts(), [])
    assert.deepEqual(ownEntries(other.counter.store.get()), [])
    await other.counter.claim()
    await other.settle()
    assert.deepEqual(heldIn(other.counter), [])
    assert.equal(other.posts().length, 1)
  })
})

describe('a result', () => {
  it('of a screening still unsent goes with it, and the lists bring the certificate', async () => {
    const { counter, replies, start, pass, posts } = world()
    replies.set(post, offline)
    await start()
    await counter.record(sampleInput(id))
    const row = rowsOf([], heldIn(counter))[0]
    assert.ok(row)
    assert.equal((await counter.setResult(row, 'negative')).kind, 'queued')
    replies.set(`POST ${routes.reconciliations}`, (batch) => {
      const done: ScreeningEntry = { ...sampleEntry(id), state: 'final', result: 'negative' }
      replies.set(`GET ${routes.screenings}`, {
        status: 200,
        body: { screenings: [done], truncated: false },
      })
      return reconciled(batch)
    })
    await pass(60)
    assert.equal(posts().at(-1)?.path, routes.reconciliations)
    const { entries, outbox } = counter.store.get()
    assert.deepEqual(outbox.entries, [])
    assert.deepEqual(
      rowsOf(entries, heldIn(counter)).map(({ state, result }) => [state, result]),
      [['final', 'negative']],
    )
  })
  it('of what the portal has waiting is one quick request; not answered, it goes whole in a batch', async () => {
    const { counter, replies, start, pass, posts, sent } = world()
    const waiting = sampleEntry(id)
    replies.set(`GET ${routes.screenings}`, {
      status: 200,
      body: { screenings: [waiting], truncated: false },
    })
    replies.set(resultPost, offline)
    await start()
    await pass(1)
    const [row] = rowsOf(counter.store.get().entries, [])
    assert.ok(row)
    assert.equal((await counter.setResult(row, 'negative')).kind, 'queued')
    assert.equal(posts()[0]?.path, routes.screeningResult.replace(':id', id))
    await pass(60)
    const [input] = sent()
    assert.deepEqual(
      [input?.id, input?.person, input?.device, input?.sampledAt, input?.result],
      [id, waiting.person, waiting.device, waiting.sampledAt, 'negative'],
    )
  })
})

describe('without a server', () => {
  it('a reload shows the day as it was, as long as the session lasts', async () => {
    const before = world()
    const entry: ScreeningEntry = sampleEntry(id)
    before.replies.set(`GET ${routes.screenings}`, {
      status: 200,
      body: { screenings: [entry], truncated: false },
    })
    await before.start()
    await before.pass(1)
    before.counter.stop()

    const after = world(before.vault)
    after.portal.faults.list = [{ kind: 'unreachable', on: 'everything' }]
    await after.start()
    const { phase, link, entries } = after.counter.store.get()
    assert.deepEqual([phase, link.state], ['working', 'offline'])
    assert.deepEqual(entries, [entry])
  })
  it('nobody is signed out, and signing out says that it could not be sent', async () => {
    const { counter, replies, start } = world()
    await start()
    replies.set(`DELETE ${routes.session}`, offline)
    assert.deepEqual(await counter.signOut(), { kind: 'offline' })
    assert.equal(counter.store.get().phase, 'working')
  })
})

describe('a counter whose doors are all shut', () => {
  const code = 'éléphant de mer'
  const bookletOf = async ({ counterKey }: { counterKey: { x: string; y: string } }) => {
    const [x, y] = [base64ToBytes(counterKey.x), base64ToBytes(counterKey.y)]
    const site = parseFiness('750712184')
    const professional = parseProfessionalId(sampleOwner.professionalId)
    assert.ok(x.ok && y.ok && site.ok && professional.ok)
    const notBefore = new Date('2026-11-23T14:00:00Z')
    const expiresAt = new Date('2026-11-24T14:00:00Z')
    const grant = {
      id: '0123456789abcdef',
      country: 'FR',
      authority: 'Ministère',
      siteId: site.value,
      siteName: 'Pharmacie du Port',
      professionalId: professional.value,
      maximum: 5,
      testTypes: ['LP217198-3'],
      issuedAt: notBefore,
      notBefore,
      expiresAt,
      counterKey: { x: x.value, y: y.value },
    }
    const { sign } = await deviceKeyOf(await makeDevicePair())
    const signed = await issueBooklet(grant, new Uint8Array(8), (bytes) =>
      sign(new Uint8Array(bytes)),
    )
    return {
      ...grant,
      signed: bytesToBase64(signed),
      retrievalSeed: bytesToBase64(new Uint8Array(32)),
      issuedAt: undefined,
      counterKey: undefined,
      notBefore: notBefore.toISOString(),
      expiresAt: expiresAt.toISOString(),
      renewAt: expiresAt.toISOString(),
    }
  }
  it('goes on from the booklet of who was here last, once they unlock it, and sends nothing', async () => {
    const kept: Vault = memoryVault(true)
    const site = { id: '750712184', name: 'Pharmacie du Port', postalCode: '75004' }
    const before = world(kept)
    before.replies.set(`GET ${routes.session}`, { status: 200, body: { ...session, site } })
    await before.start()
    await before.counter.protect({ kind: 'code', code })
    const asked = before.posts().find(({ path }) => path === routes.booklets)
    assert.ok(asked)
    const booklet = await bookletOf(asked.body as Parameters<typeof bookletOf>[0])
    before.replies.set(`POST ${routes.booklets}`, { status: 201, body: booklet })
    await before.pass(70)
    await until(() => before.counter.store.get().holder !== null)
    before.counter.stop()

    const after = world(kept)
    after.replies.set(`GET ${routes.session}`, problem(401, 'SESSION_EXPIRED'))
    await after.start()
    assert.deepEqual(
      [after.counter.store.get().phase, after.counter.store.get().session],
      ['signed-out', null],
    )
    assert.equal((await after.counter.goOnAlone('111222')).kind, 'wrong')
    assert.equal(after.counter.store.get().phase, 'signed-out')
    assert.equal((await after.counter.goOnAlone(code)).kind, 'open')
    const { phase, isSessionLost, lock } = after.counter.store.get()
    assert.deepEqual([phase, isSessionLost, lock], ['working', true, 'open'])
    assert.equal((await after.counter.record(sampleInput(id))).kind, 'queued')
    await after.pass(60)
    assert.deepEqual(after.posts(), [])
    assert.equal(heldIn(after.counter).length, 1)
  })
})

describe('signing out', () => {
  it('forgets the people of the day, and keeps what is still to send', async () => {
    const { counter, replies, start, vault } = world()
    replies.set(post, offline)
    replies.set(`DELETE ${routes.session}`, { status: 204 })
    await start()
    await counter.record(sampleInput(id))
    assert.equal(await counter.signOut(), null)
    assert.deepEqual([counter.store.get().phase, counter.store.get().entries], ['signed-out', []])
    assert.deepEqual(
      (await vault.entries('')).map(({ key }) => key.split('/')[0]),
      ['continuity', 'outbox', 'preferences'],
    )
    assert.equal(await vault.get('cache/lists'), undefined)
    assert.equal(await vault.get('cache/session'), undefined)
  })
})

describe('the lists', () => {
  it('are not called empty before the server, or this browser, has said what is in them', async () => {
    const { counter, hold, pass, replies, settle, start } = world()
    const release = hold(`GET ${routes.screenings}`)
    await start()
    await pass(1)
    assert.equal(counter.store.get().phase, 'working')
    assert.equal(counter.store.get().areListsKnown, false)
    release()
    await settle()
    assert.equal(counter.store.get().areListsKnown, true)
    replies.set(`DELETE ${routes.session}`, { status: 204 })
    await counter.signOut()
    assert.equal(counter.store.get().areListsKnown, false)
  })
  it('do not go back in time: an answer asked for before an own write is not shown', async () => {
    const { counter, replies, requests, start, pass, settle, hold } = world()
    replies.set(post, acknowledged())
    await start()
    await pass(1)
    const release = hold(`GET ${routes.screenings}`)
    await pass(10)
    assert.equal(requests.at(-1)?.path, `${routes.screenings}?state=waiting`)
    await counter.record(sampleInput(id))
    release()
    await settle()
    assert.deepEqual(
      counter.store.get().entries.map((entry) => entry.id),
      [id],
    )
  })
})
