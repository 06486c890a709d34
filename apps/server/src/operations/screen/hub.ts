/**
 * One look at the portal for everybody who watches.
 *
 * Invariants
 * - While somebody watches there is one question to the database an interval, however many they are; while nobody does there
 *   is none.
 * - A part that cannot be read keeps what was known of it and the time of that; the other parts go on.
 * - At most one reading is under way.
 */
import type { OperationsView } from '@sidep/contracts'
import type { Clock } from '../../platform/clock.ts'

export interface HubSources {
  readonly clock: Clock
  /** Of memory: never fails. */
  readonly doors: () => OperationsView['doors']
  readonly capacity: () => OperationsView['capacity']
  /** Each may fail, or take its time. */
  readonly figures: () => Promise<NonNullable<OperationsView['figures']>>
  readonly watcher: () => Promise<OperationsView['watcher']>
  readonly everyMilliseconds: number
  /** A question that is not answered by then is not waited for any longer. */
  readonly patienceMilliseconds: number
}

export type Follower = (view: OperationsView) => void

export interface Hub {
  /** What was last seen, not older than an interval while somebody watches. */
  current(): Promise<OperationsView>
  /** @returns how to stop following */
  follow(follower: Follower): () => void
  readonly followers: number
  stop(): void
}

export const makeHub = (sources: HubSources): Hub => {
  const { clock, everyMilliseconds, patienceMilliseconds } = sources
  const followers = new Set<Follower>()
  let held: { readonly view: OperationsView; readonly at: number } | null = null
  let asking: Promise<void> | null = null
  let looking: Promise<OperationsView> | null = null
  let figures: Pick<OperationsView, 'figures' | 'figuresAt'> = { figures: null, figuresAt: null }
  let watcher: OperationsView['watcher'] = null
  let timer: NodeJS.Timeout | undefined

  /** One question at a time: one that hangs is not asked again beside itself. */
  const ask = (): Promise<void> => {
    asking ??= sources
      .figures()
      .then(
        (read) => {
          figures = { figures: read, figuresAt: clock.now().toISOString() }
        },
        // The age of what is shown says it.
        () => undefined,
      )
      .finally(() => {
        asking = null
      })
    return asking
  }

  const patience = (): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, patienceMilliseconds).unref())

  const look = async (): Promise<OperationsView> => {
    const [found] = await Promise.all([
      sources.watcher().catch(() => watcher),
      Promise.race([ask(), patience()]),
    ])
    watcher = found
    const now = clock.now()
    const view = {
      at: now.toISOString(),
      doors: sources.doors(),
      capacity: sources.capacity(),
      ...figures,
      watcher,
    }
    held = { view, at: now.getTime() }
    return view
  }

  const lookOnce = (): Promise<OperationsView> => {
    looking ??= look().finally(() => {
      looking = null
    })
    return looking
  }

  const tick = async (): Promise<void> => {
    const view = await lookOnce()
    for (const follower of followers) follower(view)
  }
  const schedule = (): void => {
    timer ??= setInterval(() => void tick(), everyMilliseconds).unref()
  }
  const rest = (): void => {
    clearInterval(timer)
    timer = undefined
  }

  return {
    async current() {
      const isFresh = held !== null && clock.now().getTime() - held.at < everyMilliseconds
      return isFresh && held !== null ? held.view : lookOnce()
    },
    follow(follower) {
      followers.add(follower)
      schedule()
      return () => {
        followers.delete(follower)
        if (followers.size === 0) rest()
      }
    },
    get followers() {
      return followers.size
    },
    stop: rest,
  }
}
