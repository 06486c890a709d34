/** One event, one transition: the new state, what of it to store, and what to do once it is stored. */

import { queueAmendment, recallAmendment, withoutScreening } from './amending.ts'
import { endBooklets } from './booklets.ts'
import { giveUpSignature, keepSignature, wantDocument } from './documents.ts'
import type { EventOf, OutboxCommand, OutboxEvent } from './events.ts'
import { restored, withoutKept, withoutOldKept } from './kept.ts'
import { isDocumentRefusal, isResultRefusal } from './messages.ts'
import { handLinesOver, queueLines, recallLines } from './papers.ts'
import { answered, batchRefused, duplicatesFound, failed, tick } from './sending.ts'
import { type Entry, type OutboxHead, type OutboxState, withContact, withEntry } from './state.ts'
import {
  blankEntry,
  findEntry,
  firstVersion,
  type Transition,
  unchanged,
  withoutEntry,
} from './transition.ts'
import { tried, triedUntil, tryCommand } from './trying.ts'

/**
 * What to store, in one transaction, if the stored revision is still `expectedRevision`.
 *
 * Each entry is a record of its own, and every record is stored padded to one size
 * (`recordBytes`): a place once reserved is enough for all that becomes of it.
 */
export interface OutboxChange<Screening> {
  readonly expectedRevision: number
  readonly head: OutboxHead
  readonly put: readonly Entry<Screening>[]
  readonly remove: readonly string[]
  /** The same of what the portal acknowledged: records of their own, under the same ids. */
  readonly keep: readonly Entry<Screening>[]
  readonly forget: readonly string[]
}

/** Bytes of a stored record, encryption included: a screening, and a provisional certificate's text. */
export const recordBytes = 8192

export interface Step<Screening> {
  /** The state once `change` is stored; until then the old one holds. */
  readonly state: OutboxState<Screening>
  /** Null when there is nothing to store. */
  readonly change: OutboxChange<Screening> | null
  /** To be done only after `change` is stored, in this order. */
  readonly commands: readonly OutboxCommand<Screening>[]
}

export const stepOutbox = <Screening>(
  state: OutboxState<Screening>,
  event: OutboxEvent<Screening>,
): Step<Screening> => {
  const { state: made, commands } = transition(state, event)
  if (made === state) return { state, change: null, commands }
  const next = { ...made, revision: state.revision + 1 }
  const { entries, kept, ...head } = next
  const { put: keep, remove: forget } = changesOf(state.kept, kept)
  return {
    state: next,
    change: {
      expectedRevision: state.revision,
      head,
      ...changesOf(state.entries, entries),
      keep,
      forget,
    },
    commands,
  }
}

/** Most events change the head alone, or an entry in its place: then nothing has to be looked up. */
const changesOf = <Screening>(
  before: readonly Entry<Screening>[],
  after: readonly Entry<Screening>[],
): { readonly put: readonly Entry<Screening>[]; readonly remove: readonly string[] } => {
  if (before === after) return { put: [], remove: [] }
  const isInPlace =
    before.length <= after.length && before.every(({ id }, index) => id === after[index]?.id)
  if (isInPlace) return { put: after.filter((entry, index) => entry !== before[index]), remove: [] }
  const known = new Map(before.map((entry) => [entry.id, entry]))
  const kept = new Set(after.map(({ id }) => id))
  return {
    put: after.filter((entry) => known.get(entry.id) !== entry),
    remove: before.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
  }
}

