import { emptyOutbox, type OutboxState } from '@sidep/continuity'
import type { Catalogue, ScreeningEntry, SessionView } from '@sidep/contracts'
import type { ApiError } from '../shared/api/index.ts'
import type { StorageHealth } from '../shared/storage/index.ts'
import type { Acting } from './acting/acting-for.ts'
import type { AmendedEntry } from './lists/rows.ts'
import type { LockKind, LockState } from './lock/signing-keys.ts'
import {
  type Content,
  type HeldAmendment,
  type HeldEntry,
  heldAmendments,
  heldEntries,
  isOfAnonymousDraft,
  isOwnedBy,
  type Owner,
} from './outbox/content.ts'
import { type SessionSnapshot, snapshotOf } from './session/machine/snapshot.ts'
import { initialSession, type SessionState } from './session/machine/state.ts'

export interface CounterState extends SessionSnapshot {
  /** Whom this tab acts for, as whoever works in it last saw; null before anybody is at work. */
  readonly seen: Acting | null
  /** Whose booklet this counter has: who could go on alone; null when nobody. */
  readonly holder: SessionView | null
  /** What is typed in this tab before a sign-in; null when nothing is. */
  readonly anonymousDraft: string | null
  readonly catalogue: Catalogue | null
  /** Waiting and of the day, as the server last said and our own answers since; each id once. */
  readonly entries: readonly ScreeningEntry[]
  /** Whether `entries` is what the server said, now or in this browser's last visit; before, nothing can be counted. */
  readonly areListsKnown: boolean
  /** What was put right or taken back from this page, by the screening's id: lists read before may not say so. */
  readonly amended: ReadonlyMap<string, AmendedEntry>
  /** The server has more of today than it lists. */
  readonly isTruncated: boolean
  readonly outbox: OutboxState<Content>
  /** Of the keys that sign provisional certificates for who works here. */
  readonly lock: LockState
  /** What opens it, for who works here or could go on alone; null when there is none. */
  readonly lockKind: LockKind | null
  /** There is no room on this device for another test. */
  readonly isFull: boolean
  /** Whether this browser keeps what is typed and recorded here across a reload. */
  readonly storage: StorageHealth
  /** The last screening that could neither be kept here nor sent, and why; null when there is none. */
  readonly notKept: { readonly id: string; readonly error: ApiError | null } | null
  /** Ids of the devices used here, the last first. */
  readonly recentDevices: readonly string[]
}

/** What the lists say of people is gone: at another site, or when nobody is at work. */
export const noLists = {
  entries: [],
  areListsKnown: false,
  amended: new Map(),
  isTruncated: false,
} as const

export const initialState: CounterState = {
  ...snapshotOf(initialSession(null)),
  seen: null,
  holder: null,
  anonymousDraft: null,
  catalogue: null,
  ...noLists,
  outbox: emptyOutbox(),
  lock: 'none',
  lockKind: null,
  isFull: false,
  storage: 'kept',
  notKept: null,
  recentDevices: [],
}

/** The state, with the session as it is now. The lists of one site are never shown at another. */
export const showSession = (state: CounterState, session: SessionState): CounterState => {
  const shown = snapshotOf(session)
  const site = shown.session?.site?.id
  const isOtherSite = site !== undefined && site !== state.session?.site?.id
  return {
    ...state,
    ...shown,
    ...(isOtherSite ? noLists : {}),
  }
}

/** Whether what is recorded may go to the server now, as far as the session is concerned. */
export const isSessionUsable = ({
  session,
  isSessionLost,
  isRenewalDue,
}: Pick<CounterState, 'session' | 'isSessionLost' | 'isRenewalDue'>): boolean =>
  session !== null && !isSessionLost && !isRenewalDue

/** Whether the portal can be reached for what is recorded now, as far as is known. */
export const isPortalAtHand = (state: CounterState): boolean =>
  isSessionUsable(state) && state.link.state === 'online'

/** Whom an entry made now belongs to; null before a site is chosen. */
export const ownerOf = (session: SessionView | null): Owner | null =>
  session?.site
    ? {
        professionalId: session.professional.id,
        professionalName: `${session.professional.firstNames} ${session.professional.familyName}`,
        siteId: session.site.id,
        siteName: session.site.name,
      }
    : null

/** What was recorded by who is here: the person signed in, or who types before signing in. */
export const ownEntries = ({
  outbox,
  session,
  anonymousDraft,
}: Pick<CounterState, 'outbox' | 'session' | 'anonymousDraft'>): HeldEntry[] => {
  const owner = ownerOf(session)
  return heldEntries(outbox.entries).filter((entry) =>
    owner === null ? isOfAnonymousDraft(entry, anonymousDraft) : isOwnedBy(entry, owner),
  )
}

/** Corrections and withdrawals of who is here. */
export const ownAmendments = ({
  outbox,
  session,
}: Pick<CounterState, 'outbox' | 'session'>): HeldAmendment[] => {
  const owner = ownerOf(session)
  return heldAmendments(outbox.entries).filter((amendment) => isOwnedBy(amendment, owner))
}

/** What is on its way to the portal, each kind by its own name. */
export interface Unsent {
  readonly screenings: number
  readonly corrections: number
  readonly withdrawals: number
}

/** What waits here of who is here, and is not waiting for a person. */
export const unsentHere = (
  state: Pick<CounterState, 'outbox' | 'session' | 'anonymousDraft'>,
): Unsent => {
  const amendments = ownAmendments(state).filter(({ stage }) => stage === 'waiting')
  const corrections = amendments.filter(({ screening }) => screening.amendment.act === 'correct')
  return {
    screenings: ownEntries(state).filter(({ stage }) => stage === 'waiting').length,
    corrections: corrections.length,
    withdrawals: amendments.length - corrections.length,
  }
}

/** Whether a screening under this id was recorded on this device, as far as it remembers; what was refused is to be typed again. */
export const isRecordedHere = ({ outbox }: Pick<CounterState, 'outbox'>, id: string): boolean =>
  outbox.kept.some((entry) => entry.id === id) ||
  outbox.entries.some(
    (entry) => entry.id === id && entry.stage !== 'reserved' && entry.stage !== 'refused',
  )

/** The kind of test that a counter enters: the first the catalogue allows here. */
export const counterKind = (
  catalogue: Catalogue | null,
): { code: string; minutesToResult: number } =>
  catalogue?.kinds.find(({ atCounter }) => atCounter) ?? defaultKind

// Until the catalogue has been read once on this device: the rapid antigen test, read after 15 minutes
// (Haute Autorité de santé, avis n° 2020.0048 of 24 September 2020).
const defaultKind = { code: 'antigen', minutesToResult: 15 }

export const minutesToResult = (catalogue: Catalogue | null, kind: string): number =>
  catalogue?.kinds.find(({ code }) => code === kind)?.minutesToResult ?? defaultKind.minutesToResult
