import type { Catalogue, DoorsView, ScreeningEntry, SessionView } from '@sidep/contracts'
import type { ApiError } from '../shared/api/index.ts'
import type { Outbox, Owner } from './outbox/outbox.ts'

/** What the last requests say about the way to the server. */
export type Link =
  | { readonly state: 'online' }
  /** No answer, or one that is not ours. */
  | { readonly state: 'offline'; readonly error: ApiError; readonly retryAt: Date }
  /** The server answered that it cannot now; `retryAt` is its word, or our guess. */
  | { readonly state: 'busy'; readonly error: ApiError; readonly retryAt: Date }

export type Phase = 'starting' | 'signed-out' | 'choose-site' | 'working'

export interface CounterState {
  readonly phase: Phase
  readonly session: SessionView | null
  /** The server no longer takes our session; what is typed goes on, what is recorded waits. */
  readonly isSessionLost: boolean
  readonly doors: DoorsView['doors'] | null
  readonly link: Link
  readonly catalogue: Catalogue | null
  /** Waiting and of the day, as the server last said and our own answers since; each id once. */
  readonly entries: readonly ScreeningEntry[]
  /** The server has more of today than it lists. */
  readonly isTruncated: boolean
  readonly outbox: Outbox
  /** False when this browser keeps nothing across a reload. */
  readonly isDurable: boolean
  /** Ids of the devices used here, the last first. */
  readonly recentDevices: readonly string[]
}

export const initialState: CounterState = {
  phase: 'starting',
  session: null,
  isSessionLost: false,
  doors: null,
  link: { state: 'online' },
  catalogue: null,
  entries: [],
  isTruncated: false,
  outbox: [],
  isDurable: true,
  recentDevices: [],
}

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
