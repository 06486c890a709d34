import type { SessionCommand } from './events.ts'
import type { SessionState } from './state.ts'

export interface Step {
  readonly state: SessionState
  /** To be done once the state is taken; those of one step are begun in this order, and none waits for another. */
  readonly commands: readonly SessionCommand[]
}

export const step = (state: SessionState, ...commands: readonly SessionCommand[]): Step => ({
  state,
  commands,
})

/** One change after another; the commands of both. */
export const andThen = (first: Step, next: (state: SessionState) => Step): Step => {
  const second = next(first.state)
  return { state: second.state, commands: [...first.commands, ...second.commands] }
}
