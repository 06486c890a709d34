/** Looks by itself, now and then, what the portal has; never sooner than it may be asked. */

import type { Store } from '../shared/store.ts'
import type { CounterState } from './state.ts'

export interface PollingDependencies {
  readonly store: Pick<Store<CounterState>, 'get'>
  readonly now: () => Date
  readonly after: (milliseconds: number, callback: () => void) => () => void
  readonly isVisible: () => boolean
  /** What a page that somebody looks at asks for. */
  readonly look: () => Promise<void>
  /** What is kept ready behind a hidden one. */
  readonly keepReady: () => Promise<void>
  /** After either. */
  readonly looked: () => Promise<void>
  readonly failed: (error: unknown) => void
}

export interface Polling {
  /** The next look comes after so long, and then again and again. */
  readonly soon: (milliseconds?: number) => void
  readonly stop: () => void
}

/** A card of another booth shows up at most this late. */
const pollMilliseconds = 10_000
const retryMillisecondsMin = 500

export const createPolling = (dependencies: PollingDependencies): Polling => {
  const { store, now, after, isVisible, failed } = dependencies
  let cancel = (): void => undefined
  let isStopped = false

  const nextMilliseconds = (): number => {
    const { link } = store.get()
    return link.state === 'online'
      ? pollMilliseconds
      : Math.max(link.retryAt.getTime() - now().getTime(), retryMillisecondsMin)
  }

  const soon = (milliseconds = nextMilliseconds()): void => {
    cancel()
    if (isStopped) return
    cancel = after(milliseconds, () => {
      const work = isVisible() ? dependencies.look() : dependencies.keepReady()
      work
        .then(dependencies.looked)
        .catch(failed)
        .finally(() => soon())
    })
  }

  return {
    soon,
    stop: () => {
      isStopped = true
      cancel()
    },
  }
}
