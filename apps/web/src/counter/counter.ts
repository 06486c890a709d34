/**
 * The counter without its screen: session, lists, outbox. Invariants:
 * 1. What was recorded is in the outbox or acknowledged; never in neither.
 * 2. Only 401 ends a session here; a server that is silent or busy does not sign anybody out.
 * 3. A session that is due is confirmed by this device before anything else is asked for.
 * 4. The lists never go back in time: an answer asked for before our own last write is not shown.
 */
import type { AsideReason } from '@sidep/continuity'
import {
  Catalogue,
  type Door,
  DoorsView,
  type ProblemCode,
  problemRegistry,
  type Result,
  routes,
  type ScreeningAnswer,
  ScreeningEntry,
  type ScreeningInput,
  ScreeningList,
  SessionView,
} from '@sidep/contracts'
import {
  type Answer,
  type ApiClient,
  type ApiError,
  backoffMilliseconds,
  type Contact,
  retryAfterSecondsOf,
  retryOf,
} from '../shared/api/index.ts'
import { bytesToBase64url } from '../shared/device/base64url.ts'
import type { DeviceKey } from '../shared/device/device-key.ts'
import type { Vault } from '../shared/storage/index.ts'
import { localDay } from '../shared/typing/dates.ts'
import { createDesk } from './booklet/desk.ts'
import { createSigningKeys, type Unlocking } from './booklet/signing-key.ts'
import { timeHere } from './clock.ts'
import { entryOfAnswer, type Row } from './lists/rows.ts'
import {
  type Content,
  type HeldEntry,
  heldEntries,
  isOfSitting,
  type Owner,
} from './outbox/content.ts'
import type { OtherTabs } from './outbox/driver.ts'
import type { Certified } from './outbox/entry-document.ts'
import type { Outcome } from './outbox/first-try.ts'
import { createSender } from './outbox/sender.ts'
import { lastDoor } from './session/last-door.ts'
import { createPhoneSignIn, type PhoneSignIn } from './session/phone-sign-in.ts'
import { createRenewal, type RenewalOutcome } from './session/renewal.ts'
import type { Sittings } from './session/sitting.ts'
import { createMemory, withRecentDevice } from './session/stored.ts'
import { type Arrival, createWaitingRoom } from './session/waiting-room.ts'
import { type CounterState, initialState, type Link, ownerOf } from './state.ts'
import { createStore, type Store } from './store.ts'
import { rfc3339 } from './typing/times.ts'

export interface CounterNeeds {
  readonly api: ApiClient
  readonly vault: Vault
  readonly now: () => Date
  readonly random: () => number
  readonly randomBytes: (count: number) => Uint8Array
  /** What sessions opened here are bound to; null in a browser that keeps nothing. */
  readonly device: DeviceKey | null
  /** Of the portal. */
  readonly origin: string
  /** Of this tab. */
  readonly sittings: Sittings
  /** Lets one tab at a time do something of a name. */
  readonly exclusive: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** Random, of this tab, never used again. */
  readonly tab: string
  readonly otherTabs: OtherTabs
  readonly isTabOpen: (tab: string) => Promise<boolean>
  /** Rounds that make the key out of a code; a test takes fewer. */
  readonly pinIterations?: number
  readonly after: (milliseconds: number, callback: () => void) => () => void
  /** Whether somebody looks: nothing is polled for a hidden page. */
  readonly isVisible: () => boolean
}

