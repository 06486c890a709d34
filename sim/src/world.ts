/** Everything that changes while time passes. Columns by site and by person; a counter only where one is offline. */
import { daySeconds } from '@sidep/time'
import { type EventQueue, makeEventQueue } from './event-queue.ts'
import { type Ledger, makeLedger } from './ledger.ts'
import type { Nation } from './nation.ts'
import type { OfflineCounter } from './offline-counter.ts'
import { makeOutages, type Outages } from './outages.ts'
import type { Policy } from './policy.ts'
import { makeProvider, type Provider } from './provider.ts'
import type { Scenario } from './scenario.ts'
import { makeTally, type Tally } from './tally.ts'
import { makeWaitingLine, type WaitingLine } from './waiting-line.ts'

/** What happens, with a site or a person. */
export const event = {
  arrive: 0,
  sampled: 1,
  result: 2,
  handed: 3,
  typed: 4,
  signedIn: 5,
  signInFailed: 6,
  exchange: 7,
  moveLine: 8,
  open: 9,
  retry: 10,
  shift: 11,
  look: 12,
} as const
export type SimulatedEvent = (typeof event)[keyof typeof event]
export const eventKindCount = 16

/** How a result is handed over. */
export const handing = {
  online: 1,
  /** The answer was lost, and it is sent or typed again. */
  onlineAgain: 2,
  provisional: 3,
  slip: 4,
  paper: 5,
} as const

/** What a person holds. */
export const holding = { nothing: 0, definitive: 1, provisional: 2, slip: 3, paper: 4 } as const

export const signInState = { none: 0, underWay: 1, inLine: 2 } as const

export const nobody = -1

/** Storage of a share of the offline counters is destroyed: a fault to try the books with. */
export interface StorageLost {
  /** A multiple of five minutes. */
  readonly atHours: number
  readonly share: number
}

export interface World {
  readonly nation: Nation
  readonly scenario: Scenario
  readonly policy: Policy
  readonly outages: Outages
  readonly events: EventQueue
  readonly provider: Provider
  readonly line: WaitingLine
  readonly ledger: Ledger
  readonly tally: Tally
  readonly startMilliseconds: number
  readonly endSeconds: number
  now: number
  isLineMoving: boolean
  readonly storageLost: StorageLost | null
  readonly counters: Map<number, OfflineCounter>
  // By site.
  readonly nextToArrive: Int32Array
  readonly nextToSample: Int32Array
  readonly resultFirst: Int32Array
  readonly resultLast: Int32Array
  /** Papers and slips to be typed. */
  readonly pileFirst: Int32Array
  readonly pileLast: Int32Array
  readonly busy: Uint8Array
  readonly sessionUntil: Float64Array
  readonly usedAt: Float64Array
  readonly signIn: Uint8Array
  readonly failures: Uint8Array
  readonly isLockedOut: Uint8Array
  readonly hasRetry: Uint8Array
  readonly hasExchange: Uint8Array
  readonly professional: Uint8Array
  /** By site and professional: when the booklet was taken. */
  readonly bookletAt: Float64Array
  readonly slipsLeft: Int32Array
  // By person.
  readonly next: Int32Array
  readonly handing: Uint8Array
  readonly holding: Uint8Array
  readonly resultAt: Float64Array
  readonly handedAt: Float64Array
  readonly signedAt: Float64Array
}

export const never = Number.NEGATIVE_INFINITY

export interface WorldDependencies {
  readonly nation: Nation
  readonly scenario: Scenario
  readonly policy: Policy
  /** Capacities are scaled with the nation. */
  readonly scale: number
  readonly storageLost: StorageLost | null
}

export const makeWorld = (dependencies: WorldDependencies): World => {
  const { nation, scenario, policy, scale } = dependencies
  const { siteCount, personCount } = nation
  const outages = makeOutages(scenario, nation.seed)
  const providerPerSecond = scenario.providerPerSecond * scale
  const provider = makeProvider({
    perSecond: providerPerSecond,
    queueSecondsMax: policy.providerQueueSecondsMax,
    patienceSeconds: policy.patienceSeconds,
    isUp: outages.providerUp,
  })
  const endSeconds = scenario.days.length * daySeconds
  const site = (): Int32Array => new Int32Array(siteCount)
  const flags = (): Uint8Array => new Uint8Array(siteCount)
  const moments = (): Float64Array => new Float64Array(siteCount).fill(never)
  const slipsLeft = site().map((_, index) => {
    const usual = nation.usualTests[index] ?? 0
    return Math.max(policy.slipsMin, Math.ceil(usual * policy.slipDays))
  })
  return {
    ...dependencies,
    outages,
    provider,
    events: makeEventQueue(),
    line: makeWaitingLine(providerPerSecond, (at) => provider.queueSeconds(at) > 5),
    ledger: makeLedger(personCount, scenario.portalPerSecond * scale),
    tally: makeTally(endSeconds),
    startMilliseconds: Date.parse(scenario.startsAt),
    endSeconds,
    now: 0,
    isLineMoving: false,
    counters: new Map(),
    nextToArrive: nation.firstPerson.slice(0, siteCount),
    nextToSample: nation.firstPerson.slice(0, siteCount),
    resultFirst: site().fill(nobody),
    resultLast: site().fill(nobody),
    pileFirst: site().fill(nobody),
    pileLast: site().fill(nobody),
    busy: flags(),
    sessionUntil: moments(),
    usedAt: moments(),
    signIn: flags(),
    failures: flags(),
    isLockedOut: flags(),
    hasRetry: flags(),
    hasExchange: flags(),
    professional: flags(),
    bookletAt: new Float64Array(siteCount * 2).fill(never),
    slipsLeft,
    next: new Int32Array(personCount).fill(nobody),
    handing: new Uint8Array(personCount),
    holding: new Uint8Array(personCount),
    resultAt: new Float64Array(personCount),
    handedAt: new Float64Array(personCount).fill(never),
    signedAt: new Float64Array(personCount).fill(never),
  }
}

export const plan = (world: World, at: number, what: SimulatedEvent, index: number): void =>
  world.events.push(at, what + eventKindCount * index)

/** Whether the site is open now. */
export const isOpen = ({ nation, now }: World, site: number): boolean => {
  const index = site * nation.dayCount + Math.min(nation.dayCount - 1, Math.floor(now / daySeconds))
  return now >= (nation.opensAt[index] ?? 0) && now < (nation.closesAt[index] ?? 0)
}

export const hasSession = ({ now, policy, sessionUntil, usedAt }: World, site: number): boolean =>
  now < (sessionUntil[site] ?? never) &&
  now - (usedAt[site] ?? never) < policy.sessionIdleSecondsMax
