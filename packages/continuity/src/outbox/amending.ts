/**
 * Corrections and withdrawals: amendments of what the portal has, or will have. What they add to the outbox:
 *
 * 1. What only this computer has is put right, or given up, in its place: nothing wrong is issued first. What may have
 *    left, or is signed, stays as it is, and an amendment follows it.
 * 2. An amendment goes once the portal has its screening, and in the name of who made it.
 * 3. A screening has one amendment here at most: another takes its place until it may have left, or once it was refused.
 *    Only what a restored portal is sent again may be more than one, in the order of before (kept.ts).
 * 4. It leaves when the portal has carried it out, or a person gave it up; refused it stays, with the reason.
 */
import type { EventOf, OutboxCommand } from './events.ts'
import {
  type Entry,
  isSameOwner,
  mayBeTakenBack,
  type OutboxState,
  type Owner,
  withEntry,
} from './state.ts'
import {
  blankEntry,
  findEntry,
  firstVersion,
  isWithPortal,
  type Transition,
  unchanged,
  withoutEntry,
} from './transition.ts'
import { triedUntil } from './trying.ts'

/** Nobody but this computer knows of it: no portal, nobody with a document, and no grid where its line is typed. */
const isHereAlone = <Screening>({
  stage,
  mayBeKnown,
  document,
  paper,
}: Entry<Screening>): boolean =>
  stage === 'waiting' && !mayBeKnown && document === null && paper === null

const isRecallable = <Screening>(entry: Entry<Screening>): boolean =>
  entry.amends !== null && mayBeTakenBack(entry)

export const amendCommand = <Screening>(
  { id, version, amends, screening }: Entry<Screening>,
  way: { readonly batch: string } | { readonly timeoutMilliseconds: number },
): readonly OutboxCommand<Screening>[] =>
  amends === null || screening === null
    ? []
    : [{ type: 'amend', id, version, amends, screening, way }]

export const queueAmendment = <Screening>(
  state: OutboxState<Screening>,
  event: EventOf<Screening, 'amendment-queued'>,
): Transition<Screening> => {
  const { id, amends, screening, owner, tryMilliseconds, now } = event
  if (findEntry(state, id) !== undefined) return unchanged(state)
  const original = findEntry(state, amends)
  if (original !== undefined && isHereAlone(original))
    return unchanged(amendHere(state, original, event))
  const standing = state.entries.find((entry) => entry.amends === amends)
  if (standing !== undefined && !isRecallable(standing))
    return unchanged(state, { type: 'notice', id, code: 'AMENDMENT_UNDER_WAY' })
  const patience = isWithPortal(state, amends) ? tryMilliseconds : undefined
  const entry: Entry<Screening> = {
    ...blankEntry<Screening>(id, now),
    stage: 'waiting',
    version: firstVersion(state),
    owner,
    screening,
    amends,
    mayBeKnown: patience !== undefined,
    notBefore: triedUntil(patience, now),
  }
  const others = state.entries.filter((other) => other !== standing)
  return unchanged(
    { ...state, entries: [...others, entry] },
    ...(patience === undefined ? [] : amendCommand(entry, { timeoutMilliseconds: patience })),
  )
}

/** It was never sent, and no document of it was signed: what was wrong with it is issued nowhere. */
const amendHere = <Screening>(
  state: OutboxState<Screening>,
  { id, version }: Entry<Screening>,
  { instead }: EventOf<Screening, 'amendment-queued'>,
): OutboxState<Screening> =>
  instead === null
    ? withoutScreening(state, id)
    : withEntry(state, id, { ...instead, version: version + 1, noDocument: null })

export const recallAmendment = <Screening>(
  state: OutboxState<Screening>,
  { id }: EventOf<Screening, 'amendment-recalled'>,
): Transition<Screening> => {
  const entry = findEntry(state, id)
  return unchanged(entry !== undefined && isRecallable(entry) ? withoutEntry(state, id) : state)
}

/** The first that may go in this session. */
export const dueAmendment = <Screening>(
  state: OutboxState<Screening>,
  session: Owner,
  isDeferred: (entry: Entry<Screening>) => boolean,
): Entry<Screening> | undefined =>
  state.entries.find(
    (entry) =>
      entry.amends !== null &&
      entry.stage === 'waiting' &&
      isSameOwner(entry.owner, session) &&
      !isDeferred(entry) &&
      isWithPortal(state, entry.amends) &&
      // Those that a restored portal is sent again follow each other, as they did.
      state.entries.find(({ amends }) => amends === entry.amends) === entry,
  )

/** The same without a screening and what was to amend it: it was given up before anybody else knew of it. */
export const withoutScreening = <Screening>(
  state: OutboxState<Screening>,
  id: string,
): OutboxState<Screening> => ({
  ...state,
  entries: state.entries.filter((entry) => entry.id !== id && entry.amends !== id),
})
