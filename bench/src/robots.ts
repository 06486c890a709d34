/**
 * `sidep bench robots`: one site whose script sends fifty times what a site sends. A hundred sites work at a normal
 * pace, together half of what the server can do, and one more has the script. Rounds without and with it take turns, so
 * that a machine that becomes slower meanwhile is not blamed on it; without it, that site sends as much as the others.
 */

import { availableParallelism } from 'node:os'
import { keepToLoadCores, splitCores } from './cores.ts'
import { openCrowd } from './counter-crowd.ts'
import { type ExcessCounts, runExcess } from './excess.ts'
import type { LoadResult } from './load-result.ts'
import { measurePlateau } from './plateau.ts'
import { startPortalProcess } from './portal-process.ts'
import { screeningAsked } from './screenings.ts'
import { type OpenCounter, openCounters } from './signed-sessions.ts'
import { quantile, rounded } from './statistics.ts'

export interface RobotsBenchOptions {
  /** All rounds together. */
  readonly seconds: number
}

export interface RobotsBenchResult extends LoadResult<'robots'> {
  /** With the robot, it included. */
  readonly offeredPerSecond: number
  /** Of the other sites, with the robot. */
  readonly donePerSecond: number
  /** Screenings of the other sites that were not recorded in time. */
  readonly failed: number
  /** Of the other sites, with the robot. */
  readonly p50Milliseconds: number
  readonly sites: number
  /** Of all rounds together, the other sites' screenings. */
  readonly p99WithoutRobotMilliseconds: number
  readonly p99WithRobotMilliseconds: number
  /** How much more with it, of what it is without: 0.2 is 20 %. */
  readonly p99Change: number
  readonly rounds: readonly { readonly without: number; readonly with: number }[]
  readonly robot: ExcessCounts
  readonly plateauPerSecond: number
  readonly serverCores: number | null
}

const sites = 100
const share = 0.5
const timesShare = 50
const robotConnections = 32
const patienceMilliseconds = 30_000
const warmUpSeconds = 8
const plateauSeconds = 6
/** Short ones, so that both kinds see the same weather. */
const roundsOf = (seconds: number): number => Math.max(2, Math.round(seconds / 10))

interface Round {
  readonly latencies: readonly number[]
  readonly ids: readonly string[]
  readonly failed: number
  readonly robot: ExcessCounts
}

const add = (sum: ExcessCounts, one: ExcessCounts): ExcessCounts => {
  const statuses = { ...sum.statuses }
  for (const [name, count] of Object.entries(one.statuses)) {
    statuses[name] = (statuses[name] ?? 0) + count
  }
  return {
    offered: sum.offered + one.offered,
    done: sum.done + one.done,
    refused: sum.refused + one.refused,
    unanswered: sum.unanswered + one.unanswered,
    heldBack: sum.heldBack + one.heldBack,
    broken: sum.broken + one.broken,
    statuses,
  }
}

/** Measures rounds without and with the robot, in turns. */
export const benchRobots = async ({ seconds }: RobotsBenchOptions): Promise<RobotsBenchResult> => {
  const cores = availableParallelism()
  const split = splitCores(cores)
  const portal = await startPortalProcess({}, { split })
  const moveBack = split === null ? null : keepToLoadCores(split)
  try {
    const counters = await openCounters(portal.dataDirectory, sites)
    const [robotSite] = (await openCounters(portal.dataDirectory, 1, sites)) as [OpenCounter]
    const url = `http://127.0.0.1:${portal.port}`
    const origin = portal.url
    const plan = { url, origin, counters, atOnce: 48 }
    await measurePlateau({ ...plan, seconds: warmUpSeconds })
    const plateau = await measurePlateau({ ...plan, seconds: plateauSeconds })
    const perSecond = plateau.perSecond * share
    const perSite = perSecond / sites
    const rounds = roundsOf(seconds)
    const roundSeconds = seconds / (2 * rounds)
    const acknowledged = [...plateau.acknowledged]

    const run = async (times: number): Promise<Round> => {
      const crowd = await openCrowd({
        ...plan,
        seconds: roundSeconds,
        perSecond,
        patienceMilliseconds,
      })
      const working = crowd.run()
      const robot = await runExcess({
        url,
        seconds: roundSeconds,
        hangUpMilliseconds: 5_000,
        kinds: [
          {
            name: 'robot',
            perSecond: perSite * times,
            clients: robotConnections,
            ask: (index) => screeningAsked(index, origin, robotSite.cookie),
          },
        ],
      })
      const { recorded, failed } = await working
      const ids = recorded.map(({ id }) => id)
      for (const id of ids) acknowledged.push(id)
      const latencies = recorded.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
      return { latencies, ids, failed, robot: robot.robot as ExcessCounts }
    }

    const without: Round[] = []
    const withRobot: Round[] = []
    for (let round = 0; round < rounds; round += 1) {
      const first = round % 2 === 0 ? 1 : timesShare
      const one = await run(first)
      const other = await run(first === 1 ? timesShare : 1)
      without.push(first === 1 ? one : other)
      withRobot.push(first === 1 ? other : one)
    }
    const p99Of = (sorted: readonly number[]): number => rounded(quantile(sorted, 0.99))
    const ofAll = (some: readonly Round[]): number[] =>
      some.flatMap(({ latencies }) => latencies).sort((a, b) => a - b)
    const all = ofAll(withRobot)
    const p99Without = p99Of(ofAll(without))
    const p99With = p99Of(all)
    const robot = withRobot.map((round) => round.robot).reduce(add)
    const failed = [...without, ...withRobot].reduce((sum, round) => sum + round.failed, 0)
    const counted = await portal.stopAndCount(acknowledged)
    return {
      scenario: 'robots',
      seconds,
      offeredPerSecond: rounded(perSecond + robot.offered / (rounds * roundSeconds)),
      donePerSecond: rounded(all.length / (rounds * roundSeconds)),
      failed,
      ...counted,
      p50Milliseconds: rounded(quantile(all, 0.5)),
      p99Milliseconds: rounded(quantile(all, 0.99)),
      cores,
      sites,
      p99WithoutRobotMilliseconds: p99Without,
      p99WithRobotMilliseconds: p99With,
      p99Change: rounded(p99With / p99Without - 1, 3),
      rounds: without.map((round, index) => ({
        without: p99Of(round.latencies),
        with: p99Of((withRobot[index] ?? round).latencies),
      })),
      robot,
      plateauPerSecond: rounded(plateau.perSecond),
      serverCores: split?.serverCores ?? null,
    }
  } finally {
    moveBack?.()
    await portal.close()
  }
}
