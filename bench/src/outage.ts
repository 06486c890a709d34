/**
 * `sidep bench outage`: 13 August and the morning after, against the real server.
 *
 * Counters in open sessions record all the while, and people sign in by card all the while. Then the identity provider
 * fails in each way in turn: killed, black-holed, slow (10 s an answer), lying (wrong key, wrong issuer, old nonce). While it
 * fails somebody tries it now and then, as people do. At the end it comes back and everybody at once with it: the crowd
 * takes places in the waiting room, asks as often as told, and signs in when it is its turn.
 */

import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { type DoorsView, routes } from '@sidep/contracts'
import { behindProxy, closeWay, openWay, signInByCard, signInByPhone } from './browser.ts'
import { startCardDoor } from './card-door.ts'
import { type CrowdFigures, openCrowd } from './counter-crowd.ts'
import {
  type LeanProviderProcess,
  leanPharmacists,
  type ProviderFailure,
  startLeanProvider,
} from './lean-provider-process.ts'
import type { LoadResult } from './load-result.ts'
import { type PortalProcess, startPortalProcess } from './portal-process.ts'
import { type ProcessorShares, watchProcessor } from './processor-watch.ts'
import { type ReturnFigures, returnTogether } from './return-together.ts'
import { type SignInCounts, type SignInPlan, startSignIns } from './sign-in-crowd.ts'
import { openCounters } from './signed-sessions.ts'
import { quantile, rounded } from './statistics.ts'

export interface OutageBenchOptions {
  /** Of each way to fail, and of the time without failure that it is compared with. */
  readonly seconds: number
  /** How many come back at once in the end; 60,000 when absent. */
  readonly crowd?: number
  /** The pace of the waiting room at best; the portal's own when absent. */
  readonly loginsPerSecond?: number
  /** Names of the ways to fail; all when absent. */
  readonly failures?: readonly string[]
}

interface OutagePhase {
  readonly failure: string
  readonly inSessionDone: number
  readonly inSessionFailed: number
  readonly inSessionP99Milliseconds: number
  readonly cardDone: number
  readonly cardFailed: number
  readonly cardP99Milliseconds: number
  /** From the failure until `/api/doors` said that the door is shut; null: it did not, for its answers alone are bad. */
  readonly doorSaidDownAfterMilliseconds: number | null
  readonly cardDoorSaid: string
  /** Tries at the failing door: how they ended, and the slowest. */
  readonly tried: Record<string, number>
  readonly slowestTryMilliseconds: number
}

export interface OutageBenchResult extends LoadResult<'outage'> {
  /** In-session work and card sign-ins that failed, and of those who came back, who did not get in. */
  readonly failed: number
  /** Of card sign-ins, all phases. */
  readonly p50Milliseconds: number
  readonly inSessionP99Milliseconds: number
  readonly inSessionFailed: number
  readonly phases: readonly OutagePhase[]
  readonly back: ReturnFigures & {
    readonly inSessionP99Milliseconds: number
    readonly inSessionFailed: number
    readonly processorShares: ProcessorShares
  }
}

const outageFailures: readonly (readonly [string, ProviderFailure])[] = [
  ['none', { kind: 'none' }],
  ['killed', { kind: 'killed' }],
  ['black-holed', { kind: 'black-holed' }],
  ['slow', { kind: 'slow', milliseconds: 10_000 }],
  ['wrong-key', { kind: 'lying', lie: 'wrong-key' }],
  ['wrong-issuer', { kind: 'lying', lie: 'wrong-issuer' }],
  ['old-nonce', { kind: 'lying', lie: 'old-nonce' }],
]

const countersCount = 100
const inSessionPerSecond = 60
const cardsPerSecond = 4
const triesPerSecond = 5
const patienceMilliseconds = 30_000
const crowdDefault = 60_000
const settleMillisecondsMax = 30_000

const p99Of = (milliseconds: readonly number[]): number =>
  milliseconds.length === 0
    ? 0
    : rounded(
        quantile(
          milliseconds.toSorted((a, b) => a - b),
          0.99,
        ),
      )

