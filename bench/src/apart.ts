/**
 * `sidep bench apart`: whether laboratories and counters fail apart. The portal, the laboratories' process and the identity
 * provider are real processes on one database; what one way in suffers is measured at the other, both at three tenths
 * of what they were found to do. Each round has every phase once, in turns forwards and backwards, so that a machine that
 * becomes slower meanwhile is not blamed on one of them; the counter's process is killed once, at the end.
 *
 * The vendor comes in by its own port, with its certificate and a token for each of its sites, and sends fifty times what its
 * entry of the register permits, which is what as many counters send.
 */
import { availableParallelism } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { syntheticFiness } from '@sidep/dev'
import { dayMilliseconds } from '@sidep/time'
import { keepToLoadCores, splitCores } from './cores.ts'
import { openCrowd } from './counter-crowd.ts'
import { openLaboratoryChannel } from './laboratory-channel.ts'
import { makeSending, plateauOf } from './laboratory-messages.ts'
import { type LeanProviderProcess, startLeanProvider } from './lean-provider-process.ts'
import { runLoad } from './load.ts'
import { measurePlateau } from './plateau.ts'
import { startPortalProcess } from './portal-process.ts'
import { type ProcessorShares, watchProcessor } from './processor-watch.ts'
import { openCounters } from './signed-sessions.ts'
import { quantile, rounded } from './statistics.ts'
import { openTrouble, type TroubleCounts, type TroubleTask } from './trouble.ts'
import { openVendorChannel } from './vendor-channel.ts'

export interface ApartBenchOptions {
  /** Of each phase, all rounds together. */
  readonly seconds: number
}

const laboratoryPhases = ['alone', 'counterOverload', 'doorsDead', 'counterKilled'] as const
const counterPhases = ['alone', 'laboratoryFlood', 'vendorAtFifty'] as const
const troubleCounts = ['offered', 'done', 'refused', 'unanswered', 'heldBack', 'broken'] as const
type LaboratoryPhase = (typeof laboratoryPhases)[number]
type CounterPhase = (typeof counterPhases)[number]

export interface ApartBenchResult {
  readonly scenario: 'apart'
  readonly seconds: number
  readonly laboratoryP99Milliseconds: Readonly<Record<LaboratoryPhase, number>>
  readonly counterP99Milliseconds: Readonly<Record<CounterPhase, number>>
  /** How much more than alone: 0.2 is 20 %. */
  readonly laboratoryP99Change: Readonly<Record<string, number>>
  readonly counterP99Change: Readonly<Record<string, number>>
  readonly laboratoryP50Milliseconds: Readonly<Record<LaboratoryPhase, number>>
  readonly counterP50Milliseconds: Readonly<Record<CounterPhase, number>>
  /** Messages not acknowledged CA, and screenings not recorded in their patience, by phase. */
  readonly failed: Readonly<Record<string, number>>
  readonly lost: number
  readonly duplicated: number
  readonly laboratoryPerSecond: number
  readonly counterPerSecond: number
  /** At fifty times its share, of all rounds: what was recorded, told to come back, and neither (excess.ts). */
  readonly vendor: { readonly offeredPerSecond: number } & Readonly<TroubleCounts>
  /** All laboratories at ten times what they may send, of all rounds (laboratory-flood.ts); `shareEachPerSecond` is what each may. */
  readonly flood: {
    readonly offeredPerSecond: number
    readonly shareEachPerSecond: number
  } & Readonly<TroubleCounts>
  /** By phase, p99 of how late the thread came that measured, the most of all rounds: none of that is the server's. */
  readonly generatorLateMilliseconds: Readonly<Record<string, number>>
  /** By phase, the mean of all rounds: the generator has a core of its own where `serverCores` is no null. */
  readonly processorShares: Readonly<Record<string, ProcessorShares>>
  readonly rounds: number
  readonly cores: number
  /** Cores that portal, laboratories and database share, apart from the load's; null: all share all. */
  readonly serverCores: number | null
}

const laboratoriesCount = 8
const connectionsEach = 6
const countersCount = 100
const vendorSites = 20
const timesShare = 50
const floodTimes = 10
const overloadTimes = 10
const lateResolutionMilliseconds = 10
const steadyShare = 0.3
const plateauSeconds = 5
const warmUpSeconds = 5
const patienceMilliseconds = 30_000
const inFlightMax = 5_000
const firstSerial = 901
/** Of the messages of one flood: no two have one of them. */
const floodIndexes = 10_000_000

/** Nothing is held back. */
const unbounded = { each: 10_000, all: 1_000_000 } as const

const noCounts = (): TroubleCounts => ({
  offered: 0,
  done: 0,
  refused: 0,
  unanswered: 0,
  heldBack: 0,
  broken: 0,
})

const meanOf = (all: readonly ProcessorShares[]): ProcessorShares => {
  const mean = (name: keyof ProcessorShares): number =>
    rounded(all.reduce((sum, each) => sum + (each[name] ?? 0), 0) / all.length, 2)
  return {
    server: mean('server'),
    laboratories: mean('laboratories'),
    database: mean('database'),
    provider: mean('provider'),
    generator: mean('generator'),
    others: mean('others'),
  }
}

