/** A browser for tests of the session: tabs that run the real code, and die at any moment. */
import assert from 'node:assert/strict'
import { routes, type SessionView, type ShownSession } from '@sidep/contracts'
import { listScreenings, signOut } from '@sidep/contracts/endpoints'
import { type ApiClient, makeApiClient } from '../../../shared/api/index.ts'
import {
  initialSession,
  roomOf,
  type SessionState,
  sessionOf,
  standingOf,
} from '../machine/state.ts'
import { createSession, type Session } from '../session.ts'
import type { WaitingRequest } from '../waiting-request.ts'
import { busySeconds, device, HostilePortal } from './hostile-portal.ts'

const pollMilliseconds = 10_000

/** What a tab keeps over reloads. */
interface TabStorage {
  request: WaitingRequest | null
}

interface Timer {
  readonly tab: Tab
  readonly at: number
  readonly callback: () => void
}

const isRoomQuestion = (method: string, path: string): boolean =>
  method === 'GET' && path === routes.waitingRoom
const isPhoneQuestion = (path: string): boolean => path === routes.loginEcpsBackchannelPoll

class Tab {
  readonly api: ApiClient
  readonly session: Session
  readonly storage: TabStorage
  readonly #browser: HostileBrowser
  state: SessionState = initialSession(device)
  isDead = false
  heard: (shown: ShownSession | null) => void = () => undefined
  readonly #ended = new Set<string>()
  /** Answers that said that a sign-in is needed. */
  #refusals = 0
  /** Not to be asked before, milliseconds: the room, what waits on the phone, and the portal itself. */
  #roomAt = 0
  #phoneAt = 0
  #portalAt = 0

  constructor(browser: HostileBrowser, storage: TabStorage) {
    this.#browser = browser
    this.storage = storage
    this.api = makeApiClient({
      now: () => new Date(browser.now()),
      fetch: (path, init) => this.#fetch(init.method ?? 'GET', path, init.body),
    })
    this.session = createSession({
      api: this.api,
      device: {
        thumbprint: device,
        publicKey: { crv: 'P-256', kty: 'EC', x: '', y: '' },
        sign: async () => new Uint8Array(64),
      },
      origin: 'https://portail.example',
      memory: browser.memory,
      sessionTabs: {
        announce: (shown) => browser.announce(this, shown),
        listen: (heard) => {
          this.heard = heard
        },
      },
      requests: {
        get: () => storage.request,
        put: (request) => {
          if (!this.isDead) storage.request = request
        },
      },
      exclusive: (_name, work) => browser.exclusive(this, work),
      now: () => new Date(browser.now()),
      monotonic: () => browser.monotonic(),
      random: () => 0.5,
      randomBytes: (count) => new Uint8Array(count),
      after: (milliseconds, callback) => browser.after(this, milliseconds, callback),
      changed: (state) => this.#changed(state),
      chosen: () => undefined,
      failed: browser.failed,
    })
    this.session.serve((call) => {
      if (call.type === 'read-lists') return this.#work()
      if (call.type === 'look-soon') browser.lookIn(this, 0)
      return undefined
    })
  }

  /** What a page at work asks for. */
  async #work(): Promise<void> {
    if (!this.session.mayAsk()) return
    this.session.observe(await this.api.ask(listScreenings, { query: {} }))
  }

  async #fetch(method: string, path: string, body: unknown): Promise<Response> {
    if (this.isDead) return new Promise(() => undefined)
    const at = this.#browser.monotonic()
    const isWork = path === routes.screenings
    if (isWork || path === routes.doors)
      assert.ok(at >= this.#portalAt, 'the portal is asked too soon')
    if (isWork) assert.notEqual(standingOf(this.state.way)?.kind, 'due', 'asked before confirmed')
    if (isRoomQuestion(method, path) && roomOf(this.state.way) !== null)
      assert.ok(at >= this.#roomAt, 'the room is asked too soon')
    if (isPhoneQuestion(path)) assert.ok(at >= this.#phoneAt, 'the phone is asked for too soon')
    const text = typeof body === 'string' ? body : undefined
    try {
      const response = await this.#browser.portal.fetch(method, path, text)
      if (this.isDead) return await new Promise(() => undefined)
      await this.#told(method, path, response.clone())
      return response
    } catch (error) {
      if (this.isDead) return new Promise(() => undefined)
      throw error
    }
  }

  /** What an answer asks of this tab from now on. */
  async #told(method: string, path: string, response: Response): Promise<void> {
    const at = this.#browser.monotonic()
    const body = response.status === 204 ? {} : await response.json()
    if (response.status === 401) this.#refusals += 1
    const seconds = response.status === 503 ? busySeconds : (body.pollAfterSeconds ?? 0)
    if (path === routes.waitingRoom) this.#roomAt = at + seconds * 1000
    else if (isPhoneQuestion(path) || path === routes.loginEcpsBackchannel)
      this.#phoneAt = at + seconds * 1000
    else if (response.status === 503 && method === 'GET') this.#portalAt = at + seconds * 1000
    else if (response.ok && (path === routes.session || path === routes.doors)) this.#portalAt = 0
  }

  #changed(state: SessionState): void {
    const before = standingOf(this.state.way)?.kind
    const after = standingOf(state.way)?.kind
    this.state = state
    const isOver = after === 'lost' || after === undefined
    if (before === undefined || before === 'lost' || !isOver) return
    assert.ok(this.#refusals > 0, 'a session ends though the portal did not say so')
    this.#refusals = 0
  }

  /** The portal ended the session, asked here. */
  endedHere(sessionId: string | undefined): void {
    this.#refusals += 1
    if (sessionId !== undefined) this.#ended.add(sessionId)
  }

  check(): void {
    const shown = sessionOf(this.state.way)?.sessionId
    const isEnded = shown !== undefined && this.#ended.has(shown)
    assert.ok(!isEnded, 'a session that was ended here is shown')
  }
}

