/**
 * The counter without its screen: how its parts are put together. Invariants, each kept by the part that is named:
 * 1. What was recorded is in the outbox or acknowledged; never in neither (outbox/sender.ts).
 * 2. Only a 401 ends a session here; a server that is silent or busy does not sign anybody out (session/machine/step.ts).
 * 3. A session that is due is confirmed by this device before anything else is asked for (session/machine/step.ts).
 * 4. The lists never go back in time: an answer asked for before our own last write is not shown (lists/list-reader.ts).
 */

import { makeUuidV7 } from '@sidep/identifiers'
import { createStore } from '../shared/store.ts'
import { watchActing } from './acting/acting-watch.ts'
import { createAutonomy } from './booklet/autonomy.ts'
import { timeHere } from './clock.ts'
import type { Counter, CounterDependencies } from './counter-interface.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createListReader } from './lists/list-reader.ts'
import { createSigningKeys } from './lock/signing-keys.ts'
import { createSender } from './outbox/sender.ts'
import { createPolling } from './polling.ts'
import { createAmendments } from './record/amendments.ts'
import { createRecorded } from './recorded.ts'
import { createRecording } from './recording.ts'
import { createAnonymousDraft } from './session/anonymous-draft.ts'
import { createLeaving } from './session/leaving.ts'
import type { SessionCall } from './session/machine/events.ts'
import { createSession } from './session/session.ts'
import { createMemory } from './session/stored.ts'
import { type CounterState, initialState, showSession } from './state.ts'

export const createCounter = (dependencies: CounterDependencies): Counter => {
  const { api, vault, now, random, device, exclusive } = dependencies
  const store = createStore<CounterState>({
    ...initialState,
    storage: vault.durable ? 'kept' : 'unavailable',
    device: device?.thumbprint ?? null,
    anonymousDraft: dependencies.tabDraft.get(),
    seen: dependencies.acting.get(),
  })
  const acting = watchActing(store, dependencies.acting)
  const memory = createMemory(vault)
  /** What is taken for now: the portal's time where this computer's is off. */
  const here = (): Date => timeHere(store.get().outbox, now())
  const failed = (error: unknown): void => {
    // What is not kept, the vault says itself, and when it is kept again.
    console.error('STORAGE_FAILED', error)
  }

  const session = createSession({
    ...dependencies,
    memory,
    changed: (state) => store.set((before) => showSession(before, state)),
    chosen: acting.forget,
    failed,
  })
  const { observe, mayAsk } = session
  const lists = createListReader({ api, store, memory, here, observe, mayAsk, failed })
  const keys = createSigningKeys({
    ...dependencies,
    exclusive: (work) => exclusive('sidep-counter-key', work),
  })
  const sender = createSender({
    ...dependencies,
    keys,
    store,
    portal: session,
    acknowledged: lists.acknowledged,
    amended: lists.amended,
    reconciled: async () => {
      lists.outdate()
      if (mayAsk()) await lists.readLists()
    },
  })
  const { driver } = sender
  const autonomy = createAutonomy({
    api,
    driver,
    keys,
    memory,
    store,
    now,
    random,
    exclusive,
    mayAsk,
  })
  const draft = createAnonymousDraft({
    ...dependencies,
    store,
    claimEntries: sender.claim,
    send: sender.wake,
  })
  const leaving = createLeaving({
    api,
    store,
    session,
    memory,
    keys,
    autonomy,
    sender,
    left: acting.forget,
  })
  const heartbeat = createHeartbeat({ ...dependencies, store, mayAsk, failed })
  const polling = createPolling({
    ...dependencies,
    store,
    look: session.look,
    keepReady: autonomy.keepBooklet,
    looked: async () => {
      await autonomy.readLock()
      await heartbeat.beat()
    },
    failed,
  })
  const recording = createRecording({ store, memory, sender, here, failed })
  const amendments = createAmendments({
    store,
    sender,
    newId: () => makeUuidV7(now(), dependencies.randomBytes),
  })
  const recorded = createRecorded({
    api,
    observe,
    sentAgain: lists.lookAgain,
    // The certificate is in the list of the day, which is not read each time.
    confirmed: () => {
      lists.outdate()
      polling.soon(0)
    },
  })

  const readLists = async (): Promise<void> => {
    if (lists.isCatalogueDue()) await lists.readCatalogue()
    if (mayAsk()) await lists.readLists()
    await sender.settle()
    await autonomy.keepBooklet()
    sender.wake()
  }
  const beginWork = async (isSameSite: boolean, isAlone: boolean): Promise<void> => {
    if (!isAlone) await lists.begin(isSameSite)
    await draft.claimOwn()
    autonomy.lookAgain()
    await autonomy.readLock()
    if (isAlone) return
    sender.wake()
    polling.soon(0)
  }
  session.serve((call: SessionCall) => {
    switch (call.type) {
      case 'begin-draft':
        return draft.begin()
      case 'begin-work':
        return beginWork(call.isSameSite, call.isAlone)
      case 'read-lists':
        return readLists()
      case 'read-catalogue':
        return store.get().catalogue === null ? lists.readCatalogue() : undefined
      case 'send':
        return sender.wake()
      case 'look-soon':
        return polling.soon(0)
      case 'leave-to-nobody':
        return leaving.leaveToNobody()
    }
  })
  vault.watch((storage) => {
    store.set((state) => ({ ...state, storage }))
    if (storage === 'kept') sender.reload().then(sender.wake).catch(failed)
  })

  return {
    store,
    portal: session,
    open: async () => {
      const [catalogue, recentDevices, holder] = await Promise.all([
        memory.catalogue(),
        memory.recentDevices(),
        memory.holder(),
      ])
      store.set((state) => ({ ...state, catalogue, recentDevices, holder }))
      await sender.load()
      await autonomy.leaveSixDigits()
      await autonomy.readLock()
      // Reading may have found that nothing is kept.
      if (!vault.durable) store.set((state) => ({ ...state, storage: 'unavailable' }))
    },
    start: async () => {
      await session.start()
      polling.soon(store.get().phase === 'working' ? 0 : undefined)
    },
    stop: () => {
      session.stop()
      sender.stop()
      polling.stop()
      heartbeat.stop()
    },
    leave: heartbeat.leave,
    arrive: session.arrive,
    leaveRoom: session.leaveRoom,
    phone: session.phone,
    readDoors: session.readDoors,
    chooseSite: session.chooseSite,
    chooseAgain: session.chooseAgain,
    acknowledgeActing: acting.acknowledge,
    signOut: leaving.signOut,
    claim: draft.claimAll,
    ...recording,
    ...recorded,
    ...amendments,
    readDay: lists.readDay,
    takeBack: sender.discard,
    reserve: async (id) => {
      const isFull = !(await sender.reserve(id))
      store.set((state) => (state.isFull === isFull ? state : { ...state, isFull }))
    },
    certify: sender.certify,
    dropDocument: sender.dropDocument,
    takeResult: sender.takeResult,
    overrideResult: sender.overrideResult,
    lines: sender.lines,
    correctClock: sender.correctClock,
    contacted: sender.contacted,
    canUsePasskey: async () => (await dependencies.passkeys?.isPossible()) ?? false,
    protect: autonomy.protect,
    unlock: autonomy.unlock,
    touch: keys.touch,
    goOnAlone: (code) =>
      autonomy.unlockHolder(code, (holder) => {
        acting.forget()
        return session.goAlone(holder)
      }),
    refresh: () => {
      session.hurry()
      sender.hurry()
      polling.soon(0)
    },
  }
}
