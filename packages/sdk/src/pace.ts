/** When an outbox sends by itself: what is due goes in batches, and nobody is asked sooner than it said. */
import { type Owner, reconcileItemsMax } from '@sidep/continuity'
import type { Driver } from './outbox/driver.ts'
import type { Sendable } from './outbox/sendable.ts'
import type { Surroundings } from './surroundings.ts'

export interface PaceDependencies {
  readonly driver: Driver<Sendable>
  readonly owner: Owner
  readonly surroundings: Pick<Surroundings, 'now' | 'after'>
  /** What is looked after before anything is sent: a booklet that is due. */
  readonly prepare: () => Promise<void>
  readonly report: (code: string, error?: unknown) => void
}

export interface Pace {
  readonly send: () => Promise<void>
  readonly start: () => () => void
}

const tickMilliseconds = 2_000
const tickMillisecondsMax = 60_000
/** Then others have their turn. */
const batchesInARowMax = 20

export const makePace = (dependencies: PaceDependencies): Pace => {
  const { driver, owner, surroundings, prepare, report } = dependencies
  const at = (): number => surroundings.now().getTime()
  let underWay: Promise<void> | null = null

  const hasWork = (): boolean =>
    driver.state().entries.some(({ stage }) => stage === 'waiting' || stage === 'acknowledged') ||
    driver.state().booklets.some(({ wasted }) => wasted.length > 0)

  /** Less than before: a batch was taken, or one that cannot be read is being looked for in a shorter one. */
  const remaining = (): number => {
    const { entries, itemsMax } = driver.state()
    return entries.filter(({ stage }) => stage === 'waiting').length * reconcileItemsMax + itemsMax
  }

  const sendDue = async (): Promise<void> => {
    if (driver.state().backoff.askedUntil > at()) return
    await prepare()
    if (!hasWork()) return
    const { session } = driver.state()
    if (session === null) await driver.dispatch({ type: 'signed-in', owner, now: at() })
    for (let batches = 0; batches < batchesInARowMax; batches++) {
      const before = remaining()
      await driver.carryOut({ type: 'tick', tab: driver.tab, now: at() })
      const isGoingOn = remaining() < before && driver.state().backoff.until <= at()
      if (!isGoingOn) return
    }
  }

  const send = (): Promise<void> => {
    underWay ??= sendDue().finally(() => {
      underWay = null
    })
    return underWay
  }

  return {
    send,
    start: () => {
      let cancel = (): void => undefined
      let isStopped = false
      const wait = (): number => {
        const until = driver.state().backoff.until - at()
        const least = hasWork() ? tickMilliseconds : tickMillisecondsMax
        return Math.min(Math.max(until, least), tickMillisecondsMax)
      }
      const turn = (): void => {
        send()
          .catch((error: unknown) => report('OUTBOX_STOPPED', error))
          .finally(() => {
            if (!isStopped) cancel = surroundings.after(wait(), turn)
          })
      }
      turn()
      return () => {
        isStopped = true
        cancel()
      }
    },
  }
}
