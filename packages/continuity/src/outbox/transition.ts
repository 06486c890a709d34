/** What every transition of the outbox is made of. */
import type { OutboxCommand } from './events.ts'
import type { Entry, OutboxState } from './state.ts'

/** What an event makes of a state, and what is to be done once that is stored. */
export interface Transition<Screening> {
  readonly state: OutboxState<Screening>
  readonly commands: readonly OutboxCommand<Screening>[]
}

export const unchanged = <Screening>(
  state: OutboxState<Screening>,
  ...commands: readonly OutboxCommand<Screening>[]
): Transition<Screening> => ({ state, commands })

export const findEntry = <Screening>(
  { entries }: Pick<OutboxState<Screening>, 'entries'>,
  id: string,
): Entry<Screening> | undefined => entries.find((entry) => entry.id === id)

/** Of an entry that is put in now: more than any that its id had before, which grew with the revision or slower. */
export const firstVersion = ({ revision }: Pick<OutboxState<unknown>, 'revision'>): number =>
  revision + 1

/** A place without anything in it. */
export const blankEntry = <Screening>(id: string, now: number): Entry<Screening> => ({
  id,
  stage: 'reserved',
  version: 0,
  owner: null,
  screening: null,
  amends: null,
  mayBeKnown: false,
  testType: null,
  slip: null,
  document: null,
  noDocument: null,
  typedAt: now,
  notBefore: 0,
  refusal: null,
  overridden: null,
  paper: null,
  doneAt: null,
})

export const withoutEntry = <Screening>(
  state: OutboxState<Screening>,
  id: string,
): OutboxState<Screening> => ({
  ...state,
  entries: state.entries.filter((entry) => entry.id !== id),
})

/** The portal has the screening, as far as this counter knows: it is not here, or was acknowledged. */
export const isWithPortal = <Screening>(state: OutboxState<Screening>, id: string): boolean => {
  const stage = findEntry(state, id)?.stage
  return stage === undefined || stage === 'acknowledged' || stage === 'definitive'
}

/**
 * The portal refuses an amendment of a screening that waits here again, since it was set back: nobody has to look into it, it
 * follows its screening.
 */
export const isRefusedTooEarly = <Screening>(
  state: OutboxState<Screening>,
  { amends }: Pick<Entry<Screening>, 'amends'>,
): boolean => amends !== null && !isWithPortal(state, amends)
