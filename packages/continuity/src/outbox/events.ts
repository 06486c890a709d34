import type {
  Alike,
  OverrideReason,
  ReconcileAnswer,
  ReconcileItem,
  ReconcileLine,
  WastedNumber,
} from './messages.ts'
import type { EntryRefusal, HeldBooklet, NoDocumentCode, Owner, Restoration } from './state.ts'

/** A line typed from a paper, on its way to the portal. */
interface PaperLine<Screening> {
  readonly id: string
  readonly screening: Screening
  readonly slip: string | null
  /** A person said that it is no double. */
  readonly isNoDouble: boolean
  /** An earlier version of the counter may have sent it, as it is now. */
  readonly isSent?: boolean
}

/** What happens to an outbox. `now` is the local clock in milliseconds since 1970; it may jump. */
export type OutboxEvent<Screening> =
  /** A tab started, on what was stored; tab ids are random and never used twice. */
  | { readonly type: 'opened'; readonly tab: string; readonly now: number }
  | { readonly type: 'closed'; readonly tab: string; readonly now: number }
  | { readonly type: 'signed-in'; readonly owner: Owner; readonly now: number }
  | { readonly type: 'signed-out'; readonly now: number }
  | {
      readonly type: 'booklet-taken'
      readonly booklet: Omit<HeldBooklet, 'taken' | 'wasted'>
      /** The portal's clock when it answered. */
      readonly portalNow: number
      readonly now: number
    }
  /** The portal no longer counts any booklet but these: nothing is signed from the others any more. */
  | { readonly type: 'booklets-ended'; readonly keep: readonly string[]; readonly now: number }
  /** Any answer of the portal said what time it is there. */
  | { readonly type: 'contact'; readonly portalNow: number; readonly now: number }
  /** The portal says to which seconds it was set back lately. */
  | {
      readonly type: 'restored'
      readonly restorations: readonly Restoration[]
      readonly now: number
    }
  /** The disk is full: what the portal has makes room for what it has not. */
  | { readonly type: 'room-wanted'; readonly now: number }
  /** The key of this professional's booklets is gone: nothing is signed from them any more. */
  | { readonly type: 'key-lost'; readonly professionalId: string; readonly now: number }
  /** A form is opened: makes sure of the place before the test is taken. */
  | { readonly type: 'reserve'; readonly id: string; readonly now: number }
  /** The form was left without typing anything. */
  | { readonly type: 'released'; readonly id: string; readonly now: number }
  | {
      readonly type: 'typed'
      readonly id: string
      readonly screening: Screening
      readonly testType: string | null
      readonly slip: string | null
      /** Null: nobody has signed in yet. */
      readonly owner: Owner | null
      /** It is tried at once, on its own, for so long; no batch takes it before that is over. */
      readonly tryMilliseconds?: number
      readonly now: number
    }
  /** The result of a screening was read that is registered in the portal, or here, without one. */
  | {
      readonly type: 'result-read'
      readonly id: string
      /** The whole of it, with the result. */
      readonly screening: Screening
      readonly testType: string | null
      readonly owner: Owner | null
      readonly tryMilliseconds?: number
      readonly now: number
    }
  /** What the portal said to the one request at once. */
  | {
      readonly type: 'tried'
      readonly id: string
      readonly version: number
      readonly line: ReconcileLine
      /** What it asked of everybody: to come back after so long; `random` uniform in [0, 1). */
      readonly asked?: { readonly retryAfterSeconds: number; readonly random: number }
      readonly now: number
    }
  /** Lines typed from papers are done: they are to be sent. All of them are stored, or none. */
  | {
      readonly type: 'lines-queued'
      readonly lines: readonly PaperLine<Screening>[]
      readonly owner: Owner
      readonly now: number
    }
  /** They are to be changed: what cannot have reached the portal, or was refused, leaves the outbox. */
  | { readonly type: 'lines-recalled'; readonly ids: readonly string[]; readonly now: number }
  /** A colleague at the site takes them over, in their own name. */
  | {
      readonly type: 'lines-handed-over'
      readonly lines: readonly Pick<PaperLine<Screening>, 'id' | 'screening'>[]
      readonly owner: Owner
      readonly now: number
    }
  /** A screening that the portal has, or that is on its way there, is to be put right or taken back. */
  | {
      readonly type: 'amendment-queued'
      /** UUIDv7 of the amendment. */
      readonly id: string
      /** Of the screening. */
      readonly amends: string
      readonly screening: Screening
      /** What the screening becomes at once, where only this computer has it; null: it is given up. */
      readonly instead: { readonly screening: Screening; readonly testType: string | null } | null
      readonly owner: Owner
      /** It is tried at once, for so long, where the portal has the screening. */
      readonly tryMilliseconds?: number
      readonly now: number
    }
  /** It is given up: it cannot have reached the portal, or was refused there. */
  | { readonly type: 'amendment-recalled'; readonly id: string; readonly now: number }
  /** Whether the site has them already was asked for. */
  | {
      readonly type: 'duplicates-found'
      readonly batch: string
      /** What was asked for, as the command said. */
      readonly ids: readonly string[]
      readonly found: readonly (Alike & { readonly id: string })[]
      readonly now: number
    }
  /** Somebody signed in and takes what was typed before for their own. */
  | {
      readonly type: 'claimed'
      readonly ids: readonly string[]
      readonly owner: Owner
      readonly now: number
    }
  /** The portal did not answer in time, and a person waits. */
  | {
      readonly type: 'document-wanted'
      readonly id: string
      readonly tab: string
      readonly now: number
    }
  | {
      readonly type: 'signed'
      readonly id: string
      readonly bookletId: string
      readonly number: number
      readonly text: string
      readonly now: number
    }
  | {
      readonly type: 'signing-failed'
      readonly id: string
      readonly bookletId: string
      readonly number: number
      readonly now: number
    }
  | { readonly type: 'tick'; readonly tab: string; readonly now: number }
  /** The network is back, or a person asks: our own guess of when to try again no longer counts. */
  | { readonly type: 'send-wanted'; readonly now: number }
  | {
      readonly type: 'answered'
      readonly batch: string
      /** What was sent, as the command said. */
      readonly items: readonly { readonly id: string; readonly version: number }[]
      readonly wasted: readonly WastedNumber[]
      readonly answer: ReconcileAnswer
      readonly portalNow: number | null
      /** Uniform in [0, 1). */
      readonly random: number
      readonly now: number
    }
  | {
      readonly type: 'failed'
      readonly batch: string
      /** `signed-out`: the session is over, until somebody signs in. */
      readonly reason: 'unreachable' | 'busy' | 'signed-out'
      readonly retryAfterSeconds: number | null
      /** Uniform in [0, 1). */
      readonly random: number
      readonly now: number
    }
  /** The batch as it is will never be taken: something in it cannot be read. */
  | {
      readonly type: 'batch-refused'
      readonly batch: string
      /** What was sent, as the command said. */
      readonly items: readonly { readonly id: string; readonly version: number }[]
      readonly refusal: EntryRefusal
      /** Uniform in [0, 1). */
      readonly random: number
      readonly now: number
    }
  /** A refused entry was corrected. */
  | {
      readonly type: 'edited'
      readonly id: string
      readonly screening: Screening
      readonly testType: string | null
      readonly now: number
    }
  /** The portal refused the document itself: the screening goes on without it, as any other. */
  | { readonly type: 'document-dropped'; readonly id: string; readonly now: number }
  /** Another result was recorded first and stands: this one is kept by the portal beside it, and leaves the counter. */
  | {
      readonly type: 'result-overridden'
      readonly id: string
      readonly reason: OverrideReason
      readonly now: number
    }
  /** A refused entry is given up. */
  | { readonly type: 'discarded'; readonly id: string; readonly now: number }
  /** The portal's own lists show what it has of this entry. */
  | { readonly type: 'dismissed'; readonly id: string; readonly now: number }

