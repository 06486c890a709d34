/**
 * The counter without its screen: session, lists, outbox. Invariants:
 * 1. What was recorded is in the outbox or acknowledged; never in neither.
 * 2. Only 401 ends a session here; a server that is silent or busy does not sign anybody out.
 * 3. A session that is due is confirmed by this device before anything else is asked for.
 * 4. The lists never go back in time: an answer asked for before our own last write is not shown.
 */
import { routes, ScreeningEntry, type ScreeningInput, SessionView, shownOf } from '@sidep/contracts'
import { rfc3339In } from '@sidep/time'
import { retryOf } from '../shared/api/index.ts'
import { watchActing } from './acting/acting-watch.ts'
import { createDesk } from './booklet/desk.ts'
import { timeHere } from './clock.ts'
import type { Counter, CounterDependencies } from './counter-interface.ts'
import { createListReader } from './lists/list-reader.ts'
import type { Row } from './lists/rows.ts'
import { createSigningKeys } from './lock/signing-keys.ts'
import type { Content, Owner } from './outbox/content.ts'
import type { Outcome } from './outbox/first-try.ts'
import { createSender } from './outbox/sender.ts'
import { createDoors } from './session/doors.ts'
import { createEntering } from './session/entering.ts'
import { createLinkWatch, isProofRefused } from './session/link-watch.ts'
import { createPhoneSignIn } from './session/phone-sign-in.ts'
import { createRenewal } from './session/renewal.ts'
import { createSeat } from './session/seat.ts'
import { isSameShown } from './session/session-tabs.ts'
import { createMemory, withRecentDevice } from './session/stored.ts'
import { createWaitingRoom } from './session/waiting-room.ts'
import { type CounterState, initialState, isSessionUsable, ownerOf } from './state.ts'
import { createStore } from './store.ts'
import { siteZoneOf } from './typing/site-zone.ts'

/** A card of another booth shows up at most this late. */
const pollMilliseconds = 10_000

