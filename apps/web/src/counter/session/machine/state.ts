/** What a tab knows of its session, of the way to the portal and of a sign-in under way. */
import type { Door, DoorsView, ProblemCode, SessionView } from '@sidep/contracts'
import type { ApiError } from '@sidep/sdk/http'
import type { WaitingRequest } from '../waiting-request.ts'

/** What the last requests say about the way to the server. */
export type Link =
  | { readonly state: 'online' }
  /** No answer, or one that is not ours. */
  | { readonly state: 'offline'; readonly error: ApiError; readonly retryAt: Date }
  /** The server answered that it cannot now; `retryAt` is its word, or our guess. */
  | { readonly state: 'busy'; readonly error: ApiError; readonly retryAt: Date }

/** A place in the waiting room for new sign-ins, as the state bar tells it. */
export interface Room {
  /** The door that one waits for. */
  readonly door: Door
  /** Null when the server cannot say. */
  readonly waitSeconds: number | null
  readonly position: number | null
  /** One may go to the door now. */
  readonly isTurn: boolean
}

/** What the portal makes of an open session. */
export type Standing =
  | { readonly kind: 'open' }
  /** Of this device's memory, while the portal is silent: it is read as soon as somebody answers. */
  | { readonly kind: 'remembered' }
  /** It waits for this device to confirm it; until then nothing else is asked. */
  | { readonly kind: 'due' }
  /**
   * No longer taken: somebody has to sign in again. What is typed goes on, what is recorded waits. `code` is why, as the
   * portal said; null when nobody said.
   */
  | { readonly kind: 'lost'; readonly code: ProblemCode | null }

export type Way =
  /** `remembered` is what this device kept of the last visit, to go on from when the portal is silent. */
  | { readonly kind: 'starting'; readonly remembered: SessionView | null }
  | { readonly kind: 'signed-out' }
  /** Signed out, in the waiting room: one types meanwhile. */
  | { readonly kind: 'waiting'; readonly room: Room }
  /** Signed in, without a site yet. */
  | { readonly kind: 'choosing'; readonly session: SessionView; readonly standing: Standing }
  | {
      readonly kind: 'working'
      readonly session: SessionView
      readonly standing: Standing
      /** Who has to sign in again waits too. */
      readonly room: Room | null
    }

type NumberFault = 'incomplete' | 'wrong' | 'unknown'

/** How a sign-in on the phone ended without a session. */
export type PhoneEnd = 'refused' | 'timed-out' | 'provider-away' | 'failed'

/** The sign-in on the phone, as it is shown. */
export type Phone =
  | { readonly step: 'typing'; readonly typed: string; readonly fault: NumberFault | null }
  | { readonly step: 'starting'; readonly typed: string }
  /** In the waiting room, on the way to the phone. */
  | { readonly step: 'queued'; readonly typed: string }
  | {
      readonly step: 'confirming'
      readonly typed: string
      /** Two digits, to be compared with those on the phone. */
      readonly digits: string
      readonly endsAt: Date
    }
  | {
      readonly step: 'over'
      readonly typed: string
      readonly end: PhoneEnd
      readonly error: ApiError | null
      /** Not worth trying before; null: at once. */
      readonly retryAt: Date | null
    }

/** Deadlines are moments of the monotonic clock, milliseconds: the computer's time may be set meanwhile. */
export interface SessionState {
  /** Thumbprint of the key that a session opened here is bound to; null when this browser has none. */
  readonly device: string | null
  readonly way: Way
  /** Counts the acts that changed the session here: what was asked before one says nothing of after it. */
  readonly epoch: number
  readonly link: Link
  /** Failures in a row on the way to the server. */
  readonly linkFailures: number
  /** The same as `retryAt`, by the monotonic clock. */
  readonly linkRestsUntil: number
  /** As the server last said; null before. `lookAt`: shut ones are not looked at again before. */
  readonly doors: { readonly known: DoorsView['doors'] | null; readonly lookAt: number }
  readonly renewal: {
    /** The session that is to be carried on, as the server last answered it; null: none. */
    readonly followed: SessionView | null
    /** Of the server's clock before ours, milliseconds; null until it has been heard. */
    readonly clockOffset: number | null
    readonly failures: number
    readonly notBefore: number
    /** When it comes by itself; null: not. */
    readonly dueAt: number | null
    /** Answers to the questions of an earlier run count no more. */
    readonly run: number
    readonly isUnderWay: boolean
  }
  readonly roomQuestion: {
    readonly askAt: number
    readonly failures: number
    readonly isUnderWay: boolean
  }
  readonly phone: {
    readonly shown: Phone | null
    readonly typed: string
    /** Answers to an earlier run count no more, but for a session that came. */
    readonly run: number
    /** On the way to the phone: pressing again does nothing. */
    readonly isBusy: boolean
    readonly failures: number
    /** The request that waits on the phone; null when there is none. */
    readonly waiting: WaitingRequest | null
    /** When it is asked for; null while it is, or when nothing waits. */
    readonly pollAt: number | null
    readonly endAt: number | null
  }
}

/** @param device thumbprint of the key of this browser; null when it has none */
export const initialSession = (device: string | null): SessionState => ({
  device,
  way: { kind: 'starting', remembered: null },
  epoch: 0,
  link: { state: 'online' },
  linkFailures: 0,
  linkRestsUntil: 0,
  doors: { known: null, lookAt: 0 },
  renewal: {
    followed: null,
    clockOffset: null,
    failures: 0,
    notBefore: 0,
    dueAt: null,
    run: 0,
    isUnderWay: false,
  },
  roomQuestion: { askAt: 0, failures: 0, isUnderWay: false },
  phone: {
    shown: null,
    typed: '',
    run: 0,
    isBusy: false,
    failures: 0,
    waiting: null,
    pollAt: null,
    endAt: null,
  },
})

export const sessionOf = (way: Way): SessionView | null => ('session' in way ? way.session : null)

export const standingOf = (way: Way): Standing | null => ('standing' in way ? way.standing : null)

export const roomOf = (way: Way): Room | null => ('room' in way ? way.room : null)
