/** Recording what was typed during an outage, which may have been sent before it as well. */

import type { Intake, LateEntry, LateOutcome } from '../intake/index.ts'
import { Problem } from '../platform/problems.ts'

const isOnlyTooOld = ({ code, faults = [] }: Problem): boolean =>
  code === 'REQUEST_INVALID' &&
  faults.length > 0 &&
  faults.every((fault) => fault.code === 'SAMPLED_TOO_OLD')

const isCatchUp = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'catchUp' in input && input.catchUp === true

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
  const again = entries.flatMap((entry, index) => {
    const outcome = outcomes[index]
    const isWorthIt =
      outcome instanceof Problem &&
      !isCatchUp(entry.input) &&
      (outcome.code === 'SCREENING_ID_REUSED' || isOnlyTooOld(outcome))
    return isWorthIt ? [{ entry, index }] : []
  })
  if (again.length === 0) return outcomes
  const seconds = await intake.recordMany(
    again.map(({ entry }) => ({ ...entry, input: { ...Object(entry.input), catchUp: true } })),
  )
  for (const [place, { index }] of again.entries()) {
    const second = seconds[place]
    // Another screening has this id however it is said: then the first answer stands.
    const isReused = second instanceof Problem && second.code === 'SCREENING_ID_REUSED'
    if (second !== undefined && !isReused) outcomes[index] = second
  }
  return outcomes
}
