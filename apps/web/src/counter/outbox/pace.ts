/** When the outbox sends: what is due goes in batches, nobody is asked sooner than it said, and what is settled leaves. */
import { hasWork, sendBatches, tickMilliseconds, tickMillisecondsMax } from '@sidep/sdk/parts'
import type { Portal } from '../../shared/api/index.ts'
import type { Store } from '../../shared/store.ts'
import { type CounterState, isSessionUsable, ownerOf } from '../state.ts'
import type { Owner } from './content.ts'
import type { Driver } from './driver.ts'

export interface PaceDependencies {
  readonly driver: Driver
  readonly store: Pick<Store<CounterState>, 'get'>
  readonly portal: Pick<Portal, 'mayAsk' | 'resting'>
  readonly now: () => Date
  /** Calls back after so many milliseconds; returns the way to cancel. */
  readonly after: (milliseconds: number, callback: () => void) => () => void
}

export interface Pace {
  /** A person may try sooner than our own guess, never sooner than the server asked. */
  readonly mayTry: () => boolean
  /** What is due goes to the portal; resolves when it was answered, or when nothing is due. */
  readonly tick: () => Promise<void>
  /** What waits for its result is in the lists; what is definitive leaves once they show it so. */
  readonly settle: () => Promise<void>
  /** Sends what is due by itself, and again when it is time. */
  readonly wake: () => void
  readonly schedule: () => void
  readonly stop: () => void
}

export const idsOf = ({ professionalId, siteId }: Owner) => ({ professionalId, siteId })

export const createPace = ({ driver, store, portal, now, after }: PaceDependencies): Pace => {
  let cancelTimer = (): void => undefined
  let isStopped = false
  const at = (): number => now().getTime()
  const outbox = driver.state

  const mayTry = (): boolean => isSessionUsable(store.get()) && portal.resting() === null

  /** What is definitive and that no list has shown yet: the outbox forgets it after a day. */
  const hasDone = (): boolean => outbox().entries.some(({ stage }) => stage === 'definitive')

  const schedule = (): void => {
    cancelTimer()
    if (isStopped || !hasWork(outbox()) || !isSessionUsable(store.get())) return
    const { link } = store.get()
    const heldUntil = link.state === 'online' ? 0 : link.retryAt.getTime()
    const until = Math.max(outbox().backoff.until, heldUntil) - at()
    const wait = Math.min(Math.max(until, tickMilliseconds), tickMillisecondsMax)
    cancelTimer = after(wait, wake)
  }

  const tick = async (): Promise<void> => {
    const state = store.get()
    const owner = ownerOf(state.session)
    if (isStopped || owner === null || !isSessionUsable(state) || !portal.mayAsk()) return
    if (!hasWork(outbox()) && !hasDone()) return
    const { session } = outbox()
    if (session?.professionalId !== owner.professionalId || session.siteId !== owner.siteId)
      await driver.dispatch({ type: 'signed-in', owner: idsOf(owner), now: at() })
    await sendBatches(driver, at, async () => {
      await settle()
      return !isStopped && isSessionUsable(store.get()) && portal.mayAsk()
    })
  }

  const settle = async (): Promise<void> => {
    const final = new Set(
      store.get().entries.flatMap(({ id, state }) => (state === 'final' ? [id] : [])),
    )
    const settled = outbox().entries.filter(
      ({ id, stage }) => stage === 'acknowledged' || (stage === 'definitive' && final.has(id)),
    )
    for (const { id } of settled) await driver.dispatch({ type: 'dismissed', id, now: at() })
  }

  const wake = (): void => {
    tick()
      .catch((error: unknown) => console.error('OUTBOX_STOPPED', error))
      .finally(schedule)
  }

  return {
    mayTry,
    tick,
    settle,
    wake,
    schedule,
    stop: () => {
      isStopped = true
      cancelTimer()
    },
  }
}
