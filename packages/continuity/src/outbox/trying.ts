/** The one request at once, while its person waits: what is not answered in time goes in batches, under the same id. */
import { askedUntil, backoffMilliseconds } from './backoff.ts'
import type { EventOf, OutboxCommand } from './events.ts'
import { withKept } from './kept.ts'
import { type Entry, type OutboxState, withEntry } from './state.ts'
import {
  findEntry,
  isRefusedTooEarly,
  type Transition,
  unchanged,
  withoutEntry,
} from './transition.ts'

/** What the request may take beyond the patience that it was given, before a batch takes its entry. */
const marginMilliseconds = 2_000

/** Until when no batch takes an entry that is tried on its own. */
export const triedUntil = (tryMilliseconds: number | undefined, now: number): number =>
  tryMilliseconds === undefined ? 0 : now + tryMilliseconds + marginMilliseconds

export const tryCommand = <Screening>(
  { id, version, screening }: Entry<Screening>,
  act: 'record' | 'set-result',
  timeoutMilliseconds: number | undefined,
): readonly OutboxCommand<Screening>[] =>
  timeoutMilliseconds === undefined || screening === null
    ? []
    : [{ type: 'try', id, version, act, screening, timeoutMilliseconds }]

/** The portal asked everybody to come back later: kept with the state, so that a page loaded again does not ask before. */
const askedToWait = <Screening>(
  state: OutboxState<Screening>,
  { retryAfterSeconds, random }: NonNullable<EventOf<Screening, 'tried'>['asked']>,
  now: number,
): OutboxState<Screening> => {
  const { backoff } = state
  const until = now + backoffMilliseconds(backoff.failures + 1, retryAfterSeconds, random)
  return {
    ...state,
    backoff: {
      ...backoff,
      until: Math.max(backoff.until, until),
      askedUntil: Math.max(backoff.askedUntil, askedUntil(retryAfterSeconds, now)),
    },
  }
}

/**
 * What the portal has leaves at once, but for the copy of a day: whoever waited for the answer has it. What it refuses leaves too, to where it was
 * typed, unless a person holds a document of it, or of what it amends. An answer to what has changed since says nothing.
 */
export const tried = <Screening>(
  before: OutboxState<Screening>,
  { id, version, line, asked, now }: EventOf<Screening, 'tried'>,
): Transition<Screening> => {
  const state = asked === undefined ? before : askedToWait(before, asked, now)
  const entry = findEntry(state, id)
  if (entry?.stage !== 'waiting' || entry.version !== version) return unchanged(state)
  switch (line.status) {
    case 'acknowledged':
    case 'definitive':
      return unchanged(withKept(withoutEntry(state, id), entry, now))
    case 'refused': {
      if (isRefusedTooEarly(state, entry)) return unchanged(state)
      const isHeld = entry.document !== null || entry.slip !== null || entry.amends !== null
      const refusal = { code: line.code, faults: line.faults }
      return unchanged(
        isHeld ? withEntry(state, id, { stage: 'refused', refusal }) : withoutEntry(state, id),
      )
    }
    case 'later':
      return unchanged(withEntry(state, id, { notBefore: now + line.retryAfterSeconds * 1000 }))
  }
}
