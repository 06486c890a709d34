/** When an outbox sends by itself: what is due goes in batches, and nobody is asked sooner than it said. */
import type { Owner } from '@sidep/continuity'
import {
  hasWork,
  sendBatches,
  tickMilliseconds,
  tickMillisecondsMax,
} from './outbox/batches-in-a-row.ts'
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

export const makePace = (dependencies: PaceDependencies): Pace => {
  const { driver, owner, surroundings, prepare, report } = dependencies
  const at = (): number => surroundings.now().getTime()
  let underWay: Promise<void> | null = null

  const sendDue = async (): Promise<void> => {
    if (driver.state().backoff.askedUntil > at()) return
    await prepare()
    if (!hasWork(driver.state())) return
    const { session } = driver.state()
    if (session === null) await driver.dispatch({ type: 'signed-in', owner, now: at() })
    await sendBatches(driver, at)
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
        const least = hasWork(driver.state()) ? tickMilliseconds : tickMillisecondsMax
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
