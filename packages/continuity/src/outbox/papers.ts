/**
 * Lines typed from papers, later: a slip, or a sheet of one's own. What they add to the outbox:
 *
 * 1. A line may be taken back until its first byte can have left; from then on it is frozen until it is answered.
 * 2. None is sent before the portal was asked whether the site has it already, or a person said that it is no double.
 * 3. It goes in the name of who typed it, or of a colleague at the same site who took it over.
 * 4. Once the portal has it, it leaves: nobody waits for its certificate here.
 */
import type { EventOf } from './events.ts'
import { type Entry, isSameOwner, mayBeTakenBack, type OutboxState } from './state.ts'
import { blankEntry, firstVersion, type Transition, unchanged } from './transition.ts'

/** A place of its own, or of one that came back and was typed again. */
const isFree = <Screening>(known: Entry<Screening> | undefined): boolean =>
  known === undefined || (known.paper !== null && known.stage === 'refused')

export const queueLines = <Screening>(
  state: OutboxState<Screening>,
  { lines, owner, now }: EventOf<Screening, 'lines-queued'>,
): Transition<Screening> => {
  const known = new Map(state.entries.map((entry) => [entry.id, entry]))
  const queued = new Map(
    lines.flatMap(({ id, screening, slip, isNoDouble, isSent = false }) =>
      isFree(known.get(id))
        ? [
            [
              id,
              {
                ...blankEntry<Screening>(id, now),
                stage: 'waiting' as const,
                version: firstVersion(state),
                owner,
                screening,
                slip,
                // What was sent before was asked for then.
                mayBeKnown: isSent,
                paper: { isChecked: isNoDouble || isSent, alike: null },
              },
            ] as const,
          ]
        : [],
    ),
  )
  if (queued.size === 0) return unchanged(state)
  const again = state.entries.map((entry) => queued.get(entry.id) ?? entry)
  const fresh = [...queued.values()].filter(({ id }) => !known.has(id))
  return unchanged({ ...state, entries: [...again, ...fresh] })
}

/** What is with the portal, or may be, is not to be had back. */
const isRecallable = <Screening>(entry: Entry<Screening>): boolean =>
  entry.paper !== null && entry.document === null && mayBeTakenBack(entry)

export const recallLines = <Screening>(
  state: OutboxState<Screening>,
  { ids }: EventOf<Screening, 'lines-recalled'>,
): Transition<Screening> => {
  const wanted = new Set(ids)
  const kept = state.entries.filter((entry) => !(wanted.has(entry.id) && isRecallable(entry)))
  return unchanged(kept.length === state.entries.length ? state : { ...state, entries: kept })
}

/** One whose answer was lost can be taken over too: its id makes it the same request. */
export const handLinesOver = <Screening>(
  state: OutboxState<Screening>,
  { lines, owner }: EventOf<Screening, 'lines-handed-over'>,
): Transition<Screening> => {
  const taken = new Map(lines.map((line) => [line.id, line.screening]))
  const isMeant = (entry: Entry<Screening>): boolean =>
    entry.paper !== null &&
    entry.stage === 'waiting' &&
    entry.document === null &&
    entry.owner?.siteId === owner.siteId &&
    !isSameOwner(entry.owner, owner) &&
    taken.has(entry.id)
  if (!state.entries.some(isMeant)) return unchanged(state)
  return unchanged({
    ...state,
    entries: state.entries.map((entry) =>
      isMeant(entry)
        ? { ...entry, owner, screening: taken.get(entry.id) ?? entry.screening }
        : entry,
    ),
  })
}

export const isUnchecked = <Screening>({ paper }: Entry<Screening>): boolean =>
  paper !== null && !paper.isChecked

/** What the site has already waits for a person; the others may go. */
export const settleDuplicates = <Screening>(
  state: OutboxState<Screening>,
  { ids, found }: Pick<EventOf<Screening, 'duplicates-found'>, 'ids' | 'found'>,
): OutboxState<Screening> => {
  const asked = new Set(ids)
  const alikes = new Map(
    found.map(({ id, sampledAt, recordedAt }) => [id, { sampledAt, recordedAt }]),
  )
  return {
    ...state,
    entries: state.entries.map((entry) => {
      const { id, paper, stage } = entry
      if (paper === null || paper.isChecked || stage !== 'waiting' || !asked.has(id)) return entry
      const alike = alikes.get(id)
      return alike === undefined
        ? { ...entry, paper: { ...paper, isChecked: true } }
        : { ...entry, stage: 'refused', paper: { ...paper, alike } }
    }),
  }
}
