/**
 * Counters in open sessions that behave: each at a site of its own, on a connection of its own, at a normal pace. What
 * is refused with a time to come back is sent again under the same id after that time, spread out as the page does it.
 * A screening has failed when it is not recorded within the counter's patience, counted from when it was due.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { routes } from '@sidep/contracts'
import { type Answer, type Connection, makeConnection } from './connection.ts'
import { inventScreening } from './screenings.ts'
import type { OpenCounter } from './signed-sessions.ts'

export interface CrowdPlan {
  readonly url: string
  readonly origin: string
  readonly counters: readonly Pick<OpenCounter, 'cookie'>[]
  readonly seconds: number
  /** All counters together. */
  readonly perSecond: number
  readonly patienceMilliseconds: number
}

/** One screening that was recorded. */
export interface Recorded {
  readonly id: string
  /** When it was due, from the beginning; milliseconds. */
  readonly dueAt: number
  readonly milliseconds: number
}

export interface CrowdFigures {
  readonly offered: number
  readonly recorded: readonly Recorded[]
  readonly failed: number
  /** Why not, and how often; what was refused and went through later is under `refusals`. */
  readonly failures: Record<string, number>
  readonly refusals: Record<string, number>
}

/** As the page spreads its tries (apps/web, backoff): two seconds at first, twice as much each time. */
const jitterMilliseconds = (attempt: number): number =>
  Math.random() * Math.min(60_000, 1_000 * 2 ** attempt)

const codeOf = ({ status, text }: Answer): string => /"code":"(\w+)"/.exec(text)?.[1] ?? `${status}`

export const postScreening = (
  connection: Connection,
  origin: string,
  cookie: string,
  body: string,
): Promise<Answer> =>
  connection.ask({
    method: 'POST',
    path: routes.screenings,
    headers: { 'content-type': 'application/json', origin, cookie },
    body,
  })

const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1
}

export interface Crowd {
  /**
   * Sends each screening when it is due, whatever became of earlier ones; ends with the last one's patience.
   *
   * @param isOver when nothing more is due, before the plan's time; never when absent
   */
  run(isOver?: () => boolean): Promise<CrowdFigures>
}

/** Connects the counters: one that has been open since the morning is connected. */
export const openCrowd = async (plan: CrowdPlan): Promise<Crowd> => {
  const connections: Connection[] = []
  for (let opened = 0; opened < plan.counters.length; opened += 1) {
    const connection = makeConnection(plan.url, plan.patienceMilliseconds)
    await connection.ask({ method: 'GET', path: routes.health, headers: {} })
    connections.push(connection)
  }
  return { run: (isOver = () => false) => runCrowd(plan, connections, isOver) }
}

/** One counter's screening, tried again as often as its patience allows. @returns why it failed; null: it is recorded */
const record = async (
  { origin, patienceMilliseconds }: CrowdPlan,
  connection: Connection,
  cookie: string,
  body: string,
  refused: (reason: string) => void,
): Promise<string | null> => {
  const givesUpAt = performance.now() + patienceMilliseconds
  let reason = 'PATIENCE'
  for (let attempt = 1; performance.now() < givesUpAt; attempt += 1) {
    let pause = 0
    try {
      const answer = await postScreening(connection, origin, cookie, body)
      if (answer.status === 201 || answer.status === 200) return null
      reason = codeOf(answer)
      if (answer.retryAfterSeconds === null) return reason
      pause = answer.retryAfterSeconds * 1_000
    } catch (error) {
      reason = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'
    }
    refused(reason)
    await wait(pause + jitterMilliseconds(attempt))
  }
  return reason
}

const runCrowd = async (
  plan: CrowdPlan,
  connections: readonly Connection[],
  isOver: () => boolean,
): Promise<CrowdFigures> => {
  const recorded: Recorded[] = []
  const failures: Record<string, number> = {}
  const refusals: Record<string, number> = {}
  const startedAt = performance.now()
  const total = Math.floor(plan.seconds * plan.perSecond)
  const dueAtOf = (index: number): number => (index * 1_000) / plan.perSecond
  const sinceStart = (): number => performance.now() - startedAt

  const send = async (index: number): Promise<void> => {
    const connection = connections[index % connections.length]
    const cookie = plan.counters[index % connections.length]?.cookie ?? ''
    if (connection === undefined) return
    const screening = inventScreening(index, new Date())
    const failure = await record(plan, connection, cookie, JSON.stringify(screening), (reason) =>
      count(refusals, reason),
    )
    const dueAt = dueAtOf(index)
    if (failure !== null) count(failures, failure)
    else recorded.push({ id: screening.id, dueAt, milliseconds: sinceStart() - dueAt })
  }

  const underWay: Promise<void>[] = []
  let next = 0
  while (next < total && !isOver()) {
    for (; next < total && dueAtOf(next) <= sinceStart(); next += 1) underWay.push(send(next))
    await wait(1)
  }
  await Promise.all(underWay)
  await Promise.all(connections.map((connection) => connection.close()))
  return {
    offered: next,
    recorded,
    failed: Object.values(failures).reduce((sum, each) => sum + each, 0),
    failures,
    refusals,
  }
}