export interface Counter {
  readonly store: Pick<Store<CounterState>, 'get' | 'subscribe'>
  /** Reads what this device keeps; before `start`. */
  readonly open: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => void
  /** On the way to a door: whether to go there now, wait, or that it cannot be said. */
  readonly arrive: (door: Door) => Promise<Arrival>
  /** Gives up waiting: back to the doors. */
  readonly leaveRoom: () => void
  /** The door without leaving the page. */
  readonly phone: PhoneSignIn
  /** What was typed here before signing in, and is nobody's yet, is mine. */
  readonly claim: () => Promise<void>
  /** At a site of one's own, or there for the professional who delegated. */
  readonly chooseSite: (siteId: string, delegation?: string) => Promise<ApiError | null>
  /** Back to the choice of site and of whom to work for, in the same session. */
  readonly chooseAgain: () => void
  readonly signOut: () => Promise<ApiError | null>
  readonly record: (input: ScreeningInput) => Promise<Outcome>
  readonly setResult: (row: Row, result: Result) => Promise<Outcome>
  /** Gives a refused entry up, or takes it back to be corrected. */
  readonly takeBack: (id: string) => Promise<void>
  /** Sends a screening on without the provisional certificate that the portal refused. */
  readonly dropDocument: (id: string) => Promise<void>
  /** What the portal has of a screening. */
  readonly recorded: (id: string) => Promise<Answer<ScreeningEntry>>
  /** Goes on with the result that another counter recorded. */
  readonly takeResult: (id: string, result: Result) => Promise<void>
  /** Puts the portal's time into an entry whose times lie in the future. */
  readonly correctClock: (id: string) => Promise<void>
  /** An answer said what time the portal has. */
  readonly contacted: (contact: Contact) => void
  /** Puts the result read here aside, for a reason that the portal keeps. */
  readonly setAside: (id: string, reason: AsideReason) => Promise<void>
  /** Keeps room for a screening that is about to be typed, before its test is taken. */
  readonly reserve: (id: string) => Promise<void>
  /** The provisional certificate of an entry that the portal does not answer for. */
  readonly certify: (id: string) => Promise<Certified>
  /** Sets the code that unlocks this counter's signature, in the place of any before. */
  readonly setPin: (pin: string) => Promise<void>
  readonly unlock: (pin: string) => Promise<Unlocking>
  /** Somebody is at the counter. */
  readonly touch: () => void
  /** Works on without a session, from the booklet of who was here last; their code is asked for. */
  readonly goOnAlone: (pin: string) => Promise<Unlocking>
  readonly sendAgain: (id: string) => Promise<ApiError | null>
  /** The network is back, the page is seen again, or a person asks: try now, if the server allows. */
  readonly refresh: () => void
}

/** A card of another booth shows up at most this late. */
const pollMilliseconds = 10_000
/** Every so many polls the whole day is read again, not only those who wait. */
const pollsPerDayRead = 6

/** A page without a session looks again at doors that are shut after so long, up to twice that at random. */
const doorMilliseconds = 30_000

const isProblem = (error: ApiError, code: ProblemCode): boolean =>
  error.kind === 'problem' && error.problem.code === code

const codeOf = (error: ApiError): ProblemCode | null =>
  error.kind === 'problem' ? error.problem.code : null

const endsSession = (code: ProblemCode | null): boolean =>
  code !== null && problemRegistry[code].retry === 'after-sign-in'

const hasSamePerson = (a: SessionView, b: SessionView): boolean =>
  a.professional.id === b.professional.id && a.operator?.id === b.operator?.id

