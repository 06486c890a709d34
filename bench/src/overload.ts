/**
 * `sidep bench overload`: ten times what the server can do, and what still gets done.
 *
 * First the plateau: screenings recorded a second with the server just busy. Then, for the time told, ten times as many
 * requests are offered:
 * - **in-session work**: counters in open sessions, a site each, that send screenings at a normal pace, together six
 *   tenths of the plateau. Refused, they come back when told. Each screening must be recorded within their patience.
 * - **excess**, the other 9.4 plateaus, in four equal parts: lists of the day, new sign-ins, public pages' data, and
 *   screenings from a few sites that send fifty times what a counter does. Nobody of them waits when told to.
 *
 * Goodput is screenings recorded, whoever sent them; a list or a sign-in that was served counts for nothing.
 */

import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { routes } from '@sidep/contracts'
import { keepToLoadCores, splitCores } from './cores.ts'
import { type CrowdFigures, openCrowd } from './counter-crowd.ts'
import { type ExcessCounts, type ExcessKind, runExcess } from './excess.ts'
import type { LoadResult } from './load-result.ts'
import { type MemorySeen, watchMemory } from './memory-watch.ts'
import { measurePlateau, type PlateauPlan } from './plateau.ts'
import { type PortalProcess, startPortalProcess } from './portal-process.ts'
import { type ProcessorShares, watchProcessor } from './processor-watch.ts'
import { screeningAsked } from './screenings.ts'
import { type OpenCounter, openCounters } from './signed-sessions.ts'
import { quantile, rounded } from './statistics.ts'

export interface OverloadBenchOptions {
  readonly seconds: number
}

export interface OverloadBenchResult extends LoadResult<'overload'> {
  /** All requests together. */
  readonly offeredPerSecond: number
  /** Screenings recorded. */
  readonly donePerSecond: number
  /** In-session screenings that were not recorded in time. */
  readonly failed: number
  /** Of in-session work, from when it was due to its record, tries that were refused included. */
  readonly p50Milliseconds: number
  readonly inSessionP99Milliseconds: number
  /** `donePerSecond` of `plateauPerSecond`. */
  readonly goodputShare: number
  readonly inSessionFailed: number
  /** The mean of one before and one after: a shared machine changes its speed meanwhile. */
  readonly plateauPerSecond: number
  readonly plateausPerSecond: readonly number[]
  /** Screenings recorded a second in each five seconds. */
  readonly donePerSecondByWindow: readonly number[]
  readonly inSession: {
    readonly offeredPerSecond: number
    readonly failures: Record<string, number>
    readonly refusals: Record<string, number>
  }
  readonly excess: Record<string, ExcessCounts>
  readonly memory: MemorySeen
  readonly processorShares: ProcessorShares
  /** Cores that server and database had; null when they shared all with the load. */
  readonly serverCores: number | null
}

const times = 10
const inSessionShare = 0.6
const countersCount = 400
const excessClients = 300
const greedySites = 20
const patienceMilliseconds = 30_000
const hangUpMilliseconds = 5_000
const atOnce = 48
const warmUpSeconds = 5
const plateauSeconds = 10
const windowSeconds = 5

/** The four kinds of excess. @param acknowledge told of each screening that was recorded */
const excessKinds = (
  origin: string,
  perSecond: number,
  { listing, greedy }: Record<'listing' | 'greedy', readonly OpenCounter[]>,
  acknowledge: (id: string) => void,
): ExcessKind[] => {
  const each = { perSecond: perSecond / 4, clients: excessClients }
  const cookieOf = (counters: readonly OpenCounter[], client: number): string =>
    counters[client % counters.length]?.cookie ?? ''
  return [
    {
      ...each,
      name: 'lists',
      ask: (_, client) => ({
        method: 'GET',
        path: routes.screenings,
        headers: { cookie: cookieOf(listing, client) },
      }),
    },
    {
      ...each,
      name: 'signIns',
      ask: () => ({ method: 'GET', path: routes.loginEcps, headers: {} }),
    },
    {
      ...each,
      name: 'publicData',
      ask: () => ({ method: 'GET', path: routes.catalogue, headers: {} }),
    },
    {
      ...each,
      name: 'greedySites',
      ask: (index, client) => screeningAsked(index, origin, cookieOf(greedy, client)),
      onAnswer: ({ status, text }) => {
        const id = status === 201 ? /"id":"([0-9a-f-]{36})"/.exec(text)?.[1] : undefined
        if (id !== undefined) acknowledge(id)
      },
    },
  ]
}

