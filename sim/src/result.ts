/** What came of it: the books are closed, every person accounted for. */
import { hourSeconds } from '@sidep/time'
import type { PolicyName } from './policy.ts'
import type { Scenario } from './scenario.ts'
import { type HourFigures, lookSeconds } from './tally.ts'
import { event, eventKindCount, holding, nobody, type World } from './world.ts'

export interface HourView extends HourFigures {
  /** Beginning of the hour, RFC 3339 in Paris time. */
  readonly at: string
  readonly laboratoryTests: number
  readonly laboratoryBacklog: number
}

export interface Span {
  readonly from: string
  readonly until: string
}

export interface SimulationResult {
  readonly scenario: string
  readonly policy: PolicyName
  readonly seed: number
  /** Share of the nation that was simulated. */
  readonly scale: number
  readonly sites: number
  /** People who came to a site. */
  readonly arrived: number
  /** People who left with their result. */
  readonly screenings: number
  /** People in line or waiting for a result when the days are over. */
  readonly stillInside: number
  /** Left without anything signed. */
  readonly leftWithoutDocument: number
  /** … of them with a paper by hand. */
  readonly leftWithUnsignedPaper: number
  readonly leftWithProvisional: number
  readonly leftWithSlip: number
  readonly leftWithDefinitive: number
  /** In the portal at the end. */
  readonly recorded: number
  /** Not in the portal, but still somewhere to be brought in. */
  readonly pending: number
  /** Neither in the portal nor anywhere. */
  readonly lost: number
  /** Records of a screening beyond its first. */
  readonly duplicated: number
  /** Numbers of booklets that came in for two people. */
  readonly numbersTwice: number
  readonly lockedOutShareMax: number
  /** Longest time by which somebody left later than if nothing had failed. */
  readonly extraWaitSecondsMax: number
  readonly extraWaitSecondsMean: number
  /** Longest time from when a document would have been handed over until there was a signed one. */
  readonly signatureDelaySecondsMax: number
  readonly waitingMax: number
  readonly backlogMax: number
  readonly backlogAtEnd: number
  /** When the last of the backlog came in; null when there was none, or it is not over. */
  readonly backlogDrainedAt: string | null
  /** Times when more sign-ins failed than succeeded. */
  readonly signInDown: readonly Span[]
  readonly laboratoryTests: number
  readonly laboratoryBacklogMax: number
  readonly hours: readonly HourView[]
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

/** RFC 3339 with the offset of the scenario's start. */
const instantAt = ({ startsAt }: Pick<Scenario, 'startsAt'>, seconds: number): string => {
  const offset = startsAt.slice(-6)
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))
  const east = offset.startsWith('-') ? -minutes : minutes
  const local = new Date(Date.parse(startsAt) + Math.round(seconds) * 1_000 + east * 60_000)
  return `${local.toISOString().slice(0, 19)}${offset}`
}

/** Sign-ins of so many looks are judged together. */
const looksTogether = 1
/** Fewer sign-ins than this, in the whole nation, say nothing. */
const signInsMin = 40
const quietSecondsMax = 2_700

/** Spans in which more sign-ins failed than succeeded; quiet times between two bad ones belong to them. */
const signInDownSpans = (world: World, scale: number): Span[] => {
  const { well, badly } = world.tally.looks
  const spans: { from: number; until: number }[] = []
  let lastGoodAt = 0
  for (let look = 0; look + looksTogether <= well.length; look += looksTogether) {
    let good = 0
    let bad = 0
    for (let each = look; each < look + looksTogether; each += 1) {
      good += well[each] ?? 0
      bad += badly[each] ?? 0
    }
    const from = look * lookSeconds
    const until = from + looksTogether * lookSeconds
    if (good + bad < signInsMin * scale) continue
    if (good >= bad) {
      lastGoodAt = until
      continue
    }
    const last = spans.at(-1)
    const isSame =
      last !== undefined && from - last.until <= quietSecondsMax && lastGoodAt <= last.until
    if (isSame) last.until = until
    else spans.push({ from, until })
  }
  const { scenario } = world
  return spans.map(({ from, until }) => ({
    from: instantAt(scenario, from),
    until: instantAt(scenario, until),
  }))
}