class StorageRefused extends Error {}

export class HostileBrowser {
  readonly portal = new HostilePortal()
  /** How much this computer's clock says more than the portal's. */
  skewMilliseconds = 0
  /** What is to be remembered cannot be. */
  isStorageBroken = false
  tabs: Tab[] = []
  #remembered: SessionView | null = null
  #timers: Timer[] = []
  #lock: { tab: Tab; done: Promise<unknown> } | null = null
  #errors: unknown[] = []
  /** Sessions whose end the portal acknowledged to this browser. */
  readonly #ended = new Set<string>()

  readonly memory = {
    session: async () => this.#remembered,
    keepSession: async (kept: SessionView) => {
      if (this.isStorageBroken) throw new StorageRefused()
      this.#remembered = kept
    },
    forgetPeople: async () => {
      this.#remembered = null
    },
  }
  readonly failed = (error: unknown): void => {
    if (!(error instanceof StorageRefused)) this.#errors.push(error)
  }

  /** Milliseconds by a clock that only goes forward: the portal's. */
  monotonic(): number {
    return Math.round(this.portal.seconds * 1000)
  }

  now(): number {
    return this.monotonic() + this.skewMilliseconds
  }

  async open(storage: TabStorage = { request: null }): Promise<Tab> {
    const tab = new Tab(this, storage)
    this.tabs.push(tab)
    tab.session.start().catch(this.failed)
    this.lookIn(tab, pollMilliseconds)
    await this.settle()
    return tab
  }

  /** The page is gone, in the middle of whatever it did; what the tab kept is not. */
  async reload(tab: Tab): Promise<Tab> {
    tab.isDead = true
    this.tabs = this.tabs.filter((one) => one !== tab)
    this.#timers = this.#timers.filter((timer) => timer.tab !== tab)
    tab.session.stop()
    return this.open(tab.storage)
  }

  /** Ends the session as the counter does. */
  async signOut(tab: Tab): Promise<void> {
    const ending = sessionOf(tab.state.way)?.sessionId
    const end = async (): Promise<void> => {
      const answer = await tab.api.ask(signOut)
      if (!answer.ok || tab.isDead) return
      const isOver = ending !== undefined && this.portal.current()?.id !== ending
      if (isOver) this.#ended.add(ending)
      tab.endedHere(isOver ? ending : undefined)
      await tab.session.signedOut()
    }
    await this.act(end())
  }

  /** An act, whose answer may be a long time coming. */
  async act(work: Promise<unknown>): Promise<void> {
    work.catch(this.failed)
    await this.settle()
  }

  async pass(seconds: number): Promise<void> {
    const end = this.monotonic() + seconds * 1000
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== due)
      this.portal.seconds = Math.max(this.portal.seconds, due.at / 1000)
      due.callback()
      await this.settle()
    }
    this.portal.seconds = Math.max(this.portal.seconds, end / 1000)
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }

  /** The network is well again, and everybody has had time. */
  async recover(): Promise<void> {
    this.portal.network = 'well'
    this.portal.isRoomOpen = true
    this.isStorageBroken = false
    for (let round = 0; round < 3; round += 1) {
      this.portal.release()
      await this.settle()
      await this.pass(400)
    }
  }

  /** What is true at every moment. */
  check(): void {
    assert.deepEqual(this.#errors, [])
    for (const tab of this.tabs) tab.check()
  }

  /** What is true once everything has come to rest. */
  audit(): void {
    this.check()
    const current = this.portal.current()
    for (const { state } of this.tabs) {
      const { way, renewal, roomQuestion } = state
      const shown = sessionOf(way)
      const standing = standingOf(way)?.kind
      if (current === null)
        assert.ok(shown === null || standing === 'lost', `nobody is signed in, but ${way.kind}`)
      else
        assert.deepEqual(
          [shown?.sessionId, shown?.site?.id ?? null, standing],
          [current.id, current.site, 'open'],
        )
      assert.deepEqual([renewal.isUnderWay, roomQuestion.isUnderWay], [false, false])
      assert.equal(state.link.state, 'online')
    }
    const remembered = this.#remembered?.sessionId
    assert.ok(
      remembered === undefined || !this.#ended.has(remembered),
      'an ended session is remembered',
    )
  }

  announce(from: Tab, shown: ShownSession | null): void {
    for (const tab of this.tabs) if (tab !== from && !from.isDead) tab.heard(shown)
  }

  after(tab: Tab, milliseconds: number, callback: () => void): () => void {
    const timer = { tab, at: this.monotonic() + milliseconds, callback }
    if (!tab.isDead) this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  lookIn(tab: Tab, milliseconds: number): void {
    this.after(tab, milliseconds, () => {
      tab.session.look().catch(this.failed)
      this.lookIn(tab, pollMilliseconds)
    })
  }

  /** One tab at a time; a lock of a tab that is gone is free. */
  async exclusive<T>(tab: Tab, work: () => Promise<T>): Promise<T> {
    while (this.#lock !== null && !this.#lock.tab.isDead) await this.#lock.done
    const done = work()
    const lock = { tab, done: done.catch(() => undefined) }
    this.#lock = lock
    try {
      return await done
    } finally {
      if (this.#lock === lock) this.#lock = null
    }
  }
}
