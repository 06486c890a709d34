/** Recording what was typed during an outage, which may have been sent, or registered without its result, before it. */
import { type Intake, type LateEntry, type LateOutcome, stateOf } from '../intake/index.ts'
import { Problem } from '../platform/problems.ts'

const codesOfAge: ReadonlySet<string> = new Set(['SAMPLED_TOO_OLD', 'LATE_REASON_REQUIRED'])

const isOnlyTooOld = ({ code, faults = [] }: Problem): boolean =>
  code === 'REQUEST_INVALID' &&
  faults.length > 0 &&
  faults.every((fault) => codesOfAge.has(fault.code))

/**
 * The entry with what only its age asks for: catch-up, and a reason. The counter asks for one when a sample is a day old
 * as it is typed; what came without was typed in time, and kept from us.
 */
const aged = (
  fields: Readonly<Record<string, unknown>>,
  document: LateEntry['document'],
): Readonly<Record<string, unknown>> => ({
  ...fields,
  catchUp: true,
  lateReason: fields.lateReason ?? (document === 'slip' ? 'paper' : 'outage'),
})

interface Again {
  readonly entry: LateEntry & { readonly input: Readonly<Record<string, unknown>> }
  readonly index: number
}

/** The entry as catch-up when saying so may change the outcome. */
const asCatchUp = (entry: LateEntry, index: number, outcome?: LateOutcome): Again[] => {
  const { input, document } = entry
  const fields: Readonly<Record<string, unknown>> = { ...Object(input) }
  const isWorthIt =
    outcome instanceof Problem &&
    (fields.catchUp !== true || fields.lateReason === undefined) &&
    (outcome.code === 'SCREENING_ID_REUSED' || isOnlyTooOld(outcome))
  return isWorthIt ? [{ entry: { ...entry, input: aged(fields, document) }, index }] : []
}

/** The result of something registered before the outage, by whichever counter of the site. Null: it is not that. */
const settleRegistered = async (
  intake: Intake,
  { input, actor }: Again['entry'],
): Promise<LateOutcome | null> => {
  const { id, result, resultAt } = input
  if (typeof id !== 'string' || result === undefined) return null
  if (!(await intake.isRegistered(input, actor))) return null
  try {
    const settled = resultAt === undefined ? { result } : { result, resultAt }
    const { state, notices } = (await intake.settle(id, settled, actor)).answer
    return stateOf({ state, isHeld: notices.includes('POSITIVE_TO_BE_CONFIRMED') })
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

/**
 * Records screenings as they were sent; one that is older than three days by now is recorded as catch-up entry.
 * Sent as it was first: had it arrived before the outage, it must be found to be the same.
 *
 * @returns in the order of the entries, as `Intake.recordMany`
 */
export const recordLate = async (
  intake: Intake,
  entries: readonly LateEntry[],
): Promise<LateOutcome[]> => {
  const outcomes = await intake.recordMany(entries)
  const again: Again[] = []
  for (const one of entries.flatMap((entry, index) => asCatchUp(entry, index, outcomes[index]))) {
    const settled = await settleRegistered(intake, one.entry)
    if (settled === null) again.push(one)
    else outcomes[one.index] = settled
  }
  if (again.length === 0) return outcomes
  const seconds = await intake.recordMany(again.map(({ entry }) => entry))
  for (const [place, { index }] of again.entries()) {
    const second = seconds[place]
    // Another screening has this id however it is said: then the first answer stands.
    const isReused = second instanceof Problem && second.code === 'SCREENING_ID_REUSED'
    if (second !== undefined && !isReused) outcomes[index] = second
  }
  return outcomes
}
