/** From typed to a document in hand. */
import { takeNumber, usableBooklet, wasteNumber } from './booklets.ts'
import type { EventOf } from './events.ts'
import {
  type Entry,
  type NoDocumentCode,
  type Numbered,
  type OutboxState,
  portalTime,
  withEntry,
} from './state.ts'
import { findEntry, type Transition, unchanged } from './transition.ts'

/** A signature takes milliseconds; after this long whoever was making it is gone. */
const signingMillisecondsMax = 60_000

/**
 * Takes a number and asks for the signature. A document that is there is shown again; one that this
 * tab is signing is waited for; a number that another tab took is given up.
 */
export const wantDocument = <Screening>(
  state: OutboxState<Screening>,
  event: EventOf<Screening, 'document-wanted'>,
): Transition<Screening> => {
  const entry = findEntry(state, event.id)
  if (entry === undefined || (entry.stage !== 'waiting' && entry.stage !== 'refused')) {
    return unchanged(state)
  }
  const { document } = entry
  if (document === null) return number(state, entry, event)
  if (document.text !== null) {
    return unchanged(state, { type: 'show-document', id: entry.id, text: document.text })
  }
  return document.tab === event.tab && !isOverdue(document, event.now)
    ? unchanged(state)
    : number(wasteNumber(state, document), entry, event)
}

const isOverdue = ({ takenAt }: Numbered, now: number): boolean =>
  // A clock that was put back must not keep a number waiting.
  Math.abs(now - takenAt) > signingMillisecondsMax

const number = <Screening>(
  state: OutboxState<Screening>,
  entry: Entry<Screening>,
  { tab, now }: EventOf<Screening, 'document-wanted'>,
): Transition<Screening> => {
  const { id, testType, owner, screening } = entry
  if (testType === null || owner === null || screening === null) {
    return withoutDocument(state, id, 'NOT_CERTIFIABLE')
  }
  const booklet = usableBooklet(state, owner, testType, now)
  if (typeof booklet === 'string') return withoutDocument(state, id, booklet)
  const issuedAt = portalTime(state, now)
  const taken = { bookletId: booklet.id, number: booklet.taken + 1, issuedAt }
  return {
    state: withEntry(takeNumber(state, booklet.id), id, {
      document: { ...taken, takenAt: now, text: null, tab },
      noDocument: null,
      // What was sent without the number no longer says all there is.
      version: entry.version + 1,
    }),
    commands: [{ type: 'sign', id, ...taken, screening }],
  }
}

const withoutDocument = <Screening>(
  state: OutboxState<Screening>,
  id: string,
  code: NoDocumentCode,
): Transition<Screening> => ({
  state: withEntry(state, id, { noDocument: code, document: null }),
  commands: [{ type: 'notice', id, code }],
})

const isAwaited = <Screening>(
  entry: Entry<Screening> | undefined,
  { bookletId, number }: { readonly bookletId: string; readonly number: number },
): entry is Entry<Screening> =>
  entry?.document?.text === null &&
  entry.document.bookletId === bookletId &&
  entry.document.number === number

/** A signature came. One for a number given up in the meantime is thrown away. */
export const keepSignature = <Screening>(
  state: OutboxState<Screening>,
  event: EventOf<Screening, 'signed'>,
): Transition<Screening> => {
  const { id, text } = event
  const entry = findEntry(state, id)
  if (!isAwaited(entry, event) || entry.document === null) {
    return unchanged(state, { type: 'notice', id, code: 'SIGNING_INTERRUPTED' })
  }
  return {
    state: withEntry(state, id, {
      document: { ...entry.document, text },
      version: entry.version + 1,
    }),
    commands: [{ type: 'show-document', id, text }],
  }
}

/** The key was locked, or the signature refused by our own check. */
export const giveUpSignature = <Screening>(
  state: OutboxState<Screening>,
  event: EventOf<Screening, 'signing-failed'>,
): Transition<Screening> => {
  const entry = findEntry(state, event.id)
  return isAwaited(entry, event)
    ? withoutDocument(wasteNumber(state, event), event.id, 'SIGNING_FAILED')
    : unchanged(state)
}

/** Gives up the numbers whose signature never came: the tab that was signing is gone. */
export const giveUpOverdue = <Screening>(
  state: OutboxState<Screening>,
  now: number,
): OutboxState<Screening> => {
  return state.entries.reduce((current, { id, document }) => {
    if (document?.text !== null || !isOverdue(document, now)) return current
    return withEntry(wasteNumber(current, document), id, { document: null })
  }, state)
}
