/** Recording what was typed during an outage, which may have been sent before it as well. */

import type { Intake, Recorded } from '../intake/index.ts'
import type { SiteActor } from '../platform/actor.ts'
import { Problem } from '../platform/problems.ts'

const isOnlyTooOld = ({ code, faults = [] }: Problem): boolean =>
  code === 'REQUEST_INVALID' &&
  faults.length > 0 &&
  faults.every((fault) => fault.code === 'SAMPLED_TOO_OLD')

/**
 * Records a screening as it was sent; one that is older than three days by now is recorded as catch-up entry.
 * Sent as it was first: had it arrived before the outage, it must be found to be the same.
 *
 * @throws Problem as `Intake.record`
 */
export const recordLate = async (
  intake: Intake,
  screening: Readonly<Record<string, unknown>>,
  actor: SiteActor,
): Promise<Recorded> => {
  try {
    return await intake.record(screening, actor)
  } catch (error) {
    if (!(error instanceof Problem) || screening.catchUp === true) throw error
    if (error.code !== 'SCREENING_ID_REUSED' && !isOnlyTooOld(error)) throw error
    try {
      return await intake.record({ ...screening, catchUp: true }, actor)
    } catch (second) {
      // Another screening has this id however it is said.
      throw second instanceof Problem && second.code === 'SCREENING_ID_REUSED' ? error : second
    }
  }
}