export const createCounter = ({
  api,
  vault,
  now,
  random,
  randomBytes,
  device,
  origin,
  sittings,
  exclusive,
  tab,
  otherTabs,
  isTabOpen,
  pinIterations,
  after,
  isVisible,
}: CounterNeeds): Counter => {
  const store = createStore<CounterState>({
    ...initialState,
    isDurable: vault.durable,
    device: device?.thumbprint ?? null,
    sitting: sittings.get(),
  })
  const memory = createMemory(vault)
  let failures = 0
  let writes = 0
  let polls = 0
  let nextDoorsAt = 0
  let cancelPoll = (): void => undefined
  let isStopped = false

  const owner = (): Owner | null => ownerOf(store.get().session)
  /** What is taken for now: the portal's time where this computer's is off. */
  const here = (): Date => timeHere(store.get().outbox, now())

  const linkAfter = (error: ApiError): Link => {
    failures += 1
    const wait = backoffMilliseconds(failures, retryAfterSecondsOf(error), random)
    const retryAt = new Date(now().getTime() + wait)
    const isAnswered = error.kind === 'problem' || retryAfterSecondsOf(error) !== null
    return { state: isAnswered ? 'busy' : 'offline', error, retryAt }
  }

  /** Every answer tells something about the link and the session. */
  const observe = (answer: Answer<unknown>): void => {
    if (answer.ok || retryOf(answer.error) === 'never') {
      failures = 0
      store.set((state) =>
        state.link.state === 'online' ? state : { ...state, link: { state: 'online' } },
      )
      // The session is one of before a site was chosen: asking for it again leads to the choice.
      if (!answer.ok && isProblem(answer.error, 'SITE_NOT_CHOSEN'))
        store.set((state) => ({ ...state, isSessionLost: true }))
      return
    }
    if (retryOf(answer.error) === 'after-sign-in') {
      if (isProblem(answer.error, 'SESSION_RENEWAL_DUE') && device !== null) confirmSession()
      else loseSession(codeOf(answer.error))
      return
    }
    // A certificate that could not be signed says nothing about the way to the server.
    if (!isProblem(answer.error, 'ISSUANCE_FAILED'))
      store.set((state) => ({ ...state, link: linkAfter(answer.error) }))
  }

  const loseSession = (code: ProblemCode | null): void =>
    store.set((state) => ({
      ...state,
      isSessionLost: true,
      isRenewalDue: false,
      sessionEnd: code,
      link: { state: 'online' },
    }))

  const confirmSession = (): void => {
    store.set((state) => ({ ...state, isRenewalDue: true, link: { state: 'online' } }))
    renewal.renew().then(renewed).catch(storageFailed)
  }

  /** What came of a renewal: the session goes on, is over, or is asked for again by itself. */
  const renewed = async (outcome: RenewalOutcome): Promise<void> => {
    const { session, isRenewalDue } = store.get()
    switch (outcome.kind) {
      case 'renewed':
        if (session === null) return
        if (
          session.site?.id === outcome.session.site?.id &&
          hasSamePerson(session, outcome.session)
        )
          store.set((state) => ({
            ...state,
            session: outcome.session,
            isRenewalDue: false,
            link: { state: 'online' },
          }))
        else await enter(outcome.session)
        sender.wake()
        return
      case 'later':
        if (outcome.error !== null) {
          const link = linkAfter(outcome.error)
          store.set((state) => ({ ...state, link }))
        }
        return
      case 'ended':
        // A refusal that is not about the session leaves the token at hand its own life.
        if (isRenewalDue || endsSession(outcome.code)) loseSession(outcome.code)
    }
  }

  const keepLists = async (): Promise<void> => {
    const { session, entries, isTruncated } = store.get()
    if (session?.site)
      await memory.keepLists(session.site.id, localDay(here()), entries, isTruncated)
  }

  const mergeEntries = (fresh: readonly ScreeningEntry[], isWholeDay: boolean): void =>
    store.set((state) => {
      const ids = new Set(fresh.map(({ id }) => id))
      // Waiting ones that the server no longer lists as waiting got their result at another counter:
      // the next reading of the day brings it; until then they are no longer shown as waiting.
      const kept = isWholeDay
        ? []
        : state.entries.filter((entry) => entry.state === 'final' && !ids.has(entry.id))
      const areListsKnown = state.areListsKnown || isWholeDay
      return { ...state, entries: [...kept, ...fresh], areListsKnown }
    })

  const acknowledged = (content: Content, answer: ScreeningAnswer): void => {
    writes += 1
    const known = store.get().entries.find(({ id }) => id === answer.id)
    const fresh = entryOfAnswer(content, answer, known)
    store.set((state) => ({
      ...state,
      entries: [...state.entries.filter(({ id }) => id !== fresh.id), fresh],
    }))
    keepLists().catch(storageFailed)
  }

  const storageFailed = (error: unknown): void => {
    console.error('STORAGE_FAILED', error)
    store.set((state) => ({ ...state, isDurable: false }))
  }

  const renewal = createRenewal({
    api,
    device,
    origin,
    memory,
    exclusive: (work) => exclusive('sidep-counter-renewal', work),
    now,
    random,
    randomBytes,
    after,
    settled: (outcome) => {
      renewed(outcome).catch(storageFailed)
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
      sitDown()
      // The list of tests is read at once: the first person is typed at once.
      pollSoon(0)
    },
  })
  /** From now on what is typed without a session belongs to whoever signs in from this tab. */
  const sitDown = (): void => {
    if (store.get().sitting !== null || store.get().session !== null) return
    const sitting = bytesToBase64url(randomBytes(12))
    sittings.put(sitting)
    store.set((state) => ({ ...state, sitting }))
  }
  const claim = async (isMine: (entry: HeldEntry) => boolean): Promise<void> => {
    const current = owner()
    if (current === null) return
    const mine = heldEntries(store.get().outbox.entries).filter(isMine)
    await sender.claim(
      mine.map(({ id }) => id),
      current,
    )
    sender.wake()
  }
  const standUp = async (): Promise<void> => {
    const { sitting } = store.get()
    await claim((entry) => isOfSitting(entry, sitting))
    sittings.put(null)
    store.set((state) => ({ ...state, sitting: null }))
  }

  const keys = createSigningKeys({
    vault,
    now,
    randomBytes,
    exclusive: (work) => exclusive('sidep-counter-key', work),
    ...(pinIterations === undefined ? {} : { iterations: pinIterations }),
  })
  const sender = createSender({
    api,
    vault,
    keys,
    store,
    tab,
    otherTabs,
    isTabOpen,
    now,
    random,
    after,
    observe,
    acknowledged,
    reconciled: async () => {
      writes += 1
      polls = 0
      if (mayAsk()) await readLists()
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
    mayAsk: () => mayAsk(),
  })

  const phone = createPhoneSignIn({
    api,
    device: device?.thumbprint ?? null,
    now,
    random,
    after,
    arrive: () => room.arrive('ecps'),
    changed: (step) => {
      store.set((state) => ({ ...state, phone: step }))
      // What the page says of the doors is of before: the other one is offered by what is known now.
      if (step?.step === 'over') readDoors().catch(storageFailed)
    },
    signedIn: (session) => enter(session),
  })

  const readList = async (query: string): Promise<Answer<ScreeningList>> => {
    const answer = await api.get(`${routes.screenings}?${query}`, ScreeningList)
    observe(answer)
    return answer
  }

  const readCatalogue = async (): Promise<void> => {
    const answer = await api.get(routes.catalogue, Catalogue)
    observe(answer)
    if (!answer.ok) return
    store.set((state) => ({ ...state, catalogue: answer.value }))
    await memory.keepCatalogue(answer.value)
  }

  const readLists = async (): Promise<void> => {
    const isWholeDay = polls % pollsPerDayRead === 0
    const writesBefore = writes
    const known = new Set(waitingIds())
    const waiting = await readList('state=waiting')
    if (!waiting.ok || writes !== writesBefore) return
    const listed = new Set(waiting.value.screenings.map(({ id }) => id))
    const isGone = [...known].some((id) => !listed.has(id))
    const day =
      isWholeDay || isGone ? await readList(`day=${encodeURIComponent(localDay(here()))}`) : null
    if (writes !== writesBefore || day?.ok === false) return
    if (day) store.set((state) => ({ ...state, isTruncated: day.value.truncated }))
    const done = day?.value.screenings.filter(({ id }) => !listed.has(id)) ?? []
    mergeEntries([...done, ...waiting.value.screenings], day !== null)
    polls += 1
    await sender.settle()
    await keepLists()
  }

  const waitingIds = (): string[] =>
    store
      .get()
      .entries.filter(({ state }) => state === 'waiting')
      .map(({ id }) => id)

  const readSession = async (): Promise<void> => {
    const answer = await api.get(routes.session, SessionView)
    if (answer.ok) {
      observe(answer)
      await enter(answer.value)
      return
    }
    if (isProblem(answer.error, 'SESSION_RENEWAL_DUE') && (await resume())) return
    if (retryOf(answer.error) === 'after-sign-in') {
      const wasWorking = store.get().phase === 'working'
      const sessionEnd = codeOf(answer.error)
      store.set((state) => ({
        ...state,
        isSessionLost: wasWorking,
        isRenewalDue: false,
        sessionEnd,
        link: { state: 'online' },
      }))
      if (!wasWorking) await offerDoors()
      else if (areDoorsOld()) await readDoors()
      return
    }
    observe(answer)
    if (store.get().phase !== 'starting') return
    const remembered = await memory.session()
    if (remembered?.site && Date.parse(remembered.expiresAt) > now().getTime())
      await enter(remembered)
    else await offerDoors()
  }

  /** A page loaded after the token's end: its device carries the session on. False when it is over. */
  const resume = async (): Promise<boolean> => {
    const outcome = await renewal.renew()
    if (outcome.kind === 'ended') return false
    if (outcome.kind === 'renewed') {
      await enter(outcome.session)
      return true
    }
    await renewed(outcome)
    if (store.get().phase !== 'starting') return true
    const remembered = await memory.session()
    if (remembered?.site) {
      await enter(remembered)
      store.set((state) => ({ ...state, isRenewalDue: true }))
    }
    return true
  }

  const offerDoors = async (): Promise<void> => {
    renewal.follow(null)
    store.set((state) => ({ ...state, phase: 'signed-out', session: null, isRenewalDue: false }))
    await memory.forgetPeople()
    await readDoors()
    if (await room.comeBack(lastDoor() ?? 'ecps')) pollSoon(0)
  }

  const readDoors = async (): Promise<void> => {
    nextDoorsAt = now().getTime() + doorMilliseconds * (1 + random())
    const answer = await api.get(routes.doors, DoorsView)
    observe(answer)
    if (answer.ok) store.set((state) => ({ ...state, doors: answer.value.doors }))
  }
  /** Whether a door was shut when they were last asked for, a while ago. */
  const areDoorsOld = (): boolean =>
    (store.get().doors?.some(({ state }) => state === 'down') ?? true) &&
    nextDoorsAt <= now().getTime()

  const enter = async (session: SessionView): Promise<void> => {
    renewal.follow(session)
    if (store.get().room !== null) room.leave()
    if (store.get().phone !== null) phone.close()
    const isOpen = { isSessionLost: false, isRenewalDue: false, sessionEnd: null }
    if (session.site === null) {
      store.set((state) => ({ ...state, session, phase: 'choose-site', ...isOpen }))
      return
    }
    await memory.keepSession(session)
    const isSameSite = store.get().session?.site?.id === session.site.id
    const lists = isSameSite ? null : await memory.lists(session.site.id, localDay(here()))
    polls = 0
    store.set((state) => ({
      ...state,
      session,
      phase: 'working',
      ...isOpen,
      ...(isSameSite
        ? {}
        : {
            entries: lists?.entries ?? [],
            areListsKnown: lists !== null,
            isTruncated: lists?.isTruncated ?? false,
          }),
    }))
    await standUp()
    await desk.readLock()
    sender.wake()
    pollSoon(0)
  }

  /** Nobody is signed in, and none can: the booklet of who was here last goes on. Nothing is sent until a sign-in. */
  const enterAlone = async (holder: SessionView): Promise<void> => {
    if (store.get().room !== null) room.leave()
    store.set((state) => ({
      ...state,
      session: holder,
      phase: 'working',
      isSessionLost: true,
      isRenewalDue: false,
      sessionEnd: null,
    }))
    await standUp()
    await desk.readLock()
  }

  const mayAsk = (): boolean => {
    const { link } = store.get()
    return link.state === 'online' || link.retryAt <= now()
  }

  const poll = async (): Promise<void> => {
    const { phase, isSessionLost, isRenewalDue, catalogue, doors, room } = store.get()
    if (!mayAsk()) return
    if (isRenewalDue) {
      await renewed(await renewal.renew())
      return
    }
    if (phase === 'starting' || isSessionLost) {
      await readSession()
      return
    }
    if (phase === 'signed-out' && doors === null) await readSession()
    else if (phase === 'signed-out' && room === null && areDoorsOld()) await readDoors()
    if (phase === 'signed-out' && room !== null && catalogue === null) await readCatalogue()
    if (phase !== 'working') return
    if (catalogue === null || polls % (pollsPerDayRead * 10) === 0) await readCatalogue()
    if (mayAsk()) await readLists()
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
    const { link } = store.get()
    return link.state === 'online'
      ? pollMilliseconds
      : Math.max(link.retryAt.getTime() - now().getTime(), 500)
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
    },
    start: async () => {
      await readSession()
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
    claim: () => claim((entry) => entry.owner === null),
    chooseAgain: () =>
      // A delegation that is over leaves its person a session, to choose other work in.
      store.set((state) => ({
        ...state,
        phase: 'choose-site',
        isSessionLost: false,
        sessionEnd: null,
      })),
    chooseSite: async (siteId, delegation) => {
      const choice = { site: siteId, ...(delegation === undefined ? {} : { delegation }) }
      const answer = await api.post(routes.sessionSite, choice, SessionView)
      observe(answer)
      if (!answer.ok) return answer.error
      await enter(answer.value)
      return null
    },
    signOut: async () => {
      const answer = await api.send('DELETE', routes.session)
      if (!answer.ok && retryOf(answer.error) !== 'after-sign-in') {
        observe(answer)
        return answer.error
      }
      keys.lock()
      await sender.signedOut()
      store.set((state) => ({
        ...state,
        entries: [],
        areListsKnown: false,
        isSessionLost: false,
        doors: null,
        lock: 'none',
      }))
      await offerDoors()
      return null
    },
    record: async (input) => {
      rememberDevice(input.device)
      return sender.record(contentOf(input, false), owner())
    },
    setResult: async (row, result) => {
      const isRegistered = row.held === null || row.held.screening.isRegistered
      const input = { ...inputOf(row), result, resultAt: rfc3339(here()) }
      return sender.readResult(contentOf(input, isRegistered), owner())
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
    takeResult: sender.takeResult,
    setAside: sender.setAside,
    correctClock: sender.correctClock,
    contacted: sender.contacted,
    setPin: desk.setPin,
    unlock: desk.unlock,
    touch: keys.touch,
    goOnAlone: (pin) => desk.unlockHolder(pin, enterAlone),
    sendAgain: async (id) => {
      const answer = await api.send(
        'POST',
        routes.screeningSend.replace(':id', encodeURIComponent(id)),
        {},
      )
      observe(answer)
      return answer.ok ? null : answer.error
    },
    refresh: () => {
      const { link } = store.get()
      // Our own guess may be shortened; what the server asked may not.
      if (link.state === 'offline')
        store.set((state) => ({ ...state, link: { ...link, retryAt: now() } }))
      sender.hurry()
      pollSoon(0)
    },
  }
}
