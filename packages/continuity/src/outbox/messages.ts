/** What a counter sends to reconcile, and what the portal answers: the shapes of both bodies. */
import type { ReconcileRefusal } from '../reconcile.ts'

export interface WastedNumber {
  readonly bookletId: string
  readonly number: number
}

/** Why a professional lets a result that was recorded first override the counter's own. */
export type OverrideReason =
  /** The one that was recorded is wrong. */
  | 'recorded-is-wrong'
  /** One of the two was entered for somebody else. */
  | 'wrong-person'
  /** Which of them is right cannot be told. */
  | 'cannot-tell'

export type ReconcileItem<Screening> =
  | {
      readonly kind: 'screening'
      readonly id: string
      readonly version: number
      readonly screening: Screening
      /** The text of the provisional certificate that the person holds, `FC1:…`. */
      readonly provisional: string | null
      /** The serial of the slip that the person holds. */
      readonly slip: string | null
      /** Where the portal has another result: keep that one, and this for those who look into it. */
      readonly aside?: OverrideReason
    }
  /** Acknowledged before: is it definitive now? */
  | { readonly kind: 'ask'; readonly id: string; readonly version: number }

/** What the site has of a person at that time already: RFC 3339. */
export interface Alike {
  readonly sampledAt: string
  readonly recordedAt: string
}

export interface ReconcileBatch<Screening> {
  /** 1 … 50, in any order; a repeated one changes nothing. */
  readonly items: readonly ReconcileItem<Screening>[]
  /** Numbers that no document carries, so that they are no gaps. */
  readonly wasted: readonly WastedNumber[]
}

export type ReconcileLine =
  /** Stored for good; the definitive certificate is still to come. */
  | { readonly id: string; readonly status: 'acknowledged' }
  /** Stored, and the definitive certificate is issued. */
  | { readonly id: string; readonly status: 'definitive' }
  /** Not stored: something is to be corrected. */
  | {
      readonly id: string
      readonly status: 'refused'
      readonly code: string
      readonly faults: readonly { readonly pointer: string; readonly code: string }[]
    }
  /** Not stored: not this time. */
  | { readonly id: string; readonly status: 'later'; readonly retryAfterSeconds: number }

export interface ReconcileAnswer {
  /** One for each item that the portal came to; the others are sent again. */
  readonly lines: readonly ReconcileLine[]
  /** When the next batch is welcome; null at once. */
  readonly retryAfterSeconds: number | null
}

/** Items of one batch. */
export const reconcileItemsMax = 50

/** Of a line whose screening has another result already. */
export const isResultRefusal = (code: string): boolean => code === 'RESULT_ALREADY_SET'

/** All codes by which a line is refused for its provisional certificate, and not for its screening. */
const documentRefusals: Record<ReconcileRefusal | 'PROVISIONAL_UNREADABLE', true> = {
  BOOKLET_KEY_NOT_VALID: true,
  BOOKLET_KEY_UNKNOWN: true,
  BOOKLET_OTHER_SITE: true,
  BOOKLET_SIGNATURE: true,
  BOOKLET_TOO_LONG: true,
  BOOKLET_UNKNOWN: true,
  BOOKLET_WITHDRAWN: true,
  PROVISIONAL_KIND: true,
  PROVISIONAL_OTHER_DEVICE: true,
  PROVISIONAL_SIGNATURE: true,
  PROVISIONAL_UNREADABLE: true,
}

export const isDocumentRefusal = (code: string): boolean => Object.hasOwn(documentRefusals, code)
