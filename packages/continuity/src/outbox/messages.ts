/** What a counter sends to reconcile, and what the portal answers: the shapes of both bodies. */

export interface WastedNumber {
  readonly bookletId: string
  readonly number: number
}

/** Why a professional puts the counter's own result aside when another was recorded first. */
export type AsideReason =
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
      readonly aside?: AsideReason
    }
  /** Acknowledged before: is it definitive now? */
  | { readonly kind: 'ask'; readonly id: string; readonly version: number }

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

/** Whether a line was refused for its provisional certificate, and not for its screening. */
export const isDocumentRefusal = (code: string): boolean =>
  code.startsWith('BOOKLET_') || code.startsWith('PROVISIONAL_')