export const createCounter = (dependencies: CounterDependencies): Counter => {
  const { api, vault, now, random, randomBytes, device, exclusive, after, isVisible } = dependencies
  const store = createStore<CounterState>({
    ...initialState,
    storage: vault.durable ? 'kept' : 'unavailable',
    device: device?.thumbprint ?? null,
    sitting: dependencies.sittings.get(),
    seen: dependencies.acting.get(),
  })
  const acting = watchActing(store, dependencies.acting)
  const memory = createMemory(vault)
  let cancelPoll = (): void => undefined
  let isStopped = false

  const owner = (): Owner | null => ownerOf(store.get().session)
  /** What is taken for now: the portal's time where this computer's is off. */
  const here = (): Date => timeHere(store.get().outbox, now())

  const storageFailed = (error: unknown): void => {
    // What is not kept, the vault says itself, and when it is kept again.
    console.error('STORAGE_FAILED', error)
  }

  const said = (content: Content, outcome: Outcome): Outcome => {
    const { id } = content.input
    const notKept = outcome.kind === 'not-kept' ? { id, error: outcome.error } : null
    store.set((state) => ({ ...state, notKept }))
    return outcome
  }

  /**
   * The session was ended on purpose, perhaps because this device is lost: nothing that the portal has of people stays to
   * be seen, and nothing is signed from its booklets any more. What was typed here and not sent is nowhere else, and stays.
   */
  const leaveToNobody = async (): Promise<void> => {
    keys.lock()
    await desk.endBooklets()
    store.set((state) => ({ ...state, entries: [], areListsKnown: false, isTruncated: false }))
    await memory.forgetPeople()
    await desk.readLock()
  }

  const confirmSession = (): void => {
    store.set((state) => ({ ...state, isRenewalDue: true, link: { state: 'online' } }))
    renewal.renew().then(entering.renewed).catch(storageFailed)
  }
  const link = createLinkWatch({
    store,
    now,
    random,
    confirm: device === null ? null : confirmSession,
    revoked: () => {
      leaveToNobody().catch(storageFailed)
    },
    differs: () => pollSoon(0),
  })
  const { observe, mayAsk } = link
  const doors = createDoors({ api, store, now, random, observe })
  const renewal = createRenewal({
    api,
    device,
    origin: dependencies.origin,
    memory,
    exclusive: (work) => exclusive('sidep-counter-renewal', work),
    now,
    random,
    randomBytes,
    after,
    settled: (outcome) => {
      entering.renewed(outcome).catch(storageFailed)
    },
  })
  const room = createWaitingRoom({
    api,
    random,
    after,
    changed: (place) => {
      const isNew = store.get().room === null && place !== null
      store.set((state) => ({ ...state, room: place }))
      if (!isNew) return
      seat.sitDown()
      // The list of tests is read at once: the first person is typed at once.
      pollSoon(0)
    },
  })
  const phone = createPhoneSignIn({
    api,
    requests: dependencies.requests,
    device: device?.thumbprint ?? null,
    now,
    random,
    after,
    arrive: () => room.arrive('ecps'),
    changed: (step) => {
      store.set((state) => ({ ...state, phone: step }))
      // What the page says of the doors is of before: the other one is offered by what is known now.
      if (step?.step === 'over') doors.read().catch(storageFailed)
    },
    signedIn: (session) => entering.enter(session),
  })

  const lists = createListReader({
    api,
    store,
    memory,
    here,
    observe,
    shown: () => sender.settle(),
    failed: storageFailed,
  })
  const keys = createSigningKeys({
    ...dependencies,
    exclusive: (work) => exclusive('sidep-counter-key', work),
  })
  const sender = createSender({
    ...dependencies,
    keys,
    store,
    observe,
    acknowledged: lists.acknowledged,
    reconciled: async () => {
      lists.outdate()
      if (mayAsk()) await lists.readLists()
    },
  })
  const desk = createDesk({
    api,
    driver: sender.driver,
    keys,
    memory,
    store,
    now,
    random,
    exclusive,
    mayAsk,
  })
  const seat = createSeat({
    store,
    sittings: dependencies.sittings,
    randomBytes,
    claimEntries: sender.claim,
    wake: sender.wake,
  })
  const entering = createEntering({
    api,
    store,
    memory,
    now,
    here,
    link,
    doors,
    renewal,
    room,
    phone,
    entered: dependencies.sessionTabs.announce,
    atWork: async () => {
      await seat.standUp()
      desk.lookAgain()
      await desk.readLock()
    },
    listsStartOver: lists.startOver,
    wake: sender.wake,
    pollSoon: () => pollSoon(0),
  })

  const poll = async (): Promise<void> => {
    const { phase, isSessionLost, isRenewalDue } = store.get()
    if (!mayAsk()) return
    if (isRenewalDue) await entering.renewed(await renewal.renew())
    else if (phase === 'starting' || isSessionLost) await entering.readSession()
    else if (phase === 'signed-out') await pollSignedOut()
    else if (phase === 'working') await pollWorking()
  }

  const pollSignedOut = async (): Promise<void> => {
    const { catalogue, doors: known, room: place } = store.get()
    if (known === null) await entering.readSession()
    else if (place === null && doors.areOld()) await doors.read()
    if (place !== null && catalogue === null) await lists.readCatalogue()
  }

  const pollWorking = async (): Promise<void> => {
    if (lists.isCatalogueDue()) await lists.readCatalogue()
    if (mayAsk()) await lists.readLists()
    await desk.keepBooklet()
    sender.wake()
  }

  const pollSoon = (milliseconds: number): void => {
    cancelPoll()
    if (isStopped) return
    cancelPoll = after(milliseconds, () => {
      const work = isVisible() ? poll() : desk.keepBooklet()
      work
        .then(desk.readLock)
        .catch(storageFailed)
        .finally(() => pollSoon(nextPollMilliseconds()))
    })
  }

  const nextPollMilliseconds = (): number => {
    const { link: way } = store.get()
    return way.state === 'online'
      ? pollMilliseconds
      : Math.max(way.retryAt.getTime() - now().getTime(), 500)
  }

  const rememberDevice = (device: string): void => {
    if (device === 'other') return
    const recentDevices = withRecentDevice(store.get().recentDevices, device)
    store.set((state) => ({ ...state, recentDevices }))
    memory.keepRecentDevices(recentDevices).catch(storageFailed)
  }

  const contentOf = (input: ScreeningInput, isRegistered: boolean): Content => {
    const current = owner()
    const { sitting } = store.get()
    if (current === null && sitting === null)
      throw new Error('nothing is recorded before a site is chosen, but in the waiting room')
    return {
      input,
      author: current && { professionalName: current.professionalName, siteName: current.siteName },
      sitting: current === null ? sitting : null,
      isRegistered,
    }
  }

  /** What the portal, or this counter, has of a screening, to be sent whole with its result. */
  const inputOf = ({ held, id, person, kind, disease, device, deviceName, sampledAt }: Row) =>
    held?.screening.input ?? {
      id,
      person,
      kind,
      disease,
      device,
      ...(deviceName === null ? {} : { deviceName }),
      sampledAt,
    }

  vault.watch((storage) => {
    store.set((state) => ({ ...state, storage }))
    if (storage === 'kept') sender.reload().then(sender.wake).catch(storageFailed)
  })
  dependencies.sessionTabs.listen((elsewhere) => {
    const { phase, session } = store.get()
    // Before the first reading there is nothing that could be out of date.
    if (phase === 'starting' || isStopped || isSameShown(elsewhere, shownOf(session))) return
    entering.readSession().catch(storageFailed)
  })

  return {
    store,
    open: async () => {
      const [catalogue, recentDevices, holder] = await Promise.all([
        memory.catalogue(),
        memory.recentDevices(),
        memory.holder(),
      ])
      store.set((state) => ({ ...state, catalogue, recentDevices, holder }))
      await sender.load()
      await desk.leaveSixDigits()
      await desk.readLock()
      // Reading may have found that nothing is kept.
      if (!vault.durable) store.set((state) => ({ ...state, storage: 'unavailable' }))
    },
    start: async () => {
      await entering.readSession()
      const state = store.get()
      // Who is signed in waits for no phone any more.
      if (isSessionUsable(state) && state.link.state === 'online') phone.close()
      else phone.resume()
      pollSoon(store.get().phase === 'working' ? 0 : nextPollMilliseconds())
    },
    stop: () => {
      isStopped = true
      renewal.stop()
      room.leave()
      sender.stop()
      phone.close()
      cancelPoll()
    },
    arrive: room.arrive,
    leaveRoom: () => {
      phone.close()
      room.leave()
    },
    phone,
    claim: () => seat.claim((entry) => entry.owner === null),
    chooseAgain: () =>
      // A delegation that is over leaves its person a session, to choose other work in.
      store.set((state) => ({
        ...state,
        phase: 'choose-site',
        isSessionLost: false,
        sessionEnd: null,
      })),
    acknowledgeActing: acting.acknowledge,
    chooseSite: async (siteId, delegation) => {
      const choice = { site: siteId, ...(delegation === undefined ? {} : { delegation }) }
      const answer = await api.post(routes.sessionSite, choice, SessionView)
      observe(answer)
      if (!answer.ok) return answer.error
      acting.forget()
      await entering.enter(answer.value)
      return null
    },
    signOut: async () => {
      const signed = await api.send('DELETE', routes.session, undefined, { isSigned: true })
      const isUnsignable = !signed.ok && isProofRefused(signed.error)
      // This browser lost its key, or cannot tell the time: the cookie's own end at least.
      const answer = isUnsignable ? await api.send('DELETE', routes.session) : signed
      if (!answer.ok && retryOf(answer.error) !== 'after-sign-in') {
        observe(answer)
        return answer.error
      }
      keys.lock()
      acting.forget()
      dependencies.sessionTabs.announce(null)
      await sender.signedOut()
      await desk.endBooklets()
      store.set((state) => ({
        ...state,
        entries: [],
        areListsKnown: false,
        isSessionLost: false,
        doors: null,
        lock: 'none',
      }))
      await entering.offerDoors()
      return null
    },
    record: async (input) => {
      rememberDevice(input.device)
      const content = contentOf(input, false)
      return said(content, await sender.record(content, owner()))
    },
    setResult: async (row, result) => {
      const isRegistered = row.held === null || row.held.screening.isRegistered
      const registered = inputOf(row)
      // A sample that a clock a little ahead put into the next minutes is not read before it was taken.
      const readAt = new Date(Math.max(here().getTime(), Date.parse(registered.sampledAt)))
      const resultAt = rfc3339In(readAt, siteZoneOf(store.get()))
      const input = { ...registered, result, resultAt }
      const content = contentOf(input, isRegistered)
      return said(content, await sender.readResult(content, owner()))
    },
    takeBack: sender.discard,
    reserve: async (id) => {
      const isFull = !(await sender.reserve(id))
      store.set((state) => (state.isFull === isFull ? state : { ...state, isFull }))
    },
    certify: sender.certify,
    dropDocument: sender.dropDocument,
    recorded: async (id) => {
      const path = routes.screening.replace(':id', encodeURIComponent(id))
      const answer = await api.get(path, ScreeningEntry)
      observe(answer)
      return answer
    },
    readDay: lists.readDay,
    takeResult: sender.takeResult,
    overrideResult: sender.overrideResult,
    lines: sender.lines,
    correctClock: sender.correctClock,
    contacted: sender.contacted,
    canUsePasskey: async () => (await dependencies.passkeys?.isPossible()) ?? false,
    protect: desk.protect,
    unlock: desk.unlock,
    touch: keys.touch,
    goOnAlone: (code) =>
      desk.unlockHolder(code, (holder) => {
        acting.forget()
        return entering.enterAlone(holder)
      }),
    readDoors: doors.read,
    sendAgain: async (id) => {
      const answer = await api.send(
        'POST',
        routes.screeningSend.replace(':id', encodeURIComponent(id)),
        {},
      )
      observe(answer)
      if (answer.ok) lists.lookAgain()
      return answer.ok ? null : answer.error
    },
    confirmPositive: async (id) => {
      const answer = await api.send(
        'POST',
        routes.screeningConfirmation.replace(':id', encodeURIComponent(id)),
        {},
        { isSigned: true },
      )
      observe(answer)
      if (answer.ok) pollSoon(0)
      return answer.ok ? null : answer.error
    },
    refresh: () => {
      const { link: way } = store.get()
      // Our own guess may be shortened; what the server asked may not.
      if (way.state === 'offline')
        store.set((state) => ({ ...state, link: { ...way, retryAt: now() } }))
      sender.hurry()
      pollSoon(0)
    },
  }
}