const transition = <Screening>(
  state: OutboxState<Screening>,
  event: OutboxEvent<Screening>,
): Transition<Screening> => {
  switch (event.type) {
    case 'opened':
    case 'tick':
      return tick(state, event)
    case 'closed':
      return unchanged(state.lease?.tab === event.tab ? { ...state, lease: null } : state)
    case 'signed-in':
      return unchanged({ ...state, session: event.owner })
    case 'signed-out':
      return unchanged(state.session === null ? state : { ...state, session: null })
    case 'booklet-taken':
      return takeBooklet(state, event)
    case 'contact':
      return contact(state, event)
    case 'restored':
      return restored(state, event.restorations)
    case 'room-wanted':
      return unchanged(withoutKept(state))
    case 'key-lost':
      return unchanged(
        endBooklets(state, ({ professionalId }) => professionalId === event.professionalId),
      )
    case 'booklets-ended':
      return unchanged(endBooklets(state, ({ id }) => !event.keep.includes(id)))
    case 'reserve':
      return reserve(state, event)
    case 'released':
      return remove(state, event.id, ['reserved'])
    case 'typed':
      return typed(state, event)
    case 'result-read':
      return readResult(state, event)
    case 'tried':
      return tried(state, event)
    case 'lines-queued':
      return queueLines(state, event)
    case 'lines-recalled':
      return recallLines(state, event)
    case 'lines-handed-over':
      return handLinesOver(state, event)
    case 'amendment-queued':
      return queueAmendment(state, event)
    case 'amendment-recalled':
      return recallAmendment(state, event)
    case 'duplicates-found':
      return duplicatesFound(state, event)
    case 'batch-refused':
      return batchRefused(state, event)
    case 'claimed':
      return claimed(state, event)
    case 'send-wanted':
      return sendWanted(state, event)
    case 'document-wanted':
      return wantDocument(state, event)
    case 'signed':
      return keepSignature(state, event)
    case 'signing-failed':
      return giveUpSignature(state, event)
    case 'answered':
      return answered(state, event)
    case 'failed':
      return failed(state, event)
    case 'edited':
      return edited(state, event)
    case 'document-dropped':
      return dropDocument(state, event.id)
    case 'result-overridden':
      return overrideResult(state, event)
    case 'discarded':
      return discarded(state, event.id)
    case 'dismissed':
      return remove(state, event.id, ['acknowledged', 'definitive'])
  }
}

/** Answers differ by as much without meaning anything: their date is cut to the second, and the way takes its time. */
const contactMilliseconds = 5_000

const contact = <Screening>(
  before: OutboxState<Screening>,
  { portalNow, now }: EventOf<Screening, 'contact'>,
): Transition<Screening> => {
  const state = withoutOldKept(before, portalNow)
  const { offset, lastContact } = state.clock
  const isKnown = lastContact > 0 && Math.abs(portalNow - now - offset) < contactMilliseconds
  return unchanged(
    isKnown
      ? state
      : // Of this very moment, so it counts even where an earlier one said more: that one was wrong.
        {
          ...state,
          clock: { offset: portalNow - now, lastContact: Math.max(lastContact, portalNow) },
        },
  )
}

/**
 * A booklet already held keeps its numbers: the same answer twice must not make them new. One that
 * is over may be an answer to a request of long ago, held once and forgotten since.
 */
const takeBooklet = <Screening>(
  state: OutboxState<Screening>,
  { booklet, portalNow, now }: EventOf<Screening, 'booklet-taken'>,
): Transition<Screening> => {
  const current = withContact(state, portalNow, now)
  const isHeld = state.booklets.some(({ id }) => id === booklet.id)
  const isOver = booklet.expiresAt <= current.clock.lastContact
  return unchanged(
    isHeld || isOver
      ? current
      : { ...current, booklets: [...state.booklets, { ...booklet, taken: 0, wasted: [] }] },
  )
}

const reserve = <Screening>(
  state: OutboxState<Screening>,
  { id, now }: EventOf<Screening, 'reserve'>,
): Transition<Screening> =>
  unchanged(
    findEntry(state, id) === undefined
      ? { ...state, entries: [...state.entries, blankEntry<Screening>(id, now)] }
      : state,
  )

/** A second press of the button changes nothing. */
const typed = <Screening>(
  state: OutboxState<Screening>,
  event: EventOf<Screening, 'typed'>,
  act: 'record' | 'set-result' = 'record',
): Transition<Screening> => {
  const { id, screening, testType, slip, owner, tryMilliseconds, now } = event
  const known = findEntry(state, id)
  if (known !== undefined && known.stage !== 'reserved') return unchanged(state)
  const entry: Entry<Screening> = {
    ...(known ?? blankEntry<Screening>(id, now)),
    stage: 'waiting',
    version: firstVersion(state),
    owner,
    screening,
    testType,
    slip,
    // Of what the portal has registered only the result is new.
    mayBeKnown: act === 'set-result' || tryMilliseconds !== undefined,
    notBefore: triedUntil(tryMilliseconds, now),
    typedAt: now,
  }
  return unchanged(
    known === undefined
      ? { ...state, entries: [...state.entries, entry] }
      : withEntry(state, id, entry),
    ...tryCommand(entry, act, tryMilliseconds),
  )
}

/**
 * A result of something that the portal has waiting, or will have: the entry is sent whole, and the portal sets the
 * result of what it has. One that has a document already says what that document says.
 */