/** Laboratories send day and night; what cannot be sent waits in their own systems and follows at twice the pace. */
const laboratory = ({ scenario, outages }: World) => {
  const rows: { tests: number; backlog: number }[] = []
  let backlog = 0
  for (let hour = 0; hour < scenario.days.length * 24; hour += 1) {
    const perHour = (scenario.days[Math.floor(hour / 24)]?.laboratoryTests ?? 0) / 24
    const steps = 12
    let sent = 0
    for (let step = 0; step < steps; step += 1) {
      const isUp = outages.laboratoryUp((hour + (step + 0.5) / steps) * hourSeconds)
      const due = perHour / steps
      const now = isUp ? Math.min(backlog + due, 2 * due) : 0
      backlog += due - now
      sent += now
    }
    rows.push({ tests: Math.round(sent), backlog: Math.round(backlog) })
  }
  return rows
}

const pendingPeople = (world: World): Set<number> => {
  const pending = new Set<number>()
  for (const counter of world.counters.values()) {
    for (const person of counter.pending()) pending.add(person)
  }
  // Papers that somebody has in hand.
  while (world.events.pop()) {
    const { what } = world.events
    if (what % eventKindCount === event.typed) pending.add(Math.floor(what / eventKindCount))
  }
  for (const first of world.pileFirst) {
    for (let person = first; person !== nobody; person = world.next[person] ?? nobody) {
      pending.add(person)
    }
  }
  return pending
}

/**
 * Closes the books.
 *
 * @param calm the same days with nothing down, seed for seed: what the waits are compared with
 */
export const resultOf = (world: World, calm: World, scale: number): SimulationResult => {
  const { nation, scenario, policy, tally, ledger } = world
  const held = [0, 0, 0, 0, 0]
  const pending = pendingPeople(world)
  let screenings = 0
  let lost = 0
  let pendingCount = 0
  let extraSum = 0
  let extraMax = 0
  let delayMax = 0
  for (let person = 0; person < nation.personCount; person += 1) {
    const handedAt = world.handedAt[person] ?? 0
    if (handedAt < 0) continue
    screenings += 1
    const what = world.holding[person] ?? 0
    held[what] = (held[what] ?? 0) + 1
    if (!ledger.isRecorded(person)) {
      if (pending.has(person)) pendingCount += 1
      else lost += 1
    }
    const calmAt = calm.handedAt[person] ?? 0
    if (calmAt < 0) continue
    const extra = Math.max(0, handedAt - calmAt)
    extraSum += extra
    extraMax = Math.max(extraMax, extra)
    const signedAt = world.signedAt[person] ?? 0
    delayMax = Math.max(delayMax, (signedAt < 0 ? world.endSeconds : signedAt) - calmAt)
  }
  const laboratoryRows = laboratory(world)
  const drainedAt = tally.backlog === 0 ? tally.backlogDrainedAt : null
  return {
    scenario: scenario.name,
    policy: policy.name,
    seed: nation.seed,
    scale,
    sites: nation.siteCount,
    arrived: nation.personCount,
    screenings,
    stillInside: nation.personCount - screenings,
    leftWithoutDocument: (held[holding.paper] ?? 0) + (held[holding.nothing] ?? 0),
    leftWithUnsignedPaper: held[holding.paper] ?? 0,
    leftWithProvisional: held[holding.provisional] ?? 0,
    leftWithSlip: held[holding.slip] ?? 0,
    leftWithDefinitive: held[holding.definitive] ?? 0,
    recorded: ledger.recorded,
    pending: pendingCount,
    lost,
    duplicated: ledger.repeated,
    numbersTwice: ledger.numbersTwice,
    lockedOutShareMax: rounded(Math.max(...tally.hours.map((row) => row.lockedOutShareMax)), 4),
    extraWaitSecondsMax: Math.round(extraMax),
    extraWaitSecondsMean: rounded(screenings === 0 ? 0 : extraSum / screenings, 2),
    signatureDelaySecondsMax: Math.round(delayMax),
    waitingMax: Math.max(...tally.hours.map(({ waitingMax }) => waitingMax)),
    backlogMax: tally.backlogMax,
    backlogAtEnd: tally.backlog,
    backlogDrainedAt: drainedAt === null ? null : instantAt(scenario, drainedAt),
    signInDown: signInDownSpans(world, scale),
    laboratoryTests: laboratoryRows.reduce((sum, { tests }) => sum + tests, 0),
    laboratoryBacklogMax: Math.max(...laboratoryRows.map(({ backlog }) => backlog)),
    hours: tally.hours.map((row, hour) => ({
      at: instantAt(scenario, hour * hourSeconds),
      ...row,
      lockedOutShareMax: rounded(row.lockedOutShareMax, 4),
      laboratoryTests: laboratoryRows[hour]?.tests ?? 0,
      laboratoryBacklog: laboratoryRows[hour]?.backlog ?? 0,
    })),
  }
}
