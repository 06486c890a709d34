/**
 * What the portal acknowledged, kept for a day: a portal that was set back to an earlier second has lost what it acknowledged
 * since, and this counter may be the only one that still knows it. What that adds to the outbox:
 *
 * 1. Nothing is kept longer than a day after it was acknowledged, as the portal's own clock says it at the next contact, and
 *    no more than `keptMax` of it.
 * 2. It is what was sent, and no more: as sealed as what waits.
 * 3. A restoration is heeded once. What was acknowledged between its second and the moment of the restoring waits to be sent
 *    again, under its own id, in the order in which it was acknowledged.
 * 4. New work goes before it: where there is no room, it leaves.
 */
import { type Entry, type OutboxState, portalTime, type Restoration } from './state.ts'
import { findEntry, firstVersion, type Transition, unchanged } from './transition.ts'

/** Longer than between a disaster and the restoring, and never over a second working day. */
export const keptMilliseconds = 86_400_000
/** Some 1 kB each; a counter that does nothing else enters half as many in a day. */
export const keptMax = 1_000

/**
 * Clocks of portals and their database differ by less, and an answer takes its time. What was there all the same is known by
 * its id.
 */
const leewayMilliseconds = 60_000

/** A result of what was registered leaves without the papers of before, which the portal may have to be told of again. */
const withPapersOf = <Screening>(
  entry: Entry<Screening>,
  before: Entry<Screening> | undefined,
): Entry<Screening> => {
  const document = entry.document ?? before?.document ?? null
  const slip = entry.slip ?? before?.slip ?? null
  return document === entry.document && slip === entry.slip ? entry : { ...entry, document, slip }
}

/** The portal has it: a copy stays, by the portal's time. */
export const withKept = <Screening>(
  state: OutboxState<Screening>,
  entry: Entry<Screening>,
  now: number,
): OutboxState<Screening> => {
  if (entry.screening === null) return state
  const others = state.kept.filter(({ id }) => id !== entry.id)
  const before = state.kept.find(({ id }) => id === entry.id)
  const whole = withPapersOf(entry, before)
  const kept = [...others, { ...whole, doneAt: portalTime(state, now) }]
  return { ...state, kept: kept.slice(-keptMax) }
}

/** Without what has had its day. This computer's clock is not asked: one that jumps ahead would take all of it. */
export const withoutOldKept = <Screening>(
  state: OutboxState<Screening>,
  portalNow: number,
): OutboxState<Screening> => {
  const since = portalNow - keptMilliseconds
  const isOld = ({ doneAt }: Entry<Screening>): boolean => doneAt === null || doneAt < since
  return state.kept.some(isOld)
    ? { ...state, kept: state.kept.filter((entry) => !isOld(entry)) }
    : state
}

/** All of it leaves, for something that the portal does not have. */
export const withoutKept = <Screening>(state: OutboxState<Screening>): OutboxState<Screening> =>
  state.kept.length === 0 ? state : { ...state, kept: [] }

const isLostBy =
  ({ doneAt }: Pick<Entry<unknown>, 'doneAt'>) =>
  ({ to, at }: Restoration): boolean =>
    doneAt !== null && doneAt >= to - leewayMilliseconds && doneAt <= at + leewayMilliseconds

/** As it was before it was sent; what was asked of people about it stays answered. */
const waitingAgain = <Screening>(entry: Entry<Screening>, version: number): Entry<Screening> => ({
  ...entry,
  stage: 'waiting',
  version,
  // What was acknowledged in the last moments before that second may be there.
  mayBeKnown: true,
  notBefore: 0,
  refusal: null,
  paper: entry.paper && { isChecked: true, alike: null },
  doneAt: null,
})

/** The portal says that it was set back. */
export const restored = <Screening>(
  state: OutboxState<Screening>,
  restorations: readonly Restoration[],
): Transition<Screening> => {
  const fresh = restorations.filter(({ at }) => at > state.restoredAt)
  if (fresh.length === 0) return unchanged(state)
  const restoredAt = Math.max(...fresh.map(({ at }) => at))
  const openOf = (id: string): Entry<Screening> | undefined => {
    const entry = findEntry(state, id)
    return entry?.stage === 'waiting' || entry?.stage === 'refused' ? entry : undefined
  }
  /** What is open here under the same id says more than what was sent of it before, and goes anyway. */
  const againOf = (entry: Entry<Screening>): Entry<Screening> => {
    const open = openOf(entry.id)
    if (open === undefined) return waitingAgain(entry, firstVersion(state))
    const whole = withPapersOf(open, entry)
    return whole === open ? open : { ...whole, version: firstVersion(state) }
  }
  const lost = state.kept
    .filter((entry) => fresh.some(isLostBy(entry)))
    .toSorted((a, b) => (a.doneAt ?? 0) - (b.doneAt ?? 0))
  const again = new Map(lost.map((entry) => [entry.id, againOf(entry)]))
  const entries = state.entries.filter(({ id }) => !again.has(id))
  const kept = state.kept.filter((entry) => !lost.includes(entry))
  return unchanged({
    ...state,
    restoredAt,
    kept: lost.length === 0 ? state.kept : kept,
    // They are older than what waits.
    entries: again.size === 0 ? state.entries : [...again.values(), ...entries],
  })
}