export type EventOf<Screening, Type> = Extract<OutboxEvent<Screening>, { readonly type: Type }>

export type NoticeCode =
  | NoDocumentCode
  /** The disk is full: no test may be taken before there is room. */
  | 'STORAGE_FULL'
  /** Another tab changed the same thing over and over; nothing was lost, try again. */
  | 'STORAGE_BUSY'
  /** The number was given up before its signature came; ask for the document again. */
  | 'SIGNING_INTERRUPTED'
  /** A document of it is with a person: it cannot be discarded. */
  | 'DOCUMENT_GIVEN'
  /** An amendment of the screening may be at the portal: its answer comes first. */
  | 'AMENDMENT_UNDER_WAY'

/** What the surroundings do, after the change that comes with it is stored. */
export type OutboxCommand<Screening> =
  | {
      readonly type: 'sign'
      readonly id: string
      readonly bookletId: string
      readonly number: number
      readonly issuedAt: number
      readonly screening: Screening
    }
  | { readonly type: 'show-document'; readonly id: string; readonly text: string }
  /** One request of its own, while its person waits: it is recorded, or its result set. */
  | {
      readonly type: 'try'
      readonly id: string
      readonly version: number
      readonly act: 'record' | 'set-result'
      readonly screening: Screening
      readonly timeoutMilliseconds: number
    }
  /** One amendment: at once, answered by `tried`, or in the turn of a batch, answered as one. */
  | {
      readonly type: 'amend'
      readonly id: string
      readonly version: number
      readonly amends: string
      readonly screening: Screening
      readonly way: { readonly batch: string } | { readonly timeoutMilliseconds: number }
    }
  /** Asks whether the site has these already; no answer in time is a failure of this batch. */
  | {
      readonly type: 'find-duplicates'
      readonly batch: string
      readonly items: readonly { readonly id: string; readonly screening: Screening }[]
    }
  | {
      readonly type: 'send'
      readonly batch: string
      readonly items: readonly ReconcileItem<Screening>[]
      readonly wasted: readonly WastedNumber[]
    }
  | { readonly type: 'notice'; readonly id: string | null; readonly code: NoticeCode }
