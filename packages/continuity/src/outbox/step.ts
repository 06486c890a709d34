/** One event, one transition: the new state, what of it to store, and what to do once it is stored. */

import { endBooklets } from './booklets.ts'
import {
  giveUpSignature,
  keepSignature,
  type Outcome,
  unchanged,
  wantDocument,
} from './documents.ts'
import type { OutboxCommand, OutboxEvent } from './events.ts'
import { isDocumentRefusal, isResultRefusal } from './messages.ts'
import { answered, failed, tick } from './sending.ts'
import { type Entry, type OutboxHead, type OutboxState, withContact, withEntry } from './state.ts'

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
  const outcome = transition(state, event)
  if (outcome.state === state) return { state, change: null, commands: outcome.commands }
  const next = { ...outcome.state, revision: state.revision + 1 }
  const { entries, ...head } = next
  return {
    state: next,
    change: { expectedRevision: state.revision, head, ...changesOf(state.entries, entries) },
    commands: outcome.commands,
  }
}

/** Most events change the head alone, or an entry in its place: then nothing has to be looked up. */
const changesOf = <Screening>(
  before: readonly Entry<Screening>[],
  after: readonly Entry<Screening>[],
): Pick<OutboxChange<Screening>, 'put' | 'remove'> => {
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
): Outcome<Screening> => {
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
    case 'set-aside':
      return setAside(state, event)
    case 'discarded':
      return discarded(state, event.id)
    case 'dismissed':
      return remove(state, event.id, ['acknowledged', 'definitive'])
  }
}

type EventOf<Screening, Type> = Extract<OutboxEvent<Screening>, { readonly type: Type }>

/** Answers differ by as much without meaning anything: their date is cut to the second, and the way takes its time. */
const contactMilliseconds = 5_000

const contact = <Screening>(
  state: OutboxState<Screening>,
  { portalNow, now }: EventOf<Screening, 'contact'>,
): Outcome<Screening> => {
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
): Outcome<Screening> => {
  const current = withContact(state, portalNow, now)
  const isHeld = state.booklets.some(({ id }) => id === booklet.id)
  const isOver = booklet.expiresAt <= current.clock.lastContact
  return unchanged(
    isHeld || isOver
      ? current
      : { ...current, booklets: [...state.booklets, { ...booklet, taken: 0, wasted: [] }] },
  )
}

const blank = <Screening>(id: string, now: number): Entry<Screening> => ({
  id,
  stage: 'reserved',
  version: 0,
  owner: null,
  screening: null,
  testType: null,
  slip: null,
  document: null,
  noDocument: null,
  typedAt: now,
  notBefore: 0,
  refusal: null,
  doneAt: null,
})

const find = <Screening>(state: OutboxState<Screening>, id: string) =>
  state.entries.find((entry) => entry.id === id)

const reserve = <Screening>(
  state: OutboxState<Screening>,
  { id, now }: EventOf<Screening, 'reserve'>,
): Outcome<Screening> =>
  unchanged(
    find(state, id) === undefined
      ? { ...state, entries: [...state.entries, blank<Screening>(id, now)] }
      : state,
  )

/** A second press of the button changes nothing. */
const typed = <Screening>(
  state: OutboxState<Screening>,
  { id, screening, testType, slip, owner, notBefore = 0, now }: EventOf<Screening, 'typed'>,
): Outcome<Screening> => {
  const known = find(state, id)
  if (known !== undefined && known.stage !== 'reserved') return unchanged(state)
  const entry: Entry<Screening> = {
    ...(known ?? blank<Screening>(id, now)),
    stage: 'waiting',
    version: 1,
    owner,
    screening,
    testType,
    slip,
    notBefore,
    typedAt: now,
  }
  return unchanged(
    known === undefined
      ? { ...state, entries: [...state.entries, entry] }
      : withEntry(state, id, entry),
  )
}

/**
 * A result of something that the portal has waiting, or will have: the entry is sent whole, and the portal sets the
 * result of what it has. One that has a document already says what that document says.
 */
const readResult = <Screening>(
  state: OutboxState<Screening>,
  event: EventOf<Screening, 'result-read'>,
): Outcome<Screening> => {
  const { id, screening, testType, owner, notBefore = 0, now } = event
  const known = find(state, id)
  if (known === undefined || known.stage === 'reserved') {
    return typed(state, { ...event, type: 'typed', slip: null })
  }
  const isOpen = known.stage === 'waiting' || known.stage === 'acknowledged'
  if (!isOpen || known.document !== null) return unchanged(state)
  return unchanged(
    withEntry(state, id, {
      stage: 'waiting',
      version: known.version + 1,
      owner: known.stage === 'waiting' ? known.owner : owner,
      screening,
      testType,
      noDocument: null,
      notBefore,
      typedAt: now,
      doneAt: null,
    }),
  )
}

const claimed = <Screening>(
  state: OutboxState<Screening>,
  { ids, owner }: EventOf<Screening, 'claimed'>,
): Outcome<Screening> => {
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
): Outcome<Screening> => {
  const { rest } = state
  const until = Math.max(now, rest.askedUntil)
  return unchanged(rest.until > until ? { ...state, rest: { ...rest, until } } : state)
}

const edited = <Screening>(
  state: OutboxState<Screening>,
  { id, screening, testType }: EventOf<Screening, 'edited'>,
): Outcome<Screening> => {
  const entry = find(state, id)
  if (entry?.stage !== 'refused') return unchanged(state)
  const version = entry.version + 1
  return unchanged(
    withEntry(state, id, {
      stage: 'waiting',
      screening,
      testType,
      version,
      refusal: null,
      aside: null,
      notBefore: 0,
    }),
  )
}

/** What was recorded stays; that this counter read something else must not be lost with the entry. */
const setAside = <Screening>(
  state: OutboxState<Screening>,
  { id, reason }: EventOf<Screening, 'set-aside'>,
): Outcome<Screening> => {
  const entry = find(state, id)
  if (entry?.stage !== 'refused' || !isResultRefusal(entry.refusal?.code ?? '')) {
    return unchanged(state)
  }
  return unchanged(
    withEntry(state, id, {
      stage: 'waiting',
      version: entry.version + 1,
      aside: reason,
      refusal: null,
      notBefore: 0,
    }),
  )
}

/**
 * A document that the portal refuses (its booklet was withdrawn, say) proves nothing, and would be refused for ever.
 * Its number stays taken: the portal has seen it.
 */
const dropDocument = <Screening>(state: OutboxState<Screening>, id: string): Outcome<Screening> => {
  const entry = find(state, id)
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
const discarded = <Screening>(state: OutboxState<Screening>, id: string): Outcome<Screening> => {
  const entry = find(state, id)
  if (entry?.stage !== 'refused') return unchanged(state)
  return entry.document === null && entry.slip === null
    ? remove(state, id, ['refused'])
    : unchanged(state, { type: 'notice', id, code: 'DOCUMENT_GIVEN' })
}

const remove = <Screening>(
  state: OutboxState<Screening>,
  id: string,
  stages: readonly Entry<Screening>['stage'][],
): Outcome<Screening> => {
  const entry = find(state, id)
  return unchanged(
    entry !== undefined && stages.includes(entry.stage)
      ? { ...state, entries: state.entries.filter((candidate) => candidate !== entry) }
      : state,
  )
}
