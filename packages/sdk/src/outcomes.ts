/** What a program is told of what it wanted done, and what it shows of what is on its way. */
import type { Entry, EntryView, NoDocumentCode } from '@sidep/continuity'
import { viewEntry } from '@sidep/continuity'
import {
  isProblemCode,
  type ProblemCode,
  problemRegistry,
  type ScreeningAnswer,
} from '@sidep/contracts'
import type { Sendable } from './outbox/sendable.ts'

/** Why the portal will not take something as it is, for the person in front of the screen: show `title` and `code`. */
export interface ShownRefusal {
  readonly code: ProblemCode
  /** Short, for telling the help desk. */
  readonly support: string
  /** JSON pointers into what was sent, and which rule each breaks. */
  readonly faults: readonly { readonly pointer: string; readonly code: string }[]
  readonly title: { readonly fr: string; readonly en: string }
}

/** A document for the person until the portal has made the definitive one. */
export interface ProvisionalDocument {
  /** Text of its QR code, `FC1:…`. */
  readonly code: string
  /** Where the definitive certificate will be. */
  readonly address: string
  /** RFC 3339; its verifiers take it no longer. */
  readonly acceptedUntil: string
}

/** What became of a screening. */
export type Outcome =
  /** The portal has it, and this is its answer with the certificate. */
  | { readonly kind: 'recorded'; readonly answer: ScreeningAnswer }
  /** It was out of the outbox again, or waits there to be put right: it is not sent again as it is. */
  | { readonly kind: 'refused'; readonly refusal: ShownRefusal }
  /** It is safe here and goes by itself. Without a document, `because` says why there is none. */
  | {
      readonly kind: 'kept'
      readonly provisional: ProvisionalDocument | null
      readonly because: NoDocumentCode | 'KEY_LOCKED' | null
    }

/** What became of a correction or a withdrawal. */
export type AmendmentOutcome =
  | { readonly kind: 'done' }
  /** Only this program had the screening: it was put right, or given up, before anything left. */
  | { readonly kind: 'here' }
  | { readonly kind: 'refused'; readonly refusal: ShownRefusal }
  | { readonly kind: 'kept' }
  /** An earlier one of the same screening may be at the portal: its answer comes first. */
  | { readonly kind: 'under-way' }

/** One line of what is on its way, or came back. */
export type OutboxLine = EntryView & {
  readonly id: string
  /** Of a correction or a withdrawal: the screening that it is of. */
  readonly amends: string | null
  readonly refusal: ShownRefusal | null
}

/** A code of a later version of the portal is said as what it is: something to be put right. */
export const shownRefusal = ({
  code,
  faults,
  support = '',
}: {
  readonly code: string
  readonly faults: readonly { readonly pointer: string; readonly code: string }[]
  readonly support?: string
}): ShownRefusal => {
  const known = isProblemCode(code) ? code : 'REQUEST_INVALID'
  return {
    code: known,
    support: support === '' ? code : support,
    faults,
    title: problemRegistry[known].title,
  }
}

export const lineOf = (entry: Entry<Sendable>): OutboxLine => ({
  ...viewEntry(entry),
  id: entry.id,
  amends: entry.amends,
  refusal: entry.refusal === null ? null : shownRefusal(entry.refusal),
})
