/** From waiting to definitive. */

import { amendCommand, dueAmendment } from './amending.ts'
import { askedUntil, backoffMilliseconds, backoffMillisecondsMax } from './backoff.ts'
import { settleBooklets, wastedNumbers } from './booklets.ts'
import { giveUpOverdue } from './documents.ts'
import type { EventOf } from './events.ts'
import { withKept } from './kept.ts'
import { type ReconcileItem, type ReconcileLine, reconcileItemsMax } from './messages.ts'
import { isUnchecked, settleDuplicates } from './papers.ts'
import {
  type Entry,
  isSameOwner,
  type OutboxState,
  type Owner,
  withContact,
  withEntry,
} from './state.ts'
import {
  findEntry,
  isRefusedTooEarly,
  type Transition,
  unchanged,
  withoutEntry,
} from './transition.ts'

/** A tab that did not tick for this long has lost its turn to send. */
const leaseMilliseconds = 15_000
/** A batch not answered by then is sent again. */
const answerMillisecondsMax = 60_000
/** Between two questions whether an acknowledged entry is definitive. */
const askMilliseconds = 30_000
/** Definitive entries, and places never used, are left out of the list a day later. */
const keptMillisecondsMax = 86_400_000

/** Takes or keeps the turn to send, gives up what is overdue, and sends what is due. */
export const tick = <Screening>(
  state: OutboxState<Screening>,
  { tab, now }: EventOf<Screening, 'tick' | 'opened'>,
): Transition<Screening> => {
  const tidied = forgetOld(giveUpOverdue(state, now), now)
  const leased = takeLease(tidied, tab, now)
  return leased.lease?.tab === tab ? send(leased, tab, now) : unchanged(leased)
}

/**
 * Definitive entries carry no identity data, and after a day their list is no help any more. A place
 * reserved a day ago is of a form whose tab is gone.
 */
const forgetOld = <Screening>(
  state: OutboxState<Screening>,
  now: number,
): OutboxState<Screening> => {
  const isOld = ({ stage, doneAt, typedAt }: Entry<Screening>) => {
    const since = stage === 'reserved' ? typedAt : stage === 'definitive' ? doneAt : null
    return since !== null && now - since > keptMillisecondsMax
  }
  return state.entries.some(isOld)
    ? { ...state, entries: state.entries.filter((entry) => !isOld(entry)) }
    : state
}

/** A time to wait for that is further off than any can be is one that a jump of the clock made. */
const isAhead = (until: number, now: number, most: number): boolean =>
  until > now && until - now <= most

const takeLease = <Screening>(
  state: OutboxState<Screening>,
  tab: string,
  now: number,
): OutboxState<Screening> => {
  const { lease } = state
  const isHeld = lease !== null && isAhead(lease.until, now, leaseMilliseconds)
  if (isHeld && lease.tab !== tab) return state
  // Renewed at half its time: not every tick is worth a write.
  if (isHeld && lease.until - now > leaseMilliseconds / 2) return state
  return {
    ...state,
    lease: { tab, until: now + leaseMilliseconds },
    sending: state.sending?.tab === tab ? state.sending : null,
  }
}

const send = <Screening>(
  state: OutboxState<Screening>,
  tab: string,
  now: number,
): Transition<Screening> => {
  const { session, sending, backoff } = state
  if (session === null || isAhead(backoff.until, now, backoffMillisecondsMax))
    return unchanged(state)
  if (
    sending !== null &&
    isAhead(sending.sentAt + answerMillisecondsMax, now, answerMillisecondsMax)
  ) {
    return unchanged(state)
  }
  const due = dueEntries(state, session, now)
  const wasted = wastedNumbers(state)
  if (due.length === 0 && wasted.length === 0) return sendAmendment(state, session, tab, now)
  const batch = `${tab}/${state.revision}`
  const underWay = { ...state, sending: { batch, tab, sentAt: now } }
  const unchecked = due.flatMap(({ entry }) => (isUnchecked(entry) ? [entry] : []))
  if (unchecked.length > 0) return askForDuplicates(underWay, batch, unchecked)
  const items = due.map(({ item }) => item)
  const entries = due.map(({ entry }) => entry)
  return unchanged(markSent(underWay, entries), { type: 'send', batch, items, wasted })
}

