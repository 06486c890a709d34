/** Remembers whom this tab was seen to act for: the first at work in it, who chose on purpose, and who said so. */

import type { Store } from '../../shared/store.ts'
import type { CounterState } from '../state.ts'
import { type Acting, actingOf, type KeptActing } from './acting-for.ts'

export interface ActingWatch {
  /** Whoever works here was told whom the tab acts for now. */
  readonly acknowledge: () => void
  /** Who comes next is asked for in this tab, or nobody is left: there is nothing to be told. */
  readonly forget: () => void
}

export const watchActing = (store: Store<CounterState>, kept: KeptActing): ActingWatch => {
  const see = (seen: Acting | null): void => {
    kept.put(seen)
    store.set((state) => ({ ...state, seen }))
  }
  store.subscribe(() => {
    const { phase, session, seen } = store.get()
    const acting = phase === 'working' && seen === null ? actingOf(session) : null
    if (acting !== null) see(acting)
  })
  return {
    acknowledge: () => see(actingOf(store.get().session)),
    forget: () => see(null),
  }
}
