/**
 * Tells the portal how this counter has fared, once the portal is there again: how long it was away, which numbers of booklets
 * were used meanwhile, which sign-ins never came back. Invariants:
 * - Nobody is in it, and it keeps nothing else waiting.
 * - A browser sends one, however many tabs it has open.
 * - What could not be told is told by the next one.
 * - A page that is closed says so, and waits for no answer: silence means that something is wrong.
 */
import { type Door, type HeartbeatInput, lostSignInsMax } from '@sidep/contracts'
import { sendHeartbeat } from '@sidep/contracts/endpoints'
import { Type } from 'typebox'
import { Check } from 'typebox/schema'
import type { ApiClient } from '../shared/api/index.ts'
import type { Vault } from '../shared/storage/index.ts'
import type { Store } from '../shared/store.ts'
import type { SignInBegun } from './session/sign-in-begun.ts'
import { type CounterState, isPortalAtHand } from './state.ts'

export interface HeartbeatDependencies {
  readonly api: Pick<ApiClient, 'ask'>
  readonly vault: Pick<Vault, 'get' | 'put'>
  readonly store: Pick<Store<CounterState>, 'get' | 'subscribe'>
  readonly signInBegun: SignInBegun
  readonly now: () => Date
  readonly random: () => number
  readonly exclusive: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** Whether the portal may be asked now. */
  readonly mayAsk: () => boolean
  /** Sends one from a page that is being closed. */
  readonly sendLast: (heartbeat: HeartbeatInput) => void
  readonly failed: (error: unknown) => void
}

export interface Heartbeat {
  /** Sends one when it is time; called now and then. */
  readonly beat: () => Promise<void>
  /** The page is being closed: nothing more is heard of it. */
  readonly leave: () => void
  readonly stop: () => void
}

const everyMilliseconds = 5 * 60_000
/** Counters that come back all at once do not tell it all at once. */
const spreadMilliseconds = 60_000
/** A restart of the portal, a network that changes: nobody was kept from anything. */
const offlineMillisecondsMin = 30_000

/** What this browser has told, and has to tell. */
const Kept = Type.Object({
  /** Milliseconds since 1970; not before. */
  nextAt: Type.Number(),
  /** Numbers that were used, by booklet, as far as the portal was told. */
  told: Type.Unsafe<Record<string, number>>({
    type: 'object',
    additionalProperties: { type: 'number' },
  }),
  lostSignIns: Type.Array(Type.Union([Type.Literal('ecps'), Type.Literal('card')])),
})
interface KeptHeartbeat {
  nextAt: number
  told: Record<string, number>
  lostSignIns: Door[]
}

const place = 'counter/heartbeat'

export const createHeartbeat = (dependencies: HeartbeatDependencies): Heartbeat => {
  const { api, vault, store, signInBegun, now, random } = dependencies
  let offlineSince: number | null = null
  let offline: { since: number; until: number } | null = null
  let isJudged = false

  const watch = (): void => {
    const { link, phase, session, isSessionLost } = store.get()
    const at = now().getTime()
    if (link.state !== 'online') offlineSince ??= at
    else if (offlineSince !== null) {
      const length = at - offlineSince
      const isLonger = offline === null || length > offline.until - offline.since
      if (length >= offlineMillisecondsMin && isLonger) offline = { since: offlineSince, until: at }
      offlineSince = null
    }
    if (isJudged || phase === 'starting') return
    isJudged = true
    const begun = signInBegun.take()
    // Somebody is signed in, or the door sent them back with a reason: it came back.
    const cameBack = (session !== null && !isSessionLost) || signInBegun.isRefused()
    if (begun !== null && !cameBack) keepLost(begun).catch(dependencies.failed)
  }
  const read = async (): Promise<KeptHeartbeat> => {
    const stored = await vault.get(place)
    if (Check(Kept, stored)) return stored
    // Computers that are switched on at opening time do not all say so at once.
    return { nextAt: now().getTime() + everyMilliseconds * random(), told: {}, lostSignIns: [] }
  }

  const exclusive = <T>(work: () => Promise<T>): Promise<T> =>
    dependencies.exclusive('sidep-counter-heartbeat', work)

  /** At once: whoever was sent nowhere by one door leaves this page for the other. */
  const keepLost = (door: Door): Promise<void> =>
    exclusive(async () => {
      const kept = await read()
      const lostSignIns = [...kept.lostSignIns, door].slice(-lostSignInsMax)
      await vault.put(place, { ...kept, lostSignIns })
    })

  const tell = async (): Promise<void> => {
    const kept = await read()
    const at = now().getTime()
    const soon = at + random() * spreadMilliseconds
    if (offline !== null && kept.nextAt > soon) kept.nextAt = soon
    if (at < kept.nextAt) return vault.put(place, kept)
    const { outbox } = store.get()
    const used = (id: string, taken: number): number => Math.max(0, taken - (kept.told[id] ?? 0))
    const body: HeartbeatInput = {
      offline:
        offline === null
          ? null
          : {
              since: new Date(offline.since).toISOString(),
              until: new Date(offline.until).toISOString(),
            },
      numbersUsed: outbox.booklets.reduce((sum, { id, taken }) => sum + used(id, taken), 0),
      waiting: outbox.entries.filter(({ stage }) => stage === 'waiting').length,
      lostSignIns: kept.lostSignIns,
    }
    const told = offline
    const answer = await api.ask(sendHeartbeat, { body })
    const asked = now().getTime()
    if (!answer.ok) {
      await vault.put(place, { ...kept, nextAt: asked + spreadMilliseconds * (1 + random()) })
      return
    }
    if (offline === told) offline = null
    await vault.put(place, {
      nextAt: asked + everyMilliseconds * (0.9 + 0.2 * random()),
      told: Object.fromEntries(outbox.booklets.map(({ id, taken }) => [id, taken])),
      lostSignIns: [],
    } satisfies KeptHeartbeat)
  }

  const stop = store.subscribe(watch)
  watch()
  let nextLookAt = 0
  return {
    beat: async () => {
      const state = store.get()
      if (state.session?.site == null || !isPortalAtHand(state) || !dependencies.mayAsk()) return
      const at = now().getTime()
      if (at < nextLookAt && offline === null) return
      nextLookAt = at + spreadMilliseconds / 2
      await exclusive(tell)
    },
    leave: () => {
      const state = store.get()
      if (state.session?.site == null || !isPortalAtHand(state)) return
      dependencies.sendLast({
        offline: null,
        numbersUsed: 0,
        waiting: 0,
        lostSignIns: [],
        leaving: true,
      })
    },
    stop,
  }
}
