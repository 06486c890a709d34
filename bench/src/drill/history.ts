/**
 * What happened in a drill, as data: what counters did and were told, and what the database has in the end. Made by whoever
 * sends (counters.ts) and whoever reads (read-stored.ts), judged by check-history.ts.
 */

/** Entering a screening with its result; without one; setting that; putting a screening right. */
export type ActKind = 'record' | 'register' | 'result' | 'correct'

/** How one request ended for who sent it. */
export type AttemptOutcome =
  | {
      readonly kind: 'acknowledged'
      /** Digest of the answer. */
      readonly answer: string
    }
  /** Answered, and not done. */
  | { readonly kind: 'refused'; readonly code: string }
  /** No answer, or one that says nothing about whether it was done. */
  | { readonly kind: 'unknown'; readonly code: string }

/** Times are milliseconds since 1970 by the clock of who sends, which is right. */
export interface Attempt {
  readonly invokedAt: number
  readonly endedAt: number
  readonly outcome: AttemptOutcome
}

export interface Act {
  /** Of the act itself; the screening's where it is its first. */
  readonly id: string
  readonly kind: ActKind
  readonly siteId: string
  readonly screeningId: string
  /** Digest of what a reader is to see once it is done. */
  readonly body: string
  /** The same request, in the order it was sent. */
  readonly attempts: readonly Attempt[]
}

/** Another body, sent under the id of an act that was acknowledged. */
export interface OtherBody {
  readonly act: Act
  readonly outcome: AttemptOutcome
}

interface StoredCertificate {
  readonly number: number
  readonly issuedAt: number
}

export interface AuditRow {
  readonly sequence: number
  readonly act: string
}

/** What there is under one id in the end. */
export interface StoredScreening {
  readonly siteId: string
  readonly id: string
  /** How many rows have this id, at whatever site. */
  readonly rows: number
  readonly isFinal: boolean
  /** Digest of what a reader of the site is shown; null: not read. */
  readonly body: string | null
  /** Ids of the corrections, by their number. */
  readonly corrections: readonly string[]
  /** In the order they were issued. */
  readonly certificates: readonly StoredCertificate[]
  /** Of this screening, by their place in the site's chain. */
  readonly audit: readonly AuditRow[]
}

export interface StoredChain {
  readonly siteId: string
  /** Whether every link follows from the one before and the head is the last. */
  readonly isWhole: boolean
}

export interface History {
  /** Those of one screening in the order they were begun. */
  readonly acts: readonly Act[]
  readonly otherBodies: readonly OtherBody[]
  readonly stored: readonly StoredScreening[]
  readonly chains: readonly StoredChain[]
}