/** They are about to leave: from now on nothing of them changes until they are answered. */
const markSent = <Screening>(
  state: OutboxState<Screening>,
  sent: readonly Entry<Screening>[],
): OutboxState<Screening> => {
  const fresh = new Set(sent.filter(({ mayBeKnown }) => !mayBeKnown))
  if (fresh.size === 0) return state
  return {
    ...state,
    entries: state.entries.map((entry) =>
      fresh.has(entry) ? { ...entry, mayBeKnown: true } : entry,
    ),
  }
}

/** One at a time, once no screening is due: somebody may wait for a certificate, and what is amended goes first. */
const sendAmendment = <Screening>(
  state: OutboxState<Screening>,
  session: Owner,
  tab: string,
  now: number,
): Transition<Screening> => {
  const due = dueAmendment(state, session, (entry) =>
    isAhead(entry.notBefore, now, backoffMillisecondsMax),
  )
  if (due === undefined) return unchanged(state)
  const batch = `${tab}/${state.revision}`
  const underWay = { ...state, sending: { batch, tab, sentAt: now } }
  return unchanged(markSent(underWay, [due]), ...amendCommand(due, { batch }))
}

const askForDuplicates = <Screening>(
  state: OutboxState<Screening>,
  batch: string,
  unchecked: readonly Entry<Screening>[],
): Transition<Screening> => {
  const items = unchecked.flatMap(({ id, screening }) =>
    screening === null ? [] : [{ id, screening }],
  )
  return unchanged(state, { type: 'find-duplicates', batch, items })
}

interface Due<Screening> {
  readonly entry: Entry<Screening>
  readonly item: ReconcileItem<Screening>
}

/** Of a long backlog no more is looked at than one batch takes. */
const dueEntries = <Screening>(
  { entries, itemsMax }: OutboxState<Screening>,
  session: Owner,
  now: number,
): Due<Screening>[] => {
  const due: Due<Screening>[] = []
  for (const entry of entries) {
    if (due.length === itemsMax) break
    if (isAhead(entry.notBefore, now, backoffMillisecondsMax)) continue
    const item = itemOf(entry, session)
    if (item !== undefined) due.push({ entry, item })
  }
  return due
}

/**
 * What is sent of an entry in this session, if anything. A provisional certificate names its
 * professional, so anyone at work at the site may bring it in; without one the screening is the act
 * of whoever is signed in, and waits for the one who made it.
 */
const itemOf = <Screening>(
  entry: Entry<Screening>,
  session: Owner,
): ReconcileItem<Screening> | undefined => {
  const { id, version, screening, document, slip, owner, stage, overridden, amends } = entry
  if (amends !== null || owner?.siteId !== session.siteId) return undefined
  if (stage === 'acknowledged') return { kind: 'ask', id, version }
  if (stage !== 'waiting' || screening === null || document?.text === null) return undefined
  if (document === null && !isSameOwner(owner, session)) return undefined
  const provisional = document?.text ?? null
  const said = overridden === null ? {} : { aside: overridden }
  return { kind: 'screening', id, version, screening, provisional, slip, ...said }
}

/** An answer came: also twice, late, or to a batch of a tab that is gone. Each line says what it is about. */
export const answered = <Screening>(
  state: OutboxState<Screening>,
  event: EventOf<Screening, 'answered'>,
): Transition<Screening> => {
  const { batch, items, wasted, answer, portalNow, random, now } = event
  const isCurrent = state.sending?.batch === batch
  const versions = new Map(items.map(({ id, version }) => [id, version]))
  const applied = answer.lines.reduce((current, line) => {
    const entry = findEntry(current, line.id)
    return entry === undefined || entry.version !== versions.get(line.id)
      ? current
      : applyLine(current, entry, line, now)
  }, state)
  // A late answer says little of the time now.
  const clocked = isCurrent && portalNow !== null ? withContact(applied, portalNow, now) : applied
  const settled = settleBooklets(clocked, wasted)
  if (!isCurrent) return unchanged(settled)
  const lines = new Set(answer.lines.map(({ id }) => id))
  const isPartial = items.some(({ id }) => !lines.has(id))
  const failures = isPartial ? state.backoff.failures + 1 : 0
  const isPaced = isPartial || answer.retryAfterSeconds !== null
  const wait = isPaced ? backoffMilliseconds(failures, answer.retryAfterSeconds, random) : 0
  const backoff = {
    failures,
    until: now + wait,
    askedUntil: askedUntil(answer.retryAfterSeconds, now),
  }
  const itemsMax = Math.min(reconcileItemsMax, state.itemsMax * 2)
  return unchanged({ ...settled, sending: null, backoff, itemsMax })
}

