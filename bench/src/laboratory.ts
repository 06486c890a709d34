/**
 * `sidep bench laboratory`: HL7 v2 messages over MLLP with TLS, each a negative PCR of another person, from laboratories with a
 * certificate, a site and connections of their own; on each connection a message after the other. A message is done when its
 * acknowledgement says that it is durable (CA); afterwards a connection of our own looks for the screening of each.
 *
 * First the plateau of screenings from counters at the same portal (bench issue), then that of messages, then six tenths of it in
 * an open loop: how the two ways in compare is then of one run on one machine.
 */
import { availableParallelism } from 'node:os'
import { signInOverHttp, syntheticFiness } from '@sidep/dev'
import { dayMilliseconds } from '@sidep/time'
import { openLaboratoryChannel } from './laboratory-channel.ts'
import { makeSending, plateauOf } from './laboratory-messages.ts'
import { runLoad } from './load.ts'
import type { LoadResult } from './load-result.ts'
import { measurePlateau } from './plateau.ts'
import {
  type PortalProcess,
  professionalsOfDistinctSites,
  startPortalProcess,
} from './portal-process.ts'
import { rounded } from './statistics.ts'

export interface LaboratoryBenchOptions {
  /** Of messages at the plateau, and again at six tenths of it. */
  readonly seconds: number
}

export interface LaboratoryBenchResult extends LoadResult<'laboratory'> {
  /** Messages recorded a second with as many under way as keep the process busy: nothing is held back. */
  readonly donePerSecond: number
  /** At the plateau and below it: acknowledged otherwise than CA, or not at all. */
  readonly failed: number
  readonly failures: Record<string, number>
  /** Offered a second while `p50Milliseconds` and `p99Milliseconds` were measured: six tenths of the plateau. */
  readonly steadyPerSecond: number
  /** Screenings recorded a second from counters at the same portal, just before. */
  readonly issuePlateauPerSecond: number
  /** donePerSecond over issuePlateauPerSecond. */
  readonly shareOfIssue: number
  /** Processor time of the laboratories' process for a message at six tenths. */
  readonly processMillisecondsEach: number
  readonly laboratories: number
  readonly connections: number
}

const laboratoriesCount = 8
const connectionsEach = 6
const countersCount = 40
const countersAtOnce = 48
const issueSecondsMax = 10
const warmUpSecondsMax = 5
const steadyShare = 0.6
const inFlightMax = 5_000

/** One after the other: forty at once are not what is measured. */
const signInCounters = async ({ url }: PortalProcess) => {
  const counters: { readonly cookie: string }[] = []
  for (const nationalId of professionalsOfDistinctSites(countersCount)) {
    counters.push(await signInOverHttp(url, { nationalId, timeoutMilliseconds: 60_000 }))
  }
  return counters
}

/** Beyond the serials that invented pharmacies have. */
const firstSerial = 901
const siteIds = (): string[] =>
  Array.from({ length: laboratoriesCount }, (_, index) =>
    syntheticFiness('75', firstSerial + index),
  )

export const benchLaboratory = async ({
  seconds,
}: LaboratoryBenchOptions): Promise<LaboratoryBenchResult> => {
  const portal = await startPortalProcess()
  try {
    const warmUp = Math.min(warmUpSecondsMax, seconds)
    const { url } = portal
    const counters = await signInCounters(portal)
    const issuePlan = { url, origin: url, counters, atOnce: countersAtOnce }
    const issueWarm = await measurePlateau({ ...issuePlan, seconds: warmUp })
    const issue = await measurePlateau({
      ...issuePlan,
      seconds: Math.min(issueSecondsMax, seconds),
    })
    const channel = await openLaboratoryChannel({
      dataDirectory: portal.dataDirectory,
      siteIds: siteIds(),
      connectionsEach,
      perSecond: { each: 10_000, all: 1_000_000 },
    })
    const { connections } = channel
    try {
      const day = new Date(Date.now() - dayMilliseconds).toISOString().slice(0, 10)
      const sending = makeSending(day.replaceAll('-', ''))
      await plateauOf(sending, connections, warmUp)
      const plateau = await plateauOf(sending, connections, seconds)
      const steadyPerSecond = rounded(plateau * steadyShare)
      const before = channel.processorMilliseconds()
      const steady = await runLoad({
        seconds,
        offeredPerSecond: steadyPerSecond,
        inFlightMax,
        send: async (index) => {
          const connection = connections[index % connections.length]
          return connection !== undefined && sending.send(connection)
        },
      })
      const used = channel.processorMilliseconds() - before
      await channel.close()
      const counted = await portal.stopAndCount([
        ...sending.acknowledged,
        ...issueWarm.acknowledged,
        ...issue.acknowledged,
      ])
      return {
        scenario: 'laboratory',
        seconds,
        offeredPerSecond: rounded(plateau),
        donePerSecond: rounded(plateau),
        failed: Object.values(sending.failures).reduce((sum, count) => sum + count, 0),
        failures: sending.failures,
        ...counted,
        steadyPerSecond,
        p50Milliseconds: steady.p50Milliseconds,
        p99Milliseconds: steady.p99Milliseconds,
        issuePlateauPerSecond: rounded(issue.perSecond),
        shareOfIssue: rounded(plateau / issue.perSecond, 2),
        processMillisecondsEach: rounded(used / steady.done, 3),
        laboratories: laboratoriesCount,
        connections: connections.length,
        cores: availableParallelism(),
      }
    } finally {
      await channel.close()
    }
  } finally {
    await portal.close()
  }
}
