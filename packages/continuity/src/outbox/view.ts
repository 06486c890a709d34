/** What a professional sees of an entry: the truth about it, in one word. */
import type { Entry, NoDocumentCode } from './state.ts'

export type EntryView =
  /** A place is kept; nothing typed yet. */
  | { readonly state: 'reserved' }
  /** On this computer, to be sent; no document yet. */
  | { readonly state: 'typed' }
  | { readonly state: 'signing' }
  /** The person has a provisional certificate; the portal does not know of it yet. */
  | { readonly state: 'provisional'; readonly number: number }
  /** On this computer, to be sent; no document could be given: the slip is next. */
  | { readonly state: 'queued'; readonly because: NoDocumentCode }
  /** To be corrected; `isDocumentGiven` says that a person holds a document of it. */
  | { readonly state: 'refused'; readonly code: string; readonly isDocumentGiven: boolean }
  /** Safe in the portal; the definitive certificate is being made. */
  | { readonly state: 'acknowledged' }
  | { readonly state: 'definitive' }

export const viewEntry = <Screening>(entry: Entry<Screening>): EntryView => {
  const { stage, document, noDocument, refusal } = entry
  if (stage !== 'waiting' && stage !== 'refused') return { state: stage }
  if (stage === 'refused') {
    return { state: stage, code: refusal?.code ?? '', isDocumentGiven: document !== null }
  }
  if (document !== null) {
    return document.text === null
      ? { state: 'signing' }
      : { state: 'provisional', number: document.number }
  }
  return noDocument === null ? { state: 'typed' } : { state: 'queued', because: noDocument }
}

/** Entries that the portal does not have: what is lost if this computer is. */
export const unsentCount = <Screening>(entries: readonly Entry<Screening>[]): number =>
  entries.filter(({ stage }) => stage === 'waiting' || stage === 'refused').length
