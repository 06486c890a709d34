/**
 * Everybody comes back in the same minute: each takes a place in the waiting room, asks when told to and not before,
 * and signs in when it is their turn. The crowd is as large as told; each has cookies of their own.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { type DoorsView, operatorRoutes, routes } from '@sidep/contracts'
import { type SignInPlan, startSignIns } from './sign-in-crowd.ts'
import { rounded } from './statistics.ts'

export interface ReturnPlan {
  readonly crowd: number
  readonly portalUrl: string
  readonly operatorUrl: string
  readonly signIn: SignInPlan['signIn']
}

export interface ReturnFigures {
  readonly crowd: number
  readonly signedIn: number
  readonly failed: number
  readonly failures: Record<string, number>
  /** Told that the portal is full right now, and pressed again. */
  readonly pressedAgain: number
  /** From the first one's coming until the last one's session. */
  readonly drainSeconds: number
  readonly signedInPerSecond: number
  readonly waitedP50Seconds: number
  readonly waitedMaxSeconds: number
  /** Questions asked in the waiting room, a person. */
  readonly pollsEach: number
  /** Of a sign-in, the waiting room left out. */
  readonly signInP50Milliseconds: number
  readonly signInP99Milliseconds: number
  /** How often `/api/doors` was asked, and said that the door is down: a second fall. */
  readonly doorAsked: number
  readonly doorSaidDown: number
  /** Sessions opened in each five seconds, a second. */
  readonly signedInPerSecondByWindow: readonly number[]
  /** The room's pace, sign-ins a second, at the end of each of the same five seconds. */
  readonly paceByWindow: readonly number[]
}

/** What the waiting room lets in a second, as its metrics say. */
const paceAt = async (url: string): Promise<number> => {
  const text = await (await fetch(`${url}${operatorRoutes.metrics}`)).text()
  return Number(/^sidep_waiting_room_pace (\S+)$/m.exec(text)?.[1])
}

/** Everybody is there within this time. */
const comingSecondsMax = 60
/** A small crowd is there in less. */
const comingPerSecondMin = 100
const windowMilliseconds = 5_000

const isDown = async (url: string): Promise<boolean> => {
  const { doors } = (await (await fetch(`${url}${routes.doors}`)).json()) as DoorsView
  return doors.some(({ door, state }) => door === 'ecps' && state === 'down')
}

export const returnTogether = async (plan: ReturnPlan): Promise<ReturnFigures> => {
  const startedAt = performance.now()
  const windows: number[] = []
  let left = plan.crowd
  const crowd = startSignIns({
    perSecond: Math.max(comingPerSecondMin, plan.crowd / comingSecondsMax),
    offeredMax: plan.crowd,
    signIn: async (index, visitor) => {
      await plan.signIn(index, visitor)
      const window = Math.floor((performance.now() - startedAt) / windowMilliseconds)
      windows[window] = (windows[window] ?? 0) + 1
      left -= 1
    },
  })
  let doorAsked = 0
  let doorSaidDown = 0
  const paces: number[] = []
  while (left > 0 && (crowd.underWay > 0 || crowd.offered < plan.crowd)) {
    await wait(1_000)
    doorAsked += 1
    if (await isDown(plan.portalUrl)) doorSaidDown += 1
    const window = Math.floor((performance.now() - startedAt) / windowMilliseconds)
    paces[window] = rounded(await paceAt(plan.operatorUrl))
  }
  const counts = await crowd.stop()
  const seconds = (performance.now() - startedAt) / 1_000
  return {
    crowd: plan.crowd,
    signedIn: counts.done,
    failed: counts.failed,
    failures: counts.failures,
    pressedAgain: counts.pressedAgain,
    drainSeconds: rounded(seconds),
    signedInPerSecond: rounded(counts.done / seconds),
    waitedP50Seconds: counts.waitedP50Seconds,
    waitedMaxSeconds: counts.waitedMaxSeconds,
    pollsEach: rounded(counts.polls / Math.max(1, counts.waited), 2),
    signInP50Milliseconds: counts.p50Milliseconds,
    signInP99Milliseconds: counts.p99Milliseconds,
    doorAsked,
    doorSaidDown,
    signedInPerSecondByWindow: Array.from(windows, (count) =>
      rounded(((count ?? 0) * 1_000) / windowMilliseconds),
    ),
    paceByWindow: Array.from(paces, (pace) => pace ?? 0),
  }
}
