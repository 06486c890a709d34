/**
 * The counter's outbox: what was typed here and is not yet in the portal. Invariants:
 *
 * 1. A state is durable before any of its effects: what is shown, signed, printed or sent was stored first.
 * 2. A number of a booklet is taken once. A crash between taking and signing wastes it; nothing repeats it.
 * 3. An entry leaves only when the portal acknowledged exactly what is in it, or a person discarded
 *    something that nobody holds a document of.
 * 4. Identity data leaves the list with the acknowledgement: what stays there is the id and that it is done. A sealed copy
 *    is kept for a day, for a portal that is set back (kept.ts).
 * 5. Two tabs cannot both change what they read: a change names the revision it was made from.
 *
 * Everything here is plain JSON; times are milliseconds since 1970.
 */

import { type Alike, type OverrideReason, reconcileItemsMax } from './messages.ts'

export interface Owner {
  /** `8` + RPPS. */
  readonly professionalId: string
  /** FINESS. */
  readonly siteId: string
}

/** A booklet as a counter keeps it. */
export interface HeldBooklet extends Owner {
  /** 16 hexadecimal digits. */
  readonly id: string
  /** The booklet itself, base64 of the CWT. */
  readonly signed: string
  /** Base64 of the seed of retrieval codes; secret, as everything that is stored here. */
  readonly retrievalSeed: string
  readonly testTypes: readonly string[]
  readonly maximum: number
  readonly notBefore: number
  readonly expiresAt: number
  /** Numbers 1 … taken are taken. */
  readonly taken: number
  /** Numbers taken that no document carries, until the portal knows of them. */
  readonly wasted: readonly number[]
}

/** A number taken; with its text once it is signed. */
export interface Numbered {
  readonly bookletId: string
  readonly number: number
  /** By the portal's clock. */
  readonly issuedAt: number
  /** By the local one. */
  readonly takenAt: number
  /** `FC1:…`; null while it is being signed. */
  readonly text: string | null
  /** The tab that signs. */
  readonly tab: string
}

export type NoDocumentCode =
  | 'BOOKLET_NONE'
  | 'BOOKLET_NOT_YET'
  | 'BOOKLET_EXPIRED'
  | 'BOOKLET_EXHAUSTED'
  | 'BOOKLET_KIND'
  | 'NOT_CERTIFIABLE'
  /** Sampled in the future: the computer's clock was ahead when it was typed. */
  | 'CLOCK_AHEAD'
  | 'SIGNING_FAILED'

/** Why the portal did not take an entry. */
export interface EntryRefusal {
  /** Problem code of the portal. */
  readonly code: string
  readonly faults: readonly { readonly pointer: string; readonly code: string }[]
}

/** Of an entry that was typed from a paper, later: nobody waits for it at the counter. */
interface FromPaper {
  /** It is known to be no double: the portal was asked, or a person said so. */
  readonly isChecked: boolean
  /** What the site has of this person at this time already: a person decides. */
  readonly alike: Alike | null
}

/** `reserved`: a place on the disk for a test about to be taken. */
export type Stage = 'reserved' | 'waiting' | 'refused' | 'acknowledged' | 'definitive'

export interface Entry<Screening> {
  /** UUIDv7 of the screening. */
  readonly id: string
  readonly stage: Stage
  /**
   * Grows whenever what would be sent changes, also where an entry left and its id is back: an answer to an older version
   * does not count.
   */
  readonly version: number
  /** Null: typed before anybody had signed in; it is sent once somebody says that it is theirs. */
  readonly owner: Owner | null
  /** Null before it is typed, and again once it is acknowledged. */
  readonly screening: Screening | null
  /**
   * Of an amendment, a correction or a withdrawal: the id of the screening that it is of, as `screening` says. Null: it is
   * a screening itself.
   */
  readonly amends: string | null
  /**
   * The portal has something under this id, or may have: it was sent, or registered there before. Until it is answered
   * nothing of it changes, and nobody takes it back.
   */
  readonly mayBeKnown: boolean
  /** DCC test type of a result that can be certified; null for a waiting or inconclusive one. */
  readonly testType: string | null
  /** Serial of the slip that this screening was typed from. */
  readonly slip: string | null
  readonly document: Numbered | null
  /** Why no document could be given. */
  readonly noDocument: NoDocumentCode | null
  readonly typedAt: number
  /** Not sent again before. */
  readonly notBefore: number
  readonly refusal: EntryRefusal | null
  /** Another result was recorded first and stands: why a person let it override this one. */
  readonly overridden: OverrideReason | null
  /** Null: typed at the counter, with the person there. */
  readonly paper: FromPaper | null
  /** When it was acknowledged or definitive. */
  readonly doneAt: number | null
}

