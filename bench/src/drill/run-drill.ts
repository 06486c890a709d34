/** Runs a drill: a world under load, what is done to it, and the judgement of everything that was acknowledged. */
import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { makeRandom } from '../random.ts'
import { rounded } from '../statistics.ts'
import { checkHistory, countViolations, isAcknowledged } from './check-history.ts'
import { type RunningLoad, type SentAct, startCounters } from './counters.ts'
import type { OtherBody } from './history.ts'
import { answersWell } from './host.ts'
import { readStored } from './read-stored.ts'
import type { World } from './world.ts'

export interface DrillOptions {
  /** Replays the draws: what is struck, when, and for how long. */
  readonly seed: number
  /** Acts of counters begun a second. */
  readonly perSecond: number
}

/** What was done, and how long nobody could write because of it. */
interface StruckFault {
  readonly fault: string
  readonly secondsWithoutWrites: number
}

export interface DrillResult {
  readonly drill: string
  readonly seed: number
  /** Acts that a counter was told are done. */
  readonly acknowledged: number
  readonly lost: number
  readonly duplicated: number
  /** Requests without an answer, or with one that told to come back; each was sent again under its id. */
  readonly failed: number
  /** The longest time between two acknowledgements. */
  readonly secondsWithoutWrites: number
  /** The longest time in which no portal answered that it is ready. */
  readonly secondsNotReady: number
  /** Acts that were never acknowledged, though their counter went on sending until the end. */
  readonly neverAcknowledged: number
  /**
   * Everything that the checker found, by code; `GIVEN_UP` where the world did not come back for the next fault, `FAILED` where
   * no request was to fail.
   */
  readonly violations: Readonly<Record<string, number>>
  /** What it waited for in vain. */
  readonly givenUp?: string
  /** Why requests failed, and how often. */
  readonly failures: Readonly<Record<string, number>>
  readonly faults: readonly StruckFault[]
  readonly cores: number
}

/** What a drill's script has to work with. */
export interface Stage {
  readonly random: () => number
  readonly load: RunningLoad
  /** Waits until writes are acknowledged again. @throws when they are not in time */
  untilWritten(): Promise<void>
  /** Does something and holds it; writes down for how long nobody could write. */
  strike(fault: string, work: () => Promise<void>): Promise<void>
  /** Into the log of the run. */
  say(line: string): void
}

export type Script = (stage: Stage) => Promise<void>

const pollMilliseconds = 100
const answerMilliseconds = 10_000
const backSecondsMax = 120
const settleAtOnce = 64
const settleTriesMax = 200
const settlePauseMilliseconds = 250
/** Between the clock of who sends and those of the portals, which are the same machine's unless a drill moves one. */
const leewayDefaultMilliseconds = 2_000

export const longestGapSeconds = (
  times: readonly number[],
  from: number,
  until: number,
): number => {
  let latest = from
  let longest = 0
  for (const time of [...times.filter((one) => one >= from && one <= until), until]) {
    longest = Math.max(longest, time - latest)
    latest = time
  }
  return rounded(longest / 1_000, 1)
}

const acknowledgedAt = (acts: readonly SentAct[]): number[] =>
  acts
    .flatMap(({ attempts }) =>
      attempts.flatMap(({ outcome, endedAt }) =>
        outcome.kind === 'acknowledged' ? [endedAt] : [],
      ),
    )
    .sort((a, b) => a - b)

/** Asks all portals whether they are ready, several times a second. */
export const watchReadiness = (targets: readonly string[]) => {
  let readyAt = Date.now()
  let longest = 0
  let isOver = false
  const look = async (): Promise<void> => {
    while (!isOver) {
      const answers = await Promise.all(
        targets.map((target) => answersWell(`${target}/readyz`, 1_500)),
      )
      const now = Date.now()
      longest = Math.max(longest, now - readyAt)
      if (answers.includes(true)) readyAt = now
      await wait(pollMilliseconds)
    }
  }
  const looking = look()
  return {
    async stop(): Promise<number> {
      isOver = true
      await looking
      return rounded(longest / 1_000, 1)
    },
  }
}

/** What nobody acknowledged is sent until somebody does, and the last act of each screening once more. */
const settle = async (load: RunningLoad): Promise<void> => {
  const left = [...new Map(load.acts.map((act) => [act.screeningId, act])).values()]
  const work = async (): Promise<void> => {
    for (let act = left.pop(); act !== undefined; act = left.pop())
      for (let tries = 0; tries < settleTriesMax; tries += 1) {
        const { kind } = await load.repeat(act)
        if (kind !== 'unknown') break
        await wait(settlePauseMilliseconds)
      }
  }
  await Promise.all(Array.from({ length: settleAtOnce }, work))
}

