/**
 * What the portal says of itself, as it says it: one stream of server-sent events a page.
 *
 * Invariants
 * - What was heard last stays when nothing is heard any more; the page says how old it is.
 * - A stream that broke is opened again, each time a little later; one that ended because the session did is not, before the
 *   page has asked who works here.
 */
import { OperationsView, routes } from '@sidep/contracts'
import { Check } from 'typebox/schema'
import { createStore, type Store } from '../shared/store.ts'

export interface Followed {
  readonly view: OperationsView | null
  /** By this device's clock, in milliseconds since 1970. */
  readonly heardAt: number | null
  readonly isConnected: boolean
}

/** What an event stream calls. */
export interface StreamListener {
  readonly onData: (data: unknown) => void
  /** The portal ended it on purpose. */
  readonly onEnded: () => void
  readonly onBroken: () => void
}

export interface FollowDependencies {
  /** @returns how to close it */
  readonly open: (path: string, listener: StreamListener) => () => void
  readonly now: () => number
  readonly later: (work: () => void, milliseconds: number) => () => void
  /** The portal ended the stream, or does not let this page in. */
  readonly onEnded: () => void
}

export interface Following {
  readonly store: Pick<Store<Followed>, 'get' | 'subscribe'>
  start(): void
  stop(): void
}

const pauseMilliseconds = 2_000
const pauseMillisecondsMax = 30_000

const parse = (data: unknown): OperationsView | null => {
  try {
    const value: unknown = JSON.parse(String(data))
    return Check(OperationsView, value) ? value : null
  } catch {
    // Cut off: the next one is whole.
    return null
  }
}

export const createFollowing = ({ open, now, later, onEnded }: FollowDependencies): Following => {
  const store = createStore<Followed>({ view: null, heardAt: null, isConnected: false })
  let close = (): void => undefined
  let cancel = (): void => undefined
  let breaks = 0

  const stop = (): void => {
    cancel()
    close()
    close = () => undefined
    store.set((state) => ({ ...state, isConnected: false }))
  }

  const start = (): void => {
    stop()
    close = open(routes.operationsStream, {
      onData: (data) => {
        const view = parse(data)
        if (view === null) return
        breaks = 0
        store.set(() => ({ view, heardAt: now(), isConnected: true }))
      },
      onEnded: () => {
        stop()
        onEnded()
      },
      onBroken: () => {
        stop()
        breaks += 1
        // Who works here may have changed, and the portal may only be starting again: asking tells.
        cancel = later(
          breaks > 1 ? onEnded : start,
          Math.min(pauseMilliseconds * breaks, pauseMillisecondsMax),
        )
      },
    })
  }

  return { store, start, stop }
}

/** The browser's own. It opens a stream again by itself where it can; that is left to `createFollowing`, which knows when not to. */
export const openEventSource: FollowDependencies['open'] = (
  path,
  { onData, onEnded, onBroken },
) => {
  const source = new EventSource(path)
  source.onmessage = ({ data }) => onData(data)
  source.onerror = onBroken
  source.addEventListener('ended', onEnded)
  return () => source.close()
}