/** What is on its way. */
interface Sending {
  readonly batch: string
  readonly tab: string
  readonly sentAt: number
}

/** The portal's database was set back; by the portal's clock, milliseconds since 1970. */
export interface Restoration {
  /** What was acknowledged until then is there. */
  readonly to: number
  /** When that was done: what is acknowledged later is in the database that was restored. */
  readonly at: number
}

export interface OutboxHead {
  /** Of the stored state; the next change makes it one more. */
  readonly revision: number
  readonly booklets: readonly HeldBooklet[]
  /** Who is signed in; null sends nothing. */
  readonly session: Owner | null
  /** The tab that sends. */
  readonly lease: { readonly tab: string; readonly until: number } | null
  readonly sending: Sending | null
  /** Failures in a row, until when nothing is sent, and until when the portal itself asked for that. */
  readonly backoff: {
    readonly failures: number
    readonly until: number
    readonly askedUntil: number
  }
  /** Most items of a batch; fewer while one that the portal cannot read is looked for. */
  readonly itemsMax: number
  /** Portal time = local time + offset, and never before the last contact. */
  readonly clock: { readonly offset: number; readonly lastContact: number }
  /** The latest restoration of the portal that was heeded, by when it was done; 0: none. */
  readonly restoredAt: number
}

export interface OutboxState<Screening> extends OutboxHead {
  /** Oldest first. */
  readonly entries: readonly Entry<Screening>[]
  /** What the portal acknowledged in the last day, as it was sent; `doneAt` by the portal's clock. */
  readonly kept: readonly Entry<Screening>[]
}

export const emptyOutbox = <Screening>(): OutboxState<Screening> => ({
  revision: 0,
  booklets: [],
  session: null,
  lease: null,
  sending: null,
  backoff: { failures: 0, until: 0, askedUntil: 0 },
  itemsMax: reconcileItemsMax,
  clock: { offset: 0, lastContact: 0 },
  restoredAt: 0,
  entries: [],
  kept: [],
})

/** The portal's time as far as this counter knows it. */
export const portalTime = ({ clock }: Pick<OutboxHead, 'clock'>, now: number): number =>
  Math.max(now + clock.offset, clock.lastContact)

/** The portal said what time it is; it never goes back: what says an earlier one is an answer of before. */
export const withContact = <Screening>(
  state: OutboxState<Screening>,
  portalNow: number,
  now: number,
): OutboxState<Screening> => {
  const { lastContact } = state.clock
  return portalNow < lastContact
    ? state
    : { ...state, clock: { offset: portalNow - now, lastContact: portalNow } }
}

/** The same entries with one changed. */
export const withEntry = <Screening>(
  state: OutboxState<Screening>,
  id: string,
  change: Partial<Entry<Screening>>,
): OutboxState<Screening> => ({
  ...state,
  entries: state.entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)),
})

export const isSameOwner = (left: Owner | null, right: Owner | null): boolean =>
  left !== null &&
  right !== null &&
  left.siteId === right.siteId &&
  left.professionalId === right.professionalId

/** It cannot have reached the portal, or was refused there. */
export const mayBeTakenBack = ({
  stage,
  mayBeKnown,
}: Pick<Entry<unknown>, 'stage' | 'mayBeKnown'>): boolean =>
  stage === 'refused' || (stage === 'waiting' && !mayBeKnown)