const applyLine = <Screening>(
  state: OutboxState<Screening>,
  entry: Entry<Screening>,
  line: ReconcileLine,
  now: number,
): OutboxState<Screening> => {
  if (entry.stage !== 'waiting' && entry.stage !== 'acknowledged') return state
  const isTaken = line.status === 'acknowledged' || line.status === 'definitive'
  const taken = isTaken ? withKept(state, entry, now) : state
  if (isTaken && (entry.paper !== null || entry.amends !== null))
    return withoutEntry(taken, entry.id)
  switch (line.status) {
    case 'acknowledged':
      return withEntry(taken, entry.id, {
        ...withoutIdentity(entry, 'acknowledged', now),
        notBefore: now + askMilliseconds,
      })
    case 'definitive':
      return withEntry(taken, entry.id, withoutIdentity(entry, 'definitive', now))
    case 'refused':
      if (entry.stage === 'acknowledged' || isRefusedTooEarly(state, entry)) return state
      return withEntry(state, entry.id, {
        stage: 'refused',
        refusal: { code: line.code, faults: line.faults },
      })
    case 'later':
      return withEntry(state, entry.id, {
        notBefore: now + backoffMilliseconds(0, line.retryAfterSeconds, 0),
      })
  }
}

/** The portal has it: name, birth date, result and the signed text that repeats them go. */
const withoutIdentity = <Screening>(
  entry: Entry<Screening>,
  stage: 'acknowledged' | 'definitive',
  now: number,
): Partial<Entry<Screening>> => ({
  stage,
  screening: null,
  document: null,
  noDocument: null,
  refusal: null,
  overridden: null,
  slip: null,
  testType: null,
  doneAt: entry.doneAt ?? now,
})

/** No answer, or none that says anything of the entries. */
export const failed = <Screening>(
  state: OutboxState<Screening>,
  { batch, reason, retryAfterSeconds, random, now }: EventOf<Screening, 'failed'>,
): Transition<Screening> => {
  if (state.sending?.batch !== batch) return unchanged(state)
  const failures = state.backoff.failures + 1
  const until = now + backoffMilliseconds(failures, retryAfterSeconds, random)
  return unchanged({
    ...state,
    sending: null,
    backoff: { failures, until, askedUntil: askedUntil(retryAfterSeconds, now) },
    session: reason === 'signed-out' ? null : state.session,
  })
}

/**
 * Something in a batch cannot be read, and would not be another time either. It must not hold up the others: batches
 * become half as long until it is alone, and is refused.
 */
export const batchRefused = <Screening>(
  state: OutboxState<Screening>,
  event: EventOf<Screening, 'batch-refused'>,
): Transition<Screening> => {
  const { batch, items, refusal, random, now } = event
  if (state.sending?.batch !== batch) return unchanged(state)
  const settled = { ...state, sending: null }
  const [only] = items
  if (items.length > 1)
    return unchanged({ ...settled, itemsMax: Math.max(1, Math.floor(items.length / 2)) })
  const entry = only === undefined ? undefined : findEntry(state, only.id)
  if (entry?.stage === 'waiting' && entry.version === only?.version)
    return unchanged(withEntry(settled, entry.id, { stage: 'refused', refusal }))
  // Not of anything that a person could correct.
  return failed(state, {
    type: 'failed',
    batch,
    reason: 'busy',
    retryAfterSeconds: null,
    random,
    now,
  })
}

/** Whether the site has lines typed from papers already is known; what may go, goes. */
export const duplicatesFound = <Screening>(
  state: OutboxState<Screening>,
  event: EventOf<Screening, 'duplicates-found'>,
): Transition<Screening> => {
  const { sending, lease } = state
  if (sending?.batch !== event.batch) return unchanged(state)
  const settled = { ...settleDuplicates(state, event), sending: null }
  return lease?.tab === sending.tab ? send(settled, sending.tab, event.now) : unchanged(settled)
}
