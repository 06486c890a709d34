/** The doors as a page without a session shows them. */
import { DoorsView, routes } from '@sidep/contracts'
import type { Answer, ApiClient } from '../../shared/api/index.ts'
import type { CounterState } from '../state.ts'
import type { Store } from '../store.ts'

export interface DoorsDependencies {
  readonly api: Pick<ApiClient, 'get'>
  readonly store: Store<CounterState>
  readonly now: () => Date
  readonly random: () => number
  readonly observe: (answer: Answer<unknown>) => void
}

export interface Doors {
  readonly read: () => Promise<void>
  /** Whether a door was shut when they were last asked for, a while ago. */
  readonly areOld: () => boolean
}

/** Doors that are shut are looked at again after so long, up to twice that at random. */
const doorMilliseconds = 30_000

export const createDoors = ({ api, store, now, random, observe }: DoorsDependencies): Doors => {
  let nextAt = 0
  return {
    read: async () => {
      nextAt = now().getTime() + doorMilliseconds * (1 + random())
      const answer = await api.get(routes.doors, DoorsView)
      observe(answer)
      if (answer.ok) store.set((state) => ({ ...state, doors: answer.value.doors }))
    },
    areOld: () =>
      (store.get().doors?.some(({ state }) => state === 'down') ?? true) &&
      nextAt <= now().getTime(),
  }
}