const doorsAt = async (url: string): Promise<Map<string, string>> => {
  const { doors } = (await (await fetch(`${url}${routes.doors}`)).json()) as DoorsView
  return new Map(doors.map(({ door, state }) => [door, state]))
}

/** Waits for a door to say something. @returns after how long; null: not within `millisecondsMax` */
const untilDoorSays = async (
  url: string,
  wanted: 'up' | 'down',
  millisecondsMax: number,
): Promise<number | null> => {
  const since = performance.now()
  while (performance.now() - since < millisecondsMax) {
    if ((await doorsAt(url)).get('ecps') === wanted) return rounded(performance.now() - since, 0)
    await wait(100)
  }
  return null
}

interface Portal {
  readonly process: PortalProcess
  readonly provider: LeanProviderProcess
  readonly way: ReturnType<typeof openWay>
  readonly byPhone: SignInPlan['signIn']
  readonly byCard: SignInPlan['signIn']
  readonly openCrowd: (seconds: number) => ReturnType<typeof openCrowd>
}

/** Tries the failing door as often as people would, and notes how each try ends. */
const tryDoor = (portal: Portal) => {
  const tried: Record<string, number> = {}
  let slowest = 0
  const crowd = startSignIns({
    perSecond: triesPerSecond,
    signIn: async (index, visitor) => {
      const since = performance.now()
      const end = (how: string): void => {
        tried[how] = (tried[how] ?? 0) + 1
        slowest = Math.max(slowest, performance.now() - since)
      }
      try {
        await portal.byPhone(index, visitor)
        end('SIGNED_IN')
      } catch (error) {
        end(error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN')
        throw error
      }
    },
  })
  return {
    stop: async () => {
      await crowd.stop()
      return { tried, slowestTryMilliseconds: rounded(slowest, 0) }
    },
  }
}

interface PhaseFigures {
  readonly phase: OutagePhase
  readonly crowd: CrowdFigures
  readonly cards: SignInCounts
}

const runPhase = async (
  portal: Portal,
  name: string,
  failure: ProviderFailure,
  seconds: number,
): Promise<PhaseFigures> => {
  const { url } = portal.process
  await portal.provider.fail({ kind: 'none' })
  if ((await untilDoorSays(url, 'up', settleMillisecondsMax)) === null) {
    throw new Error('the door did not open again')
  }
  const crowd = await portal.openCrowd(seconds)
  const working = crowd.run()
  const cards = startSignIns({ perSecond: cardsPerSecond, signIn: portal.byCard })
  await portal.provider.fail(failure)
  const tries = tryDoor(portal)
  const saidDown =
    failure.kind === 'none' ? null : await untilDoorSays(url, 'down', (seconds - 1) * 1_000)
  const inSession = await working
  const cardDoorSaid = (await doorsAt(url)).get('card') ?? 'absent'
  const byCard = await cards.stop()
  // A stopped provider would keep the last tries for their whole time-out.
  const { tried, slowestTryMilliseconds } = await tries.stop()
  return {
    crowd: inSession,
    cards: byCard,
    phase: {
      failure: name,
      inSessionDone: inSession.recorded.length,
      inSessionFailed: inSession.failed,
      inSessionP99Milliseconds: p99Of(inSession.recorded.map(({ milliseconds }) => milliseconds)),
      cardDone: byCard.done,
      cardFailed: byCard.failed,
      cardP99Milliseconds: byCard.p99Milliseconds,
      doorSaidDownAfterMilliseconds: saidDown,
      cardDoorSaid,
      tried,
      slowestTryMilliseconds,
    },
  }
}

/** The provider is back, and everybody with it. */
const runReturn = async (portal: Portal, crowd: number) => {
  await portal.provider.fail({ kind: 'none' })
  if ((await untilDoorSays(portal.process.url, 'up', settleMillisecondsMax)) === null) {
    throw new Error('the door did not open again')
  }
  const processor = await watchProcessor(portal.process, portal.provider)
  let isBack = false
  const working = (await portal.openCrowd(Number.POSITIVE_INFINITY)).run(() => isBack)
  const returned = await returnTogether({
    crowd,
    portalUrl: portal.process.url,
    operatorUrl: portal.process.operatorUrl,
    signIn: portal.byPhone,
  })
  isBack = true
  return { returned, inSession: await working, processorShares: await processor.stop() }
}

/** Runs all of it. */
export const benchOutage = async ({
  seconds,
  crowd = crowdDefault,
  loginsPerSecond,
  failures,
}: OutageBenchOptions): Promise<OutageBenchResult> => {
  const cardDoor = await startCardDoor()
  const started: { provider: LeanProviderProcess | null } = { provider: null }
  const process = await startPortalProcess(
    async (url) => {
      started.provider = await startLeanProvider(url)
      return {
        ...cardDoor.environment,
        ...started.provider.environment,
        ...behindProxy,
        ...(loginsPerSecond === undefined
          ? {}
          : { ADMISSION_LOGINS_PER_SECOND: String(loginsPerSecond) }),
      }
    },
    { prepare: cardDoor.prepare },
  )
  const { provider } = started
  if (provider === null) throw new Error('the identity provider did not start')
  const way = openWay(process.port, process.url, provider.environment.ECPS_ISSUER ?? '')
  try {
    const people = leanPharmacists()
    const counters = await openCounters(process.dataDirectory, countersCount)
    const portal: Portal = {
      process,
      provider,
      way,
      byPhone: (index, visitor) => signInByPhone(way, people[index % people.length] ?? '', visitor),
      byCard: (index, visitor) => {
        const card = cardDoor.cards[index % cardDoor.cards.length]
        if (card === undefined) throw new Error('there is no card')
        return signInByCard(way, card, visitor)
      },
      openCrowd: (long) =>
        openCrowd({
          url: `http://127.0.0.1:${process.port}`,
          origin: process.url,
          counters,
          patienceMilliseconds,
          seconds: long,
          perSecond: inSessionPerSecond,
        }),
    }
    const outcomes: PhaseFigures[] = []
    for (const [name, failure] of outageFailures) {
      if (failures !== undefined && !failures.includes(name)) continue
      outcomes.push(await runPhase(portal, name, failure, seconds))
    }
    const { returned, inSession, processorShares } = await runReturn(portal, crowd)
    const crowds = [...outcomes.map((one) => one.crowd), inSession]
    const recorded = crowds.flatMap((one) => one.recorded)
    const inSessionFailed = crowds.reduce((sum, one) => sum + one.failed, 0)
    const cardFailed = outcomes.reduce((sum, { cards }) => sum + cards.failed, 0)
    const millisecondsOf = (some: readonly CrowdFigures[]): number[] =>
      some.flatMap((one) => one.recorded.map(({ milliseconds }) => milliseconds))
    const counted = await process.stopAndCount(recorded.map(({ id }) => id))
    const phases = outcomes.map(({ phase }) => phase)
    const cardP99s = phases.map(({ cardP99Milliseconds }) => cardP99Milliseconds)
    return {
      scenario: 'outage',
      seconds,
      offeredPerSecond: inSessionPerSecond,
      donePerSecond: rounded(
        outcomes.reduce((sum, one) => sum + one.crowd.recorded.length, 0) /
          (seconds * outcomes.length),
      ),
      failed: inSessionFailed + cardFailed + returned.failed,
      ...counted,
      p50Milliseconds: outcomes[0]?.cards.p50Milliseconds ?? 0,
      p99Milliseconds: Math.max(...cardP99s),
      cores: availableParallelism(),
      inSessionP99Milliseconds: p99Of(millisecondsOf(crowds)),
      inSessionFailed,
      phases,
      back: {
        ...returned,
        inSessionP99Milliseconds: p99Of(millisecondsOf([inSession])),
        inSessionFailed: inSession.failed,
        processorShares,
      },
    }
  } finally {
    await closeWay(way)
    await process.close()
    await provider.close()
    await cardDoor.close()
  }
}
