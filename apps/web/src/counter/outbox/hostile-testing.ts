/**
 * For tests: tabs of one counter over one vault, killed at any step, before the fake portal on a network that loses and
 * doubles. All else is real but the disk and the clock.
 */

import assert from 'node:assert/strict'
import {
  bookletIdText,
  counterKeyOf,
  type HeldBooklet,
  issueBooklet,
  type Sign,
} from '@sidep/continuity'
import type { ScreeningInput } from '@sidep/contracts'
import { FakePortal, type PortalFault, portalFetch } from '@sidep/dev/portal'
import { bytesToBase64 } from '@sidep/encoding'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { certify } from '@sidep/sdk/certify'
import type { Outcome } from '@sidep/sdk/parts'
import { dayMilliseconds } from '@sidep/time'
import { type ApiClient, makeApiClient } from '../../shared/api/index.ts'
import { memoryVault, type Vault, type VaultChange } from '../../shared/storage/index.ts'
import { createStore } from '../../shared/store.ts'
import { type CounterState, initialState } from '../state.ts'
import { sampleKeys } from '../testing.ts'
import type { Content, Owner } from './content.ts'
import { createSender, type Sender } from './sender.ts'
import { loadOutbox } from './stored-outbox.ts'

const owner: Owner = {
  professionalId: '899700075122',
  professionalName: 'Anne Le Goff',
  siteId: '750712184',
  siteName: 'Pharmacie du Parvis',
}

/** What is between the tabs and the portal. */
export const networks = {
  well: [],
  down: [{ kind: 'unreachable', on: 'everything' }],
  deaf: [{ kind: 'answer-lost', on: 'everything' }],
  busy: [{ kind: 'refused', code: 'UNAVAILABLE', retryAfterSeconds: 5, on: 'everything' }],
  half: [{ kind: 'half-answered' }],
  doubling: [{ kind: 'duplicated', on: 'everything' }],
  dying: [{ kind: 'killed', afterItems: 1 }],
} as const satisfies Record<string, readonly PortalFault[]>
export type Network = keyof typeof networks
/** What becomes of a tab at its next change of the vault. */
export type Fate = 'lives' | 'dies-before' | 'dies-after'

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const pair = await crypto.subtle.generateKey(ecdsa, false, ['sign', 'verify'])
const signing: Sign = async (bytes) =>
  new Uint8Array(await crypto.subtle.sign(ecdsa, pair.privateKey, new Uint8Array(bytes)))
const counterKey = await counterKeyOf(pair.publicKey)

const session = {
  professional: {
    id: owner.professionalId,
    familyName: 'Le Goff',
    firstNames: 'Anne',
    profession: '21',
  },
  door: 'ecps' as const,
  site: { id: owner.siteId, name: owner.siteName, postalCode: '75004' },
  sites: [],
  signedInAt: '2026-11-24T08:00:00Z',
  expiresAt: '2026-11-24T20:00:00Z',
}

const catalogue = {
  kinds: [
    {
      code: 'antigen',
      dccTestType: 'LP217198-3',
      loinc: '945584',
      label: { fr: '', en: '' },
      atCounter: true,
      minutesToResult: 15,
    },
  ],
  diseases: [],
  devices: [],
}

export interface Tab {
  readonly id: string
  readonly sender: Sender
  isAlive: boolean
  fate: Fate
}

/** Never: what a tab that was killed waits for. */
const never = (): Promise<never> => new Promise(() => undefined)

/** Whether the counter has said that the screening is kept here, or recorded. */
const isPromised = (outcome: Outcome | null): boolean =>
  outcome?.kind === 'queued' || outcome?.kind === 'acknowledged'

export class HostileWorld {
  readonly #disk = memoryVault()
  readonly tabs: Tab[] = []
  /** Corrections that the counter said are kept, by their ids: the name that each gives. */
  readonly amended = new Map<string, string>()
  #amendments = 0
  /** Acknowledged to the person at the counter: on this computer, or in the portal. */
  readonly kept = new Map<string, ScreeningInput>()
  readonly shown = new Set<string>()
  readonly #portal = new FakePortal({ now: () => new Date(this.now) })
  isFull = false
  isLocked = false
  now = Date.parse('2026-11-24T14:00:00Z')
  #booklets = 0