const otherBodiesMax = 50

/** Under ids that are taken, somebody else's name. */
const tryOtherBodies = async (load: RunningLoad): Promise<OtherBody[]> => {
  const entered = load.acts.filter(
    (act) => isAcknowledged(act) && (act.kind === 'record' || act.kind === 'register'),
  )
  const tried: OtherBody[] = []
  for (const act of entered.slice(-otherBodiesMax)) {
    const content = act.content.replace('"familyName":"', '"familyName":"AUTRE ')
    tried.push({ act, outcome: await load.ask(act, content) })
  }
  return tried
}

const failuresOf = (acts: readonly SentAct[]): Record<string, number> => {
  const failures: Record<string, number> = {}
  for (const { outcome } of acts.flatMap(({ attempts }) => attempts))
    if (outcome.kind !== 'acknowledged') failures[outcome.code] = (failures[outcome.code] ?? 0) + 1
  return failures
}

const makeStage = (
  load: RunningLoad,
  random: () => number,
  faults: StruckFault[],
  say: (line: string) => void,
): Stage => {
  const untilWritten = async (): Promise<void> => {
    const since = Date.now()
    const end = performance.now() + backSecondsMax * 1_000
    while (load.writtenAt <= since) {
      if (performance.now() > end) throw new Error(`no writes within ${backSecondsMax} s`)
      await wait(pollMilliseconds)
    }
  }
  return {
    random,
    load,
    say,
    untilWritten,
    async strike(fault, work) {
      const from = Date.now()
      say(`${fault} …`)
      await work()
      // What does not come back while it lasts may when it is mended; the report says that it did not.
      await untilWritten().catch((error: unknown) => say(String(error)))
      const times = acknowledgedAt(
        load.acts.filter(({ attempts }) => (attempts.at(-1)?.endedAt ?? 0) >= from),
      )
      const secondsWithoutWrites = longestGapSeconds(times, from, Date.now())
      faults.push({ fault, secondsWithoutWrites })
      say(`${fault}: ${secondsWithoutWrites} s without writes`)
    },
  }
}

/**
 * Runs a script in a world under load, lets everything settle, and judges.
 *
 * @param world is not closed
 * @throws when writes do not come back
 */
export const runDrill = async (
  drill: string,
  world: World,
  { seed, perSecond }: DrillOptions,
  script: Script,
  say: (line: string) => void,
): Promise<DrillResult> => {
  const random = makeRandom(seed)
  const { targets, counters, publicUrl } = world
  // Draws of its own: how fast answers come changes how many it makes.
  const load = startCounters({
    targets,
    counters,
    publicUrl,
    perSecond,
    answerMilliseconds,
    random: makeRandom(seed + 1),
  })
  const faults: StruckFault[] = []
  const readiness = watchReadiness(targets)
  try {
    const stage = makeStage(load, random, faults, say)
    await stage.untilWritten()
    const startedAt = Date.now()
    // What was acknowledged until then is judged all the same.
    const givenUp = await script(stage).then(
      () => null,
      (error: unknown) => String(error),
    )
    if (givenUp !== null) say(`given up: ${givenUp}`)
    const endedAt = Date.now()
    const secondsNotReady = await readiness.stop()
    await load.stop()
    const failures = failuresOf(load.acts)
    say(`settling ${load.acts.length} acts`)
    await settle(load)
    const otherBodies = await tryOtherBodies(load)
    const { stored, chains } = await world.read((sql) => readStored(sql, targets, load.acts))
    const { acknowledged, violations } = checkHistory(
      { acts: load.acts, otherBodies, stored, chains },
      world.clockLeewayMilliseconds ?? leewayDefaultMilliseconds,
    )
    const counts = countViolations(violations)
    for (const violation of violations.slice(0, 10)) say(JSON.stringify(violation))
    return {
      drill,
      seed,
      acknowledged,
      lost: counts.LOST ?? 0,
      duplicated: counts.DUPLICATED ?? 0,
      failed: Object.values(failures).reduce((sum, each) => sum + each, 0),
      secondsWithoutWrites: longestGapSeconds(acknowledgedAt(load.acts), startedAt, endedAt),
      secondsNotReady,
      neverAcknowledged: load.acts.filter((act) => !isAcknowledged(act)).length,
      violations: { ...counts, ...(givenUp === null ? {} : { GIVEN_UP: 1 }) },
      ...(givenUp === null ? {} : { givenUp }),
      failures,
      faults,
      cores: availableParallelism(),
    }
  } finally {
    await readiness.stop()
    await load.stop()
    await load.close()
  }
}