const readResult = <Screening>(
  state: OutboxState<Screening>,
  event: EventOf<Screening, 'result-read'>,
): Transition<Screening> => {
  const { id, screening, testType, owner, tryMilliseconds, now } = event
  const known = findEntry(state, id)
  if (known === undefined || known.stage === 'reserved') {
    return typed(state, { ...event, type: 'typed', slip: null }, 'set-result')
  }
  const isOpen = known.stage === 'waiting' || known.stage === 'acknowledged'
  if (!isOpen || known.document !== null) return unchanged(state)
  // What waits here the portal may not have: there is nothing yet whose result could be set, and both go together.
  const patience = known.stage === 'waiting' ? undefined : tryMilliseconds
  const entry: Entry<Screening> = {
    ...known,
    stage: 'waiting',
    version: known.version + 1,
    owner: known.stage === 'waiting' ? known.owner : owner,
    screening,
    testType,
    noDocument: null,
    mayBeKnown: known.mayBeKnown || known.stage === 'acknowledged',
    notBefore: triedUntil(patience, now),
    typedAt: now,
    doneAt: null,
  }
  return unchanged(withEntry(state, id, entry), ...tryCommand(entry, 'set-result', patience))
}

const claimed = <Screening>(
  state: OutboxState<Screening>,
  { ids, owner }: EventOf<Screening, 'claimed'>,
): Transition<Screening> => {
  const isMeant = (entry: Entry<Screening>) =>
    entry.owner === null && entry.stage === 'waiting' && ids.includes(entry.id)
  if (!state.entries.some(isMeant)) return unchanged(state)
  return unchanged({
    ...state,
    entries: state.entries.map((entry) => (isMeant(entry) ? { ...entry, owner } : entry)),
  })
}

/** What the portal asked for stands. */
const sendWanted = <Screening>(
  state: OutboxState<Screening>,
  { now }: EventOf<Screening, 'send-wanted'>,
): Transition<Screening> => {
  const { backoff } = state
  const until = Math.max(now, backoff.askedUntil)
  return unchanged(backoff.until > until ? { ...state, backoff: { ...backoff, until } } : state)
}

const edited = <Screening>(
  state: OutboxState<Screening>,
  { id, screening, testType }: EventOf<Screening, 'edited'>,
): Transition<Screening> => {
  const entry = findEntry(state, id)
  if (entry?.stage !== 'refused' || entry.amends !== null) return unchanged(state)
  const version = entry.version + 1
  return unchanged(
    withEntry(state, id, {
      stage: 'waiting',
      screening,
      testType,
      version,
      refusal: null,
      overridden: null,
      notBefore: 0,
    }),
  )
}

/** What was recorded stays; that this counter read something else must not be lost with the entry. */
const overrideResult = <Screening>(
  state: OutboxState<Screening>,
  { id, reason }: EventOf<Screening, 'result-overridden'>,
): Transition<Screening> => {
  const entry = findEntry(state, id)
  if (entry?.stage !== 'refused' || !isResultRefusal(entry.refusal?.code ?? '')) {
    return unchanged(state)
  }
  return unchanged(
    withEntry(state, id, {
      stage: 'waiting',
      version: entry.version + 1,
      overridden: reason,
      refusal: null,
      notBefore: 0,
    }),
  )
}

/**
 * A document that the portal refuses (its booklet was withdrawn, say) proves nothing, and would be refused for ever.
 * Its number stays taken: the portal has seen it.
 */
const dropDocument = <Screening>(
  state: OutboxState<Screening>,
  id: string,
): Transition<Screening> => {
  const entry = findEntry(state, id)
  if (entry?.stage !== 'refused' || !isDocumentRefusal(entry.refusal?.code ?? '')) {
    return unchanged(state)
  }
  return unchanged(
    withEntry(state, id, {
      stage: 'waiting',
      version: entry.version + 1,
      document: null,
      refusal: null,
      notBefore: 0,
    }),
  )
}

/** What a person holds a document of must reach the portal, corrected if need be. */
const discarded = <Screening>(state: OutboxState<Screening>, id: string): Transition<Screening> => {
  const entry = findEntry(state, id)
  if (entry?.stage !== 'refused') return unchanged(state)
  return entry.document === null && entry.slip === null
    ? unchanged(withoutScreening(state, id))
    : unchanged(state, { type: 'notice', id, code: 'DOCUMENT_GIVEN' })
}

const remove = <Screening>(
  state: OutboxState<Screening>,
  id: string,
  stages: readonly Entry<Screening>['stage'][],
): Transition<Screening> => {
  const entry = findEntry(state, id)
  return unchanged(
    entry !== undefined && stages.includes(entry.stage) ? withoutEntry(state, id) : state,
  )
}
