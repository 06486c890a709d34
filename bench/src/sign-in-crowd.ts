/**
 * Sign-ins that begin when they are due, whatever became of the earlier ones. Who is sent to the waiting room asks as
 * often as told. Who is told that the portal is full right now presses again after some seconds. A sign-in has failed
 * when it ends in anything else than a session.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { NotSignedIn, newVisitor, type Visitor } from './browser.ts'
import { quantile, rounded } from './statistics.ts'

export interface SignInPlan {
  readonly perSecond: number
  /** No more than these; absent: until it is stopped. */
  readonly offeredMax?: number
  /** Number `index` of the crowd goes to its door. */
  readonly signIn: (index: number, visitor: Visitor) => Promise<void>
}

export interface SignInCounts {
  readonly offered: number
  readonly done: number
  /** Ended without a session. */
  readonly failed: number
  readonly failures: Record<string, number>
  /** Told to press again, and did. */
  readonly pressedAgain: number
  /** Who met the waiting room. */
  readonly waited: number
  readonly waitedP50Seconds: number
  readonly waitedMaxSeconds: number
  readonly polls: number
  /** Without the time in the waiting room. */
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
}

export interface SignInCrowd {
  /** Begins no more; ends when the last one has ended. */
  stop(): Promise<SignInCounts>
  readonly offered: number
  readonly done: number
  readonly underWay: number
}

const pressAgainMilliseconds = 3_000
const pressesMax = 100
const askedToPressAgain: ReadonlySet<string> = new Set(['UNAVAILABLE', 'WAITING_ROOM_FULL'])

const reasonOf = (error: unknown): string => {
  if (error instanceof NotSignedIn) return error.code
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'
}

interface SignInEnd {
  /** From the first press on the door to a session that was read back. */
  readonly milliseconds: number
  readonly waitedMilliseconds: number
  readonly polls: number
}

/** Begins at once. */
export const startSignIns = ({
  perSecond,
  offeredMax = Number.POSITIVE_INFINITY,
  signIn,
}: SignInPlan): SignInCrowd => {
  const outcomes: SignInEnd[] = []
  const failures: Record<string, number> = {}
  const underWay = new Set<Promise<void>>()
  const startedAt = performance.now()
  let offered = 0
  let pressedAgain = 0
  let stopped = false

  const pressUntilIn = async (index: number): Promise<void> => {
    const since = performance.now()
    // The place in the room is kept from one press to the next.
    const visitor = newVisitor(index)
    let reason = 'PRESSED_TOO_OFTEN'
    for (let press = 0; press < pressesMax; press += 1) {
      try {
        await signIn(index, visitor)
        const { waitedMilliseconds, polls } = visitor
        outcomes.push({ waitedMilliseconds, polls, milliseconds: performance.now() - since })
        return
      } catch (error) {
        reason = reasonOf(error)
        if (!askedToPressAgain.has(reason)) break
        pressedAgain += 1
        await wait(pressAgainMilliseconds * (1 + Math.random()))
      }
    }
    failures[reason] = (failures[reason] ?? 0) + 1
  }

  const running = (async (): Promise<void> => {
    while (!stopped) {
      const due = ((performance.now() - startedAt) * perSecond) / 1_000
      for (; offered < Math.min(due, offeredMax); offered += 1) {
        const one = pressUntilIn(offered).finally(() => underWay.delete(one))
        underWay.add(one)
      }
      await wait(1)
    }
  })()

  return {
    async stop() {
      stopped = true
      await running
      await Promise.all(underWay)
      const waits = outcomes
        .map(({ waitedMilliseconds }) => waitedMilliseconds)
        .filter((milliseconds) => milliseconds > 0)
        .sort((a, b) => a - b)
      const working = outcomes
        .map(({ milliseconds, waitedMilliseconds }) => milliseconds - waitedMilliseconds)
        .sort((a, b) => a - b)
      return {
        offered,
        done: outcomes.length,
        failed: Object.values(failures).reduce((sum, count) => sum + count, 0),
        failures,
        pressedAgain,
        waited: waits.length,
        waitedP50Seconds: waits.length === 0 ? 0 : rounded(quantile(waits, 0.5) / 1_000),
        waitedMaxSeconds: rounded((waits.at(-1) ?? 0) / 1_000),
        polls: outcomes.reduce((sum, { polls }) => sum + polls, 0),
        p50Milliseconds: rounded(quantile(working, 0.5)),
        p99Milliseconds: rounded(quantile(working, 0.99)),
      }
    },
    get offered() {
      return offered
    },
    get done() {
      return outcomes.length
    },
    get underWay() {
      return underWay.size
    },
  }
}
