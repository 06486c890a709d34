import type {
  BackchannelProgress,
  BackchannelTicket,
  Door,
  DoorsView,
  SessionView,
  ShownSession,
  WaitingRoomView,
} from '@sidep/contracts'
import type { ProfessionalId } from '@sidep/identifiers'
import type { Answer, ApiError } from '@sidep/sdk/http'
import type { WaitingRequest } from '../waiting-request.ts'

/** When an event happens, and the chance that it takes with it. */
export interface Moment {
  /** The computer's clock, milliseconds since 1970; it may jump. */
  readonly now: number
  /** A clock that only goes forward, milliseconds from anywhere. */
  readonly monotonic: number
  /** Uniform in [0, 1). */
  readonly random: number
}

/** Who asks for a place in the waiting room: a link to a door, or the sign-in on the phone. */
export type PlaceReason =
  | { readonly kind: 'door' }
  /** `refusal`: the portal has just refused to ring because there is a wait; null: it has not been asked. */
  | { readonly kind: 'phone'; readonly run: number; readonly refusal: ApiError | null }

export type SessionEvent =
  /** The page was loaded. */
  | { readonly type: 'opened'; readonly remembered: SessionView | null }
  /** Time has come for something: `planned` is the moment that was given by `nextWake`. */
  | { readonly type: 'tick'; readonly planned: number }
  /** Somebody looks at the page, and it is time to see what the portal has. */
  | { readonly type: 'look' }
  /** Any answer of the portal; null: it did what it was asked. */
  | { readonly type: 'heard'; readonly error: ApiError | null }
  | {
      readonly type: 'session-read'
      readonly epoch: number
      readonly answer: Answer<SessionView>
    }
  | {
      readonly type: 'renewal-answered'
      readonly run: number
      readonly answer: Answer<SessionView>
      /** As it turned out on the way; null: not heard. */
      readonly clockOffset: number | null
    }
  | { readonly type: 'doors-wanted' }
  | { readonly type: 'doors-read'; readonly answer: Answer<DoorsView> }
  | {
      readonly type: 'place-answered'
      readonly door: Door
      readonly reason: PlaceReason
      readonly answer: Answer<WaitingRoomView>
    }
  /** Whether this browser has a place from before. */
  | {
      readonly type: 'place-found'
      readonly door: Door
      readonly answer: Answer<WaitingRoomView>
    }
  | { readonly type: 'room-answered'; readonly answer: Answer<WaitingRoomView> }
  | { readonly type: 'room-left' }
  | { readonly type: 'phone-opened' }
  | { readonly type: 'phone-begun'; readonly typed: string }
  | {
      readonly type: 'phone-rung'
      readonly run: number
      readonly answer: Answer<BackchannelTicket>
    }
  | {
      readonly type: 'phone-polled'
      readonly run: number
      readonly answer: Answer<BackchannelProgress>
    }
  | { readonly type: 'phone-closed' }
  /** The first reading is over: `waiting` is the request that this tab had waiting when the page was loaded again. */
  | { readonly type: 'phone-resumed'; readonly waiting: WaitingRequest | null }
  /** Another tab of this browser shows somebody now, or nobody. */
  | { readonly type: 'shown-elsewhere'; readonly shown: ShownSession | null }
  | {
      readonly type: 'site-chosen'
      /** Of when it was asked for. */
      readonly epoch: number
      readonly answer: Answer<SessionView>
    }
  /** Back to the choice of site, in the same session. */
  | { readonly type: 'choice-wanted' }
  /** The portal ended the session because the person asked here. */
  | { readonly type: 'signed-out' }
  /** Nobody is signed in, and none can: the booklet of who was here last goes on. */
  | { readonly type: 'alone'; readonly holder: SessionView }
  /** The network is back, or a person asks: our own guess of when to try may be shortened, what the server asked may not. */
  | { readonly type: 'hurried' }

/** A question to the portal: what comes of it is the next event. */
export type SessionQuestion =
  | { readonly type: 'read-session'; readonly epoch: number }
  | {
      readonly type: 'renew'
      readonly run: number
      readonly followed: SessionView | null
      readonly clockOffset: number | null
    }
  | { readonly type: 'read-doors' }
  | { readonly type: 'take-place'; readonly door: Door; readonly reason: PlaceReason }
  | { readonly type: 'find-place' }
  | { readonly type: 'ask-room' }
  | { readonly type: 'ring'; readonly run: number; readonly nationalId: ProfessionalId }
  | { readonly type: 'poll-phone'; readonly run: number; readonly ticket: string }

/** What is kept, told or forgotten; nothing comes back. */
export type SessionNote =
  | { readonly type: 'cancel-phone'; readonly ticket: string }
  | { readonly type: 'keep-request'; readonly request: WaitingRequest | null }
  | { readonly type: 'announce'; readonly shown: ShownSession | null }
  | { readonly type: 'remember'; readonly session: SessionView }
  | { readonly type: 'forget-people' }

/** For the rest of the counter. */
export type SessionCall =
  /** From now on what is typed belongs to who signs in from this tab. */
  | { readonly type: 'begin-draft' }
  /** Somebody is at work; `isSameSite` where they were before. */
  | { readonly type: 'begin-work'; readonly isSameSite: boolean; readonly isAlone: boolean }
  /** The lists are read, and what waits is sent. */
  | { readonly type: 'read-lists' }
  | { readonly type: 'read-catalogue' }
  /** What waits may be sent. */
  | { readonly type: 'send' }
  /** Somebody waits for what the portal has. */
  | { readonly type: 'look-soon' }
  /** The session was ended on purpose, perhaps because this device is lost. */
  | { readonly type: 'leave-to-nobody' }

export type SessionCommand = SessionQuestion | SessionNote | SessionCall