interface Offered {
  readonly crowd: CrowdFigures
  readonly excess: Record<string, ExcessCounts>
  readonly memory: MemorySeen
  readonly processorShares: ProcessorShares
}

const offer = async (
  portal: PortalProcess,
  plan: PlateauPlan,
  plateauPerSecond: number,
  seconds: number,
  acknowledge: (id: string) => void,
): Promise<Offered> => {
  const listing = await openCounters(portal.dataDirectory, excessClients, 10_000)
  const greedy = await openCounters(portal.dataDirectory, greedySites, 20_000)
  const kinds = excessKinds(
    plan.origin,
    plateauPerSecond * (times - inSessionShare),
    { listing, greedy },
    acknowledge,
  )
  const memory = watchMemory(portal)
  const processor = await watchProcessor(portal, null)
  const crowd = await openCrowd({
    ...plan,
    seconds,
    perSecond: plateauPerSecond * inSessionShare,
    patienceMilliseconds,
  })
  const inSession = crowd.run()
  const excess = await runExcess({ url: plan.url, seconds, kinds, hangUpMilliseconds })
  const processorShares = await processor.stop()
  return { crowd: await inSession, excess, memory: await memory.stop(), processorShares }
}

const perWindow = (recordedAt: readonly number[], seconds: number): number[] => {
  const counts = new Array<number>(Math.ceil(seconds / windowSeconds)).fill(0)
  for (const at of recordedAt) {
    const window = Math.floor(at / (windowSeconds * 1_000))
    if (window < counts.length) counts[window] = (counts[window] ?? 0) + 1
  }
  return counts.map((count) => rounded(count / windowSeconds))
}

/** Measures the plateau, offers ten times that, measures again. */
export const benchOverload = async ({
  seconds,
}: OverloadBenchOptions): Promise<OverloadBenchResult> => {
  const cores = availableParallelism()
  const split = splitCores(cores)
  const portal = await startPortalProcess({}, { split })
  const moveBack = split === null ? null : keepToLoadCores(split)
  try {
    const acknowledged: string[] = []
    const counters = await openCounters(portal.dataDirectory, countersCount)
    const url = `http://127.0.0.1:${portal.port}`
    const plan: PlateauPlan = { url, origin: portal.url, counters, seconds: plateauSeconds, atOnce }
    const plateaus: number[] = []
    const plateau = async (): Promise<void> => {
      const measured = await measurePlateau(plan)
      for (const id of measured.acknowledged) acknowledged.push(id)
      plateaus.push(rounded(measured.perSecond))
    }
    await measurePlateau({ ...plan, seconds: warmUpSeconds })
    await plateau()
    const recordedAt: number[] = []
    const startedAt = performance.now()
    const offered = await offer(portal, plan, plateaus[0] ?? 0, seconds, (id) => {
      recordedAt.push(performance.now() - startedAt)
      acknowledged.push(id)
    })
    const { crowd, excess } = offered
    for (const { id, dueAt, milliseconds } of crowd.recorded) {
      recordedAt.push(dueAt + milliseconds)
      acknowledged.push(id)
    }
    // What was due in the last moments and recorded after them is no goodput of these seconds.
    const done = recordedAt.filter((at) => at <= seconds * 1_000).length
    await plateau()
    const plateauPerSecond = rounded(
      plateaus.reduce((sum, each) => sum + each, 0) / plateaus.length,
    )
    const latencies = crowd.recorded.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
    const p99Milliseconds = rounded(quantile(latencies, 0.99))
    const excessOffered = Object.values(excess).reduce((sum, each) => sum + each.offered, 0)
    const donePerSecond = rounded(done / seconds)
    const counted = await portal.stopAndCount(acknowledged)
    return {
      scenario: 'overload',
      seconds,
      offeredPerSecond: rounded((excessOffered + crowd.offered) / seconds),
      donePerSecond,
      failed: crowd.failed,
      ...counted,
      p50Milliseconds: rounded(quantile(latencies, 0.5)),
      p99Milliseconds,
      cores,
      inSessionP99Milliseconds: p99Milliseconds,
      goodputShare: rounded(donePerSecond / plateauPerSecond, 3),
      inSessionFailed: crowd.failed,
      plateauPerSecond,
      plateausPerSecond: plateaus,
      donePerSecondByWindow: perWindow(recordedAt, seconds),
      inSession: {
        offeredPerSecond: rounded(crowd.offered / seconds),
        failures: crowd.failures,
        refusals: crowd.refusals,
      },
      excess,
      memory: offered.memory,
      processorShares: offered.processorShares,
      serverCores: split?.serverCores ?? null,
    }
  } finally {
    moveBack?.()
    await portal.close()
  }
}