const siteIds = (): string[] =>
  Array.from({ length: laboratoriesCount }, (_, index) =>
    syntheticFiness('75', firstSerial + index),
  )

/** Latencies and failures of one phase, over all rounds. */
class Seen {
  readonly milliseconds: number[] = []
  failed = 0

  quantile(share: number): number {
    return rounded(
      quantile(
        this.milliseconds.toSorted((a, b) => a - b),
        share,
      ),
    )
  }
}

const perPhase = <Phase extends string>(phases: readonly Phase[]) =>
  Object.fromEntries(phases.map((phase) => [phase, new Seen()])) as Record<Phase, Seen>

const figures = <Phase extends string>(
  seen: Record<Phase, Seen>,
  share: number,
): Record<Phase, number> =>
  Object.fromEntries(
    Object.entries<Seen>(seen).map(([phase, one]) => [phase, one.quantile(share)]),
  ) as Record<Phase, number>

const changes = (p99: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(p99)
      .filter(([phase]) => phase !== 'alone')
      .map(([phase, value]) => [phase, rounded(value / (p99.alone ?? value) - 1, 3)]),
  )

export const benchApart = async ({ seconds }: ApartBenchOptions): Promise<ApartBenchResult> => {
  const started: { provider: LeanProviderProcess | null } = { provider: null }
  const cores = availableParallelism()
  const split = splitCores(cores)
  const portal = await startPortalProcess(
    async (url) => {
      started.provider = await startLeanProvider(url)
      return started.provider.environment
    },
    { split, ownSession: true },
  )
  const moveBack = split === null ? null : keepToLoadCores(split)
  const { provider } = started
  if (provider === null) throw new Error('the identity provider did not start')
  try {
    const url = `http://127.0.0.1:${portal.port}`
    const origin = portal.url
    const counters = await openCounters(portal.dataDirectory, countersCount)
    const ofVendor = await openCounters(portal.dataDirectory, vendorSites, countersCount, true)
    const plan = { url, origin, counters, atOnce: 48 }
    await measurePlateau({ ...plan, seconds: warmUpSeconds })
    const plateau = await measurePlateau({ ...plan, seconds: plateauSeconds })
    const counterPerSecond = plateau.perSecond * steadyShare
    const day = new Date(Date.now() - dayMilliseconds)
      .toISOString()
      .slice(0, 10)
      .replaceAll('-', '')
    const sending = makeSending(day)
    const channelPlan = {
      dataDirectory: portal.dataDirectory,
      siteIds: siteIds(),
      connectionsEach,
      split,
    }
    // What they could send with nothing held back, by a process of its own: the next has their shares.
    const free = await openLaboratoryChannel({ ...channelPlan, perSecond: unbounded })
    await plateauOf(sending, free.connections, warmUpSeconds)
    const laboratoryPlateau = await plateauOf(sending, free.connections, plateauSeconds)
    await free.close()
    const laboratoryPerSecond = laboratoryPlateau * steadyShare
    const each = Math.max(1, Math.ceil(laboratoryPerSecond / laboratoriesCount))
    const channel = await openLaboratoryChannel({
      ...channelPlan,
      perSecond: { each, all: each * laboratoriesCount },
    })
    const vendorPerSecond = (counterPerSecond / countersCount) * vendorSites
    const vendor = await openVendorChannel({
      portal,
      url: channel.vendorUrl,
      counters: ofVendor,
      perSecond: Math.max(1, Math.round(vendorPerSecond)),
    })
    try {
      const { connections } = channel
      await plateauOf(sending, connections, warmUpSeconds)
      const recorded = [...plateau.acknowledged]
      const vendorExcess = noCounts()
      const ofFlood = noCounts()
      const laboratory = perPhase(laboratoryPhases)
      const counter = perPhase(counterPhases)
      const rounds = Math.max(2, Math.round(seconds / 10))
      const roundSeconds = seconds / rounds

      const measureLaboratory = async (phase: LaboratoryPhase): Promise<void> => {
        const seen = laboratory[phase]
        let next = 0
        const load = await runLoad({
          seconds: roundSeconds,
          offeredPerSecond: laboratoryPerSecond,
          inFlightMax,
          send: async () => {
            const connection = connections[next % connections.length]
            next += 1
            return connection !== undefined && sending.send(connection)
          },
          done: (milliseconds) => seen.milliseconds.push(milliseconds),
        })
        seen.failed += load.failed
      }

      const measureCounter = async (phase: CounterPhase): Promise<void> => {
        const seen = counter[phase]
        const crowd = await openCrowd({
          ...plan,
          seconds: roundSeconds,
          perSecond: counterPerSecond,
          patienceMilliseconds,
        })
        const done = await crowd.run()
        seen.failed += done.failed
        for (const { id, milliseconds } of done.recorded) {
          recorded.push(id)
          seen.milliseconds.push(milliseconds)
        }
      }

      const add = (to: TroubleCounts, counts: TroubleCounts): void => {
        for (const kind of troubleCounts) to[kind] += counts[kind]
      }

      /** Measures while there is trouble, on a thread that is there by then; what it had acknowledged has to be there at the end. */
      const during = async (
        task: TroubleTask,
        measure: () => Promise<void>,
      ): Promise<TroubleCounts> => {
        const trouble = await openTrouble(task)
        const [{ counts, acknowledged }] = await Promise.all([trouble.run(), measure()])
        for (const id of acknowledged) recorded.push(id)
        return counts
      }

      const duringOverload = (measure: () => Promise<void>) =>
        during(
          {
            kind: 'screenings',
            url,
            seconds: roundSeconds,
            perSecond: plateau.perSecond * overloadTimes,
            senders: counters.map(({ cookie }) => ({ origin, cookie })),
          },
          measure,
        )

      const duringVendor = async (measure: () => Promise<void>): Promise<void> => {
        const tokens = await vendor.tokens()
        const task = {
          kind: 'screenings',
          url: vendor.url,
          tls: vendor.tls,
          seconds: roundSeconds,
          perSecond: vendorPerSecond * timesShare,
          senders: tokens.map((authorization) => ({ authorization })),
        } as const
        add(vendorExcess, await during(task, measure))
      }

      let floods = 0
      const duringFlood = async (measure: () => Promise<void>): Promise<void> => {
        floods += 1
        const task = {
          kind: 'messages',
          reach: channel.reach,
          day,
          firstIndex: floods * floodIndexes,
          seconds: roundSeconds,
          perSecond: each * laboratoriesCount * floodTimes,
        } as const
        add(ofFlood, await during(task, measure))
      }

      const processorShares: Record<string, ProcessorShares[]> = {}
      const generatorLate: Record<string, number> = {}
      const watched = async (phase: string, run: () => Promise<unknown>): Promise<void> => {
        const watch = await watchProcessor(portal, provider, channel)
        const late = monitorEventLoopDelay({ resolution: lateResolutionMilliseconds })
        late.enable()
        await run()
        late.disable()
        const milliseconds = late.percentile(99) / 1e6 - lateResolutionMilliseconds
        generatorLate[phase] = rounded(Math.max(generatorLate[phase] ?? 0, milliseconds))
        const shares = await watch.stop()
        processorShares[phase] = [...(processorShares[phase] ?? []), shares]
      }

      const phases: Readonly<Record<string, () => Promise<unknown>>> = {
        alone: () => measureLaboratory('alone'),
        counterAlone: () => measureCounter('alone'),
        counterOverload: () => duringOverload(() => measureLaboratory('counterOverload')),
        laboratoryFlood: () => duringFlood(() => measureCounter('laboratoryFlood')),
        doorsDead: async () => {
          await provider.fail({ kind: 'black-holed' })
          await measureLaboratory('doorsDead')
          await provider.fail({ kind: 'none' })
        },
        vendorAtFifty: () => duringVendor(() => measureCounter('vendorAtFifty')),
      }
      const order = Object.keys(phases)
      for (let round = 0; round < rounds; round += 1)
        for (const phase of round % 2 === 0 ? order : order.toReversed())
          await watched(phase, phases[phase] ?? (() => Promise.resolve()))
      process.kill(portal.processId, 'SIGKILL')
      for (let round = 0; round < rounds; round += 1)
        await watched('counterKilled', () => measureLaboratory('counterKilled'))
      await channel.close()
      const counted = await portal.stopAndCount([...sending.acknowledged, ...recorded])
      const laboratoryP99Milliseconds = figures(laboratory, 0.99)
      const counterP99Milliseconds = figures(counter, 0.99)
      return {
        scenario: 'apart',
        seconds,
        laboratoryP99Milliseconds,
        counterP99Milliseconds,
        laboratoryP99Change: changes(laboratoryP99Milliseconds),
        counterP99Change: changes(counterP99Milliseconds),
        laboratoryP50Milliseconds: figures(laboratory, 0.5),
        counterP50Milliseconds: figures(counter, 0.5),
        failed: {
          ...Object.fromEntries(
            Object.entries(laboratory).map(([phase, one]) => [`laboratory ${phase}`, one.failed]),
          ),
          ...Object.fromEntries(
            Object.entries(counter).map(([phase, one]) => [`counter ${phase}`, one.failed]),
          ),
        },
        ...counted,
        laboratoryPerSecond: rounded(laboratoryPerSecond),
        counterPerSecond: rounded(counterPerSecond),
        vendor: { offeredPerSecond: rounded(vendorPerSecond * timesShare), ...vendorExcess },
        flood: {
          offeredPerSecond: each * laboratoriesCount * floodTimes,
          shareEachPerSecond: each,
          ...ofFlood,
        },
        generatorLateMilliseconds: generatorLate,
        processorShares: Object.fromEntries(
          Object.entries(processorShares).map(([phase, shares]) => [phase, meanOf(shares)]),
        ),
        rounds,
        cores,
        serverCores: split?.serverCores ?? null,
      }
    } finally {
      vendor.close()
      await channel.close()
    }
  } finally {
    moveBack?.()
    await portal.close()
    await provider.close()
  }
}