  constructor() {
    this.#portal.isSignedIn = true
  }

  set network(network: Network) {
    this.#portal.faults.list = networks[network]
  }

  /** What the portal has, by id. */
  get recorded(): ReadonlyMap<string, ScreeningInput> {
    return this.#portal.books.inputs
  }

  /** A tab with what is stored. */
  async open(): Promise<Tab> {
    const id = `tab${this.tabs.length}`
    const tab: { isAlive: boolean; fate: Fate } = { isAlive: true, fate: 'lives' }
    const keys = sampleKeys(async () => (this.isLocked ? null : signing))
    const store = createStore<CounterState>({
      ...initialState,
      session,
      catalogue,
      phase: 'working',
    })
    const sender = createSender({
      api: this.#apiOf(tab),
      vault: this.#vaultOf(tab),
      keys,
      signingCode: async () => certify,
      store,
      tab: id,
      otherTabs: { announce: () => undefined, listen: () => undefined },
      isTabOpen: async (other) => this.tabs.some((known) => known.id === other && known.isAlive),
      now: () => new Date(this.now),
      random: () => 0.5,
      after: () => () => undefined,
      portal: { observe: () => undefined, mayAsk: () => true, resting: () => null },
      acknowledged: () => undefined,
      amended: () => undefined,
      reconciled: async () => {
        store.set((state) => ({ ...state, entries: [...this.#portal.books.screenings.values()] }))
      },
    })
    const made: Tab = Object.assign(tab, { id, sender })
    this.tabs.push(made)
    await this.#within(made, sender.load())
    return made
  }

  async aliveTab(index: number): Promise<Tab> {
    const alive = this.tabs.filter(({ isAlive }) => isAlive)
    return alive[index % Math.max(alive.length, 1)] ?? this.open()
  }

  /** Waits for some work of a tab, or for the tab's end. */
  async #within<T>(tab: Tab, work: Promise<T>): Promise<T | null> {
    let isDone = false
    const ended = work.finally(() => {
      isDone = true
    })
    const dead = (async () => {
      while (tab.isAlive && !isDone) await new Promise((resolve) => setImmediate(resolve))
      // What it still had under way before it was killed has had its time.
      return null
    })()
    return Promise.race([ended, dead])
  }

  async record(tab: Tab, input: ScreeningInput): Promise<void> {
    const { professionalName, siteName } = owner
    const content: Content = {
      input,
      author: { professionalName, siteName },
      anonymousDraft: null,
      isRegistered: false,
    }
    const outcome = await this.#within(
      tab,
      tab.sender.record(content, owner).catch(() => null),
    )
    if (isPromised(outcome)) this.kept.set(input.id, input)
    this.#look(tab)
  }

  async readResult(tab: Tab, id: string): Promise<void> {
    const known = this.kept.get(id) ?? this.recorded.get(id)
    if (known === undefined || known.result !== undefined) return
    const { professionalName, siteName } = owner
    const input: ScreeningInput = { ...known, result: 'negative' }
    const content: Content = {
      input,
      author: { professionalName, siteName },
      anonymousDraft: null,
      isRegistered: this.recorded.has(id),
    }
    const outcome = await this.#within(
      tab,
      tab.sender.readResult(content, owner).catch(() => null),
    )
    if (isPromised(outcome)) this.kept.set(id, input)
    this.#look(tab)
  }

  /** Puts the name of somebody right who was kept here, or is in the portal. */
  async correct(tab: Tab, screeningId: string, isStale: boolean): Promise<void> {
    const known = this.kept.get(screeningId) ?? this.recorded.get(screeningId)
    if (known === undefined) return
    const id = `0193590b-0000-7000-8000-${String(++this.#amendments).padStart(12, '0')}`
    const { professionalName, siteName } = owner
    const entry = this.#portal.books.screenings.get(screeningId)
    const version = entry?.change?.version ?? 1
    // Said of what the portal has, as the counter's lists do.
    const { result: _, ...rest } = known
    const result = entry === undefined ? known.result : (entry.result ?? undefined)
    const familyName = `${known.person.familyName}${'abcdefghij'[this.#amendments % 10]}`
    const content: Content = {
      input: {
        ...rest,
        person: { ...known.person, familyName },
        ...(result === undefined ? {} : { result }),
      },
      author: { professionalName, siteName },
      anonymousDraft: null,
      isRegistered: entry !== undefined,
      amendment: { act: 'correct', replaces: version + (isStale ? 1 : 0), reason: 'name' },
    }
    const outcome = await this.#within(tab, tab.sender.amend(id, content, owner))
    // What was put right in its place is the screening as it was typed from now on.
    if (outcome?.kind === 'here') this.kept.set(screeningId, content.input)
    // Killed before it said anything: it may have come to either.
    if (outcome === null) this.#perhaps.set(screeningId, content.input)
    if (outcome?.kind !== 'under-way' && outcome?.kind !== 'not-kept')
      for (const [other, of] of this.#of) if (of === screeningId) this.amended.delete(other)
    if (outcome?.kind === 'queued' || outcome?.kind === 'done') {
      this.#of.set(id, screeningId)
      this.amended.set(id, familyName)
    }
    this.#look(tab)
  }

  /** What a screening may say because somebody began to put it right. */
  readonly #perhaps = new Map<string, ScreeningInput>()
  /** Whose screening a correction is of. */
  readonly #of = new Map<string, string>()

  async certify(tab: Tab, id: string): Promise<void> {
    await this.#within(tab, tab.sender.certify(id))
    this.#look(tab)
  }

  /** Sends what is due, and waits for what comes of it. */
  async tick(tab: Tab): Promise<void> {
    await this.#within(tab, tab.sender.sendDue())
    this.#look(tab)
  }

  async giveBooklet(tab: Tab, maximum: number): Promise<void> {
    const site = parseFiness(owner.siteId)
    const professional = parseProfessionalId(owner.professionalId)
    assert.ok(site.ok && professional.ok)
    const at = Math.floor(this.now / 1000) * 1000
    const id = bookletIdText(new Uint8Array(8).fill(++this.#booklets))
    const grant = {
      id,
      country: 'FR',
      authority: 'Ministère',
      siteId: site.value,
      siteName: owner.siteName,
      professionalId: professional.value,
      maximum,
      testTypes: ['LP217198-3'],
      issuedAt: new Date(at),
      notBefore: new Date(at),
      expiresAt: new Date(at + dayMilliseconds),
      counterKey,
    }
    const signed = await issueBooklet(grant, new Uint8Array(8), signing)
    const booklet: Omit<HeldBooklet, 'taken' | 'wasted'> = {
      id,
      professionalId: owner.professionalId,
      siteId: owner.siteId,
      signed: bytesToBase64(signed),
      retrievalSeed: bytesToBase64(new Uint8Array(32)),
      testTypes: grant.testTypes,
      maximum,
      notBefore: at,
      expiresAt: at + dayMilliseconds,
    }
    const { now } = this
    await this.#within(
      tab,
      tab.sender.driver.dispatch({ type: 'booklet-taken', booklet, portalNow: at, now }),
    )
  }

  /** Whoever looks at the screen of a living tab has seen its documents. */
  #look({ isAlive, sender }: Tab): void {
    if (!isAlive) return
    for (const { document } of sender.driver.state().entries) {
      if (document?.text) this.shown.add(document.text)
    }
  }

  #vaultOf(tab: { isAlive: boolean; fate: Fate }): Vault {
    const alive = <T>(work: () => Promise<T>): Promise<T> => (tab.isAlive ? work() : never())
    return {
      durable: true,
      watch: () => undefined,
      get: (key) => alive(() => this.#disk.get(key)),
      put: (key, value) => alive(() => this.#disk.put(key, value)),
      delete: (key) => alive(() => this.#disk.delete(key)),
      entries: (...prefixes) => alive(() => this.#disk.entries(...prefixes)),
      change: (change) => alive(() => this.#change(tab, change)),
    }
  }

  async #change(
    tab: { isAlive: boolean; fate: Fate },
    change: VaultChange,
  ): Promise<'written' | 'conflict' | 'full'> {
    // Another tab may come in between reading and writing.
    await new Promise((resolve) => setImmediate(resolve))
    const { fate } = tab
    if (fate === 'dies-before') {
      tab.isAlive = false
      return never()
    }
    const places = new Set(
      (await this.#disk.entries('outbox/', 'amendment/')).map(({ key }) => key),
    )
    if (this.isFull && change.put.some(({ key }) => !places.has(key))) return 'full'
    const outcome = await this.#disk.change(change)
    if (fate === 'dies-after' && outcome === 'written') {
      tab.isAlive = false
      return never()
    }
    return outcome
  }

  #apiOf(tab: { readonly isAlive: boolean }): ApiClient {
    const reach = portalFetch(this.#portal)
    return makeApiClient({
      now: () => new Date(this.now),
      fetch: async (path, init) => {
        if (!tab.isAlive) return never()
        await new Promise((resolve) => setImmediate(resolve))
        return reach(path, init)
      },
    })
  }

  /** What must hold at every moment: nothing that was said to be kept is missing. */
  async check(): Promise<void> {
    assert.deepEqual(this.#portal.books.breaches, [])
    const stored = await loadOutbox(this.#disk)
    const here = new Map(stored.entries.map((entry) => [entry.id, entry.screening?.input]))
    for (const [id, input] of this.kept) {
      const isKept = [this.recorded.get(id), here.get(id)].some((known) =>
        this.#says(id, known, input),
      )
      assert.ok(isKept, `${id} is neither here nor in the portal`)
    }
    for (const [id, familyName] of this.amended) {
      const said = here.get(id)?.person.familyName
      const isMade = this.#portal.books.amendments.has(id)
      assert.ok(isMade || said === familyName, `the correction ${id} is neither here nor made`)
    }
  }

  #says(id: string, known: ScreeningInput | undefined, input: ScreeningInput): boolean {
    const perhaps = this.#perhaps.get(id)
    return says(known, input) || (perhaps !== undefined && says(known, perhaps))
  }

  /** All is well again: one tab, and what is here drains. */
  async recover(): Promise<void> {
    for (const tab of this.tabs) tab.isAlive = false
    this.network = 'well'
    this.isFull = false
    const tab = await this.open()
    for (let round = 0; round < 30; round++) {
      this.now += 4_000_000
      await this.tick(tab)
      // What the portal refused for good a person gives up, having read why.
      for (const { id, amends, stage } of tab.sender.driver.state().entries) {
        if (amends === null || stage !== 'refused') continue
        await this.#within(tab, tab.sender.recallAmendment(id))
        this.amended.delete(id)
      }
      await this.check()
    }
  }

  /** The books at the end: everything once, every number explained, nothing left on the disk. */
  async audit(): Promise<void> {
    for (const [id, input] of this.kept) {
      assert.ok(
        this.#says(id, this.recorded.get(id), input),
        `${id} is not in the portal as it was typed`,
      )
    }
    const { documents, wasted } = this.#portal.books
    for (const [id, familyName] of this.amended) {
      const said = this.#portal.books.amendments.get(id) ?? ''
      assert.ok(said.includes(`"${familyName}"`), `the correction ${id} was not made`)
    }
    const accounted = new Set(documents.values())
    for (const text of this.shown) assert.ok(accounted.has(text), 'a document that nobody knows of')
    for (const { id, taken } of (await loadOutbox(this.#disk)).booklets) {
      for (let number = 1; number <= taken; number++) {
        const key = `${id}/${number}`
        assert.ok(documents.has(key) !== wasted.has(key), `number ${key} is a gap, or both`)
      }
    }
    const left = await this.#disk.entries('outbox/', 'amendment/')
    assert.deepEqual(
      left.map(({ key }) => key),
      [],
    )
  }
}

/** At least what was said to be kept: a tab that was killed may have kept a result and not said so. */
const says = (known: ScreeningInput | undefined, input: ScreeningInput): boolean =>
  known?.person.familyName === input.person.familyName &&
  (input.result === undefined || known.result === input.result)
