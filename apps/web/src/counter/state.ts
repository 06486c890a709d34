import { emptyOutbox, type OutboxState } from '@sidep/continuity'
import type {
  Catalogue,
  DoorsView,
  ProblemCode,
  ScreeningEntry,
  SessionView,
} from '@sidep/contracts'
import type { ApiError } from '../shared/api/index.ts'
import type { StorageHealth } from '../shared/storage/index.ts'
import type { Acting } from './acting/acting-for.ts'
import type { LockKind, LockState } from './lock/signing-keys.ts'
import {
  type Content,
  type HeldEntry,
  heldEntries,
  isOfSitting,
  isOwnedBy,
  type Owner,
} from './outbox/content.ts'
import type { Phone } from './session/phone-sign-in.ts'
import type { Room } from './session/waiting-room.ts'

/** What the last requests say about the way to the server. */
export type Link =
  | { readonly state: 'online' }
  /** No answer, or one that is not ours. */
  | { readonly state: 'offline'; readonly error: ApiError; readonly retryAt: Date }
  /** The server answered that it cannot now; `retryAt` is its word, or our guess. */
  | { readonly state: 'busy'; readonly error: ApiError; readonly retryAt: Date }

type Phase = 'starting' | 'signed-out' | 'choose-site' | 'working'

export interface CounterState {
  readonly phase: Phase
  readonly session: SessionView | null
  /** Whom this tab acts for, as whoever works in it last saw; null before anybody is at work. */
  readonly seen: Acting | null
  /** The server no longer takes our session; what is typed goes on, what is recorded waits. */
  readonly isSessionLost: boolean
  /** Why it is no longer taken, as the server said; null while it is, or when nobody said. */
  readonly sessionEnd: ProblemCode | null
  /** The session waits for this device to confirm it; nothing is sent until then. */
  readonly isRenewalDue: boolean
  /** Whose booklet this counter has: who could go on alone; null when nobody. */
  readonly holder: SessionView | null
  /** Thumbprint of the key that a session opened here is bound to; null when this browser has none. */
  readonly device: string | null
  /** The place in the waiting room for new sign-ins; null when not there. */
  readonly room: Room | null
  /** The run of typing before a sign-in in this tab; null when there is none. */
  readonly sitting: string | null
  /** The sign-in on the phone; null when there is none. */
  readonly phone: Phone | null
  readonly doors: DoorsView['doors'] | null
  readonly link: Link
  readonly catalogue: Catalogue | null
  /** Waiting and of the day, as the server last said and our own answers since; each id once. */
  readonly entries: readonly ScreeningEntry[]
  /** Whether `entries` is what the server said, now or in this browser's last visit; before, nothing can be counted. */
  readonly areListsKnown: boolean
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

export const initialState: CounterState = {
  phase: 'starting',
  session: null,
  seen: null,
  isSessionLost: false,
  sessionEnd: null,
  isRenewalDue: false,
  holder: null,
  device: null,
  room: null,
  sitting: null,
  phone: null,
  doors: null,
  link: { state: 'online' },
  catalogue: null,
  entries: [],
  areListsKnown: false,
  isTruncated: false,
  outbox: emptyOutbox(),
  lock: 'none',
  lockKind: null,
  isFull: false,
  storage: 'kept',
  notKept: null,
  recentDevices: [],
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
  sitting,
}: Pick<CounterState, 'outbox' | 'session' | 'sitting'>): HeldEntry[] => {
  const owner = ownerOf(session)
  return heldEntries(outbox.entries).filter((entry) =>
    owner === null ? isOfSitting(entry, sitting) : isOwnedBy(entry, owner),
  )
}

/** What the state bar counts: on its way, not waiting for a person. */
export const unsentOf = (entries: readonly HeldEntry[]): number =>
  entries.filter(({ stage }) => stage === 'waiting').length

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
