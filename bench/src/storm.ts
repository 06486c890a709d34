/**
 * `sidep bench storm`: the morning after. Sign-ins at both doors, two hundred a second for five minutes unless told
 * otherwise, one in twenty by card, while counters in open sessions go on recording. Portal, database, provider and
 * generator share all cores; what each used of them is stated. The provider is a lean one that speaks the protocol and
 * has no pages (lean-provider.ts), and nobody loads the portal's own pages: browsers have them since yesterday.
 */

import { availableParallelism } from 'node:os'
import {
  behindProxy,
  closeWay,
  openWay,
  signInByCard,
  signInByPhone,
  type Visitor,
} from './browser.ts'
import { startCardDoor } from './card-door.ts'
import { openCrowd, type Recorded } from './counter-crowd.ts'
import {
  type LeanProviderProcess,
  leanPharmacists,
  startLeanProvider,
} from './lean-provider-process.ts'
import type { LoadResult } from './load-result.ts'
import { startPortalProcess } from './portal-process.ts'
import { type ProcessorShares, watchProcessor } from './processor-watch.ts'
import { type SignInCounts, startSignIns } from './sign-in-crowd.ts'
import { openCounters } from './signed-sessions.ts'
import { quantile, rounded } from './statistics.ts'

export interface StormBenchOptions {
  readonly seconds: number
  /** Sign-ins a second, both doors together. */
  readonly perSecond: number
  /** Screenings a second meanwhile; 60 when absent. */
  readonly inSessionPerSecond?: number
}

export interface StormBenchResult extends LoadResult<'storm'> {
  /** Sessions opened and read back, until the last one who came was in. */
  readonly donePerSecond: number
  /** Sign-ins that ended without a session, and screenings that were not recorded in time. */
  readonly failed: number
  /** Of a sign-in, the waiting room left out. */
  readonly p50Milliseconds: number
  readonly inSessionP99Milliseconds: number
  readonly inSessionFailed: number
  readonly inSessionPerSecond: number
  /** p99 of in-session work in each ten seconds, the worst of them, milliseconds. */
  readonly inSessionWorstWindowP99Milliseconds: number
  readonly inSessionWindowsP99Milliseconds: readonly number[]
  readonly inSessionMaxMilliseconds: number
  /** From the end of the offer until the last one was in, seconds. */
  readonly drainSeconds: number
  readonly ecps: SignInCounts
  readonly card: SignInCounts
  readonly processorShares: ProcessorShares
}

const cardShare = 0.05
const countersCount = 200
const inSessionDefault = 60
const patienceMilliseconds = 30_000
const windowMilliseconds = 10_000
const warmUpSeconds = 8
const warmUpPerSecond = 40

/** p99 of each window by when the work was due. */
const windowsP99 = (recorded: readonly Recorded[]): number[] => {
  const windows = new Map<number, number[]>()
  for (const { dueAt, milliseconds } of recorded) {
    const at = Math.floor(dueAt / windowMilliseconds)
    const window = windows.get(at) ?? []
    window.push(milliseconds)
    windows.set(at, window)
  }
  return [...windows]
    .sort(([a], [b]) => a - b)
    .map(([, values]) =>
      rounded(
        quantile(
          values.sort((a, b) => a - b),
          0.99,
        ),
      ),
    )
}

/** Runs the storm, and lets everybody in who came. */
export const benchStorm = async ({
  seconds,
  perSecond,
  inSessionPerSecond = inSessionDefault,
}: StormBenchOptions): Promise<StormBenchResult> => {
  const cardDoor = await startCardDoor()
  const started: { provider: LeanProviderProcess | null } = { provider: null }
  const portal = await startPortalProcess(
    async (url) => {
      started.provider = await startLeanProvider(url)
      return { ...cardDoor.environment, ...started.provider.environment, ...behindProxy }
    },
    { prepare: cardDoor.prepare },
  )
  const { provider } = started
  if (provider === null) throw new Error('the identity provider did not start')
  const way = openWay(portal.port, portal.url, provider.environment.ECPS_ISSUER ?? '')
  try {
    const people = leanPharmacists()
    const byPhone = (index: number, visitor: Visitor): Promise<void> =>
      signInByPhone(way, people[index % people.length] ?? '', visitor)
    const byCard = (index: number, visitor: Visitor): Promise<void> => {
      const card = cardDoor.cards[index % cardDoor.cards.length]
      if (card === undefined) throw new Error('there is no card')
      return signInByCard(way, card, visitor)
    }
    const counters = await openCounters(portal.dataDirectory, countersCount)
    const plan = {
      url: `http://127.0.0.1:${portal.port}`,
      origin: portal.url,
      counters,
      patienceMilliseconds,
    }
    const warmUp = [
      startSignIns({ perSecond: warmUpPerSecond, signIn: byPhone }),
      startSignIns({ perSecond: warmUpPerSecond * cardShare, signIn: byCard }),
    ]
    const warmCrowd = await openCrowd({
      ...plan,
      seconds: warmUpSeconds,
      perSecond: inSessionPerSecond,
    })
    await warmCrowd.run()
    for (const crowd of warmUp) await crowd.stop()

    const crowd = await openCrowd({ ...plan, seconds, perSecond: inSessionPerSecond })
    const processor = await watchProcessor(portal, provider)
    const startedAt = performance.now()
    const phones = startSignIns({ perSecond: perSecond * (1 - cardShare), signIn: byPhone })
    const cards = startSignIns({ perSecond: perSecond * cardShare, signIn: byCard })
    const inSession = await crowd.run()
    const offerEndedAt = performance.now()
    const processorShares = await processor.stop()
    const [ecps, card] = await Promise.all([phones.stop(), cards.stop()])
    const endedAt = performance.now()
    const latencies = inSession.recorded
      .map(({ milliseconds }) => milliseconds)
      .sort((a, b) => a - b)
    const windows = windowsP99(inSession.recorded)
    const counted = await portal.stopAndCount(inSession.recorded.map(({ id }) => id))
    return {
      scenario: 'storm',
      seconds,
      offeredPerSecond: rounded(
        (ecps.offered + card.offered) / ((offerEndedAt - startedAt) / 1_000),
      ),
      donePerSecond: rounded((ecps.done + card.done) / ((endedAt - startedAt) / 1_000)),
      failed: ecps.failed + card.failed + inSession.failed,
      ...counted,
      p50Milliseconds: ecps.p50Milliseconds,
      p99Milliseconds: ecps.p99Milliseconds,
      cores: availableParallelism(),
      inSessionP99Milliseconds: rounded(quantile(latencies, 0.99)),
      inSessionFailed: inSession.failed,
      inSessionPerSecond,
      inSessionWorstWindowP99Milliseconds: Math.max(...windows),
      inSessionWindowsP99Milliseconds: windows,
      inSessionMaxMilliseconds: rounded(latencies.at(-1) ?? 0),
      drainSeconds: rounded((endedAt - offerEndedAt) / 1_000),
      ecps,
      card,
      processorShares,
    }
  } finally {
    await closeWay(way)
    await portal.close()
    await provider.close()
    await cardDoor.close()
  }
}
