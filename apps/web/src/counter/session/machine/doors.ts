/** The doors, as a page shows them to somebody who is to sign in. */
import type { Moment } from './events.ts'
import type { SessionState } from './state.ts'
import { type Step, step } from './transition.ts'

/** Doors that are shut are looked at again after so long, up to twice that at random. */
const doorMilliseconds = 30_000

export const readDoors = (state: SessionState, at: Moment): Step =>
  step(
    {
      ...state,
      doors: { ...state.doors, lookAt: at.monotonic + doorMilliseconds * (1 + at.random) },
    },
    { type: 'read-doors' },
  )

/** Reads them when one was shut, or they were not known, when they were last asked for a while ago. */
export const readOldDoors = (state: SessionState, at: Moment): Step => {
  const { known, lookAt } = state.doors
  const isWorthIt = known?.some((door) => door.state === 'down') ?? true
  return isWorthIt && lookAt <= at.monotonic ? readDoors(state, at) : step(state)
}
