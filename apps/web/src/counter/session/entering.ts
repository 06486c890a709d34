/**
 * The way into a session and out of it. A session that is due is confirmed by this device before anything else is
 * asked for; a server that is silent or busy does not sign anybody out.
 */
import { routes, SessionView, type ShownSession, shownOf } from '@sidep/contracts'
import { dayIn } from '@sidep/time'
import { type ApiClient, retryOf } from '../../shared/api/index.ts'
import type { CounterState } from '../state.ts'
import type { Store } from '../store.ts'
import { siteZoneOf } from '../typing/site-zone.ts'
import type { Doors } from './doors.ts'
import { lastDoor } from './last-door.ts'
import { codeOf, endsSession, isProblem, type LinkWatch } from './link-watch.ts'
import type { PhoneSignIn } from './phone-sign-in.ts'
import type { Renewal, RenewalOutcome } from './renewal.ts'
import type { Memory } from './stored.ts'
import type { WaitingRoom } from './waiting-room.ts'

export interface EnteringDependencies {
  readonly api: Pick<ApiClient, 'get'>
  readonly store: Store<CounterState>
  readonly memory: Pick<Memory, 'session' | 'keepSession' | 'forgetPeople' | 'lists'>
  readonly now: () => Date
  /** What is taken for now at this counter. */
  readonly here: () => Date
  readonly link: Pick<LinkWatch, 'observe' | 'after' | 'loseSession'>
  readonly doors: Doors
  readonly renewal: Pick<Renewal, 'follow' | 'renew'>
  readonly room: Pick<WaitingRoom, 'leave' | 'comeBack'>
  readonly phone: Pick<PhoneSignIn, 'close'>
  /** Somebody is shown from now on. */
  readonly entered: (shown: ShownSession | null) => void
  /** Somebody is at work: what was typed before is theirs, and their key is looked at. */
  readonly atWork: () => Promise<void>
  /** The next reading of the lists is of the whole day. */
  readonly listsStartOver: () => void
  /** What waits may be sent. */
  readonly wake: () => void
  /** Somebody waits for what the server has. */
  readonly pollSoon: () => void
}

export interface Entering {
  readonly enter: (session: SessionView) => Promise<void>
  /** Nobody is signed in, and none can: the booklet of who was here last goes on. Nothing is sent until a sign-in. */
  readonly enterAlone: (holder: SessionView) => Promise<void>
  readonly readSession: () => Promise<void>
  readonly offerDoors: () => Promise<void>
  /** What came of a renewal: the session goes on, is over, or is asked for again by itself. */
  readonly renewed: (outcome: RenewalOutcome) => Promise<void>
}

const hasSamePerson = (a: SessionView, b: SessionView): boolean =>
  a.professional.id === b.professional.id && a.operator?.id === b.operator?.id

export const createEntering = (dependencies: EnteringDependencies): Entering => {
  const { api, store, memory, here, link, doors, renewal, room, phone } = dependencies

  const enter = async (session: SessionView): Promise<void> => {
    renewal.follow(session)
    dependencies.entered(shownOf(session))
    if (store.get().room !== null) room.leave()
    if (store.get().phone !== null) phone.close()
    const isOpen = { isSessionLost: false, isRenewalDue: false, sessionEnd: null }
    if (session.site === null) {
      store.set((state) => ({ ...state, session, phase: 'choose-site', ...isOpen }))
      return
    }
    await memory.keepSession(session)
    const isSameSite = store.get().session?.site?.id === session.site.id
    const lists = isSameSite
      ? null
      : await memory.lists(session.site.id, dayIn(here(), siteZoneOf({ session, holder: null })))
    dependencies.listsStartOver()
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
    await dependencies.atWork()
    dependencies.wake()
    dependencies.pollSoon()
  }

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
    await dependencies.atWork()
  }

  const offerDoors = async (): Promise<void> => {
    renewal.follow(null)
    store.set((state) => ({ ...state, phase: 'signed-out', session: null, isRenewalDue: false }))
    await memory.forgetPeople()
    await doors.read()
    if (await room.comeBack(lastDoor() ?? 'ecps')) dependencies.pollSoon()
  }

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
        dependencies.wake()
        return
      case 'later':
        if (outcome.error !== null) {
          const after = link.after(outcome.error)
          store.set((state) => ({ ...state, link: after }))
        }
        return
      case 'ended':
        // A refusal that is not about the session leaves the token at hand its own life.
        if (isRenewalDue || endsSession(outcome.code)) link.loseSession(outcome.code)
    }
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

  const readSession = async (): Promise<void> => {
    const answer = await api.get(routes.session, SessionView)
    if (answer.ok) {
      link.observe(answer)
      const { session, sessionEnd } = store.get()
      // Too many came in under one name: the same sign-in again is not the one that was asked for.
      const isAsked = sessionEnd === 'FRESH_SIGN_IN_REQUIRED'
      if (!isAsked || session?.signedInAt !== answer.value.signedInAt) await enter(answer.value)
      return
    }
    if (isProblem(answer.error, 'SESSION_RENEWAL_DUE') && (await resume())) return
    if (retryOf(answer.error) === 'after-sign-in') {
      const wasWorking = store.get().phase === 'working'
      link.loseSession(codeOf(answer.error))
      if (!wasWorking) {
        store.set((state) => ({ ...state, isSessionLost: false }))
        await offerDoors()
      } else if (doors.areOld()) await doors.read()
      return
    }
    link.observe(answer)
    if (store.get().phase !== 'starting') return
    const remembered = await memory.session()
    if (remembered?.site && Date.parse(remembered.expiresAt) > dependencies.now().getTime())
      await enter(remembered)
    else await offerDoors()
  }

  return { enter, enterAlone, readSession, offerDoors, renewed }
}
