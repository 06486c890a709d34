/**
 * `sidep bench backlog`: the morning after. Counters that certified people by themselves come back within the same
 * minute and send what they have, while others work on. Each certificate was signed by its counter's key from a booklet
 * that this server gave; keys, booklets and signing are not measured. Afterwards a connection of our own counts. With a steady
 * load before it, it says whether the server's memory ends at a level.
 */

import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { setTimeout as rest } from 'node:timers/promises'
import { Pool } from 'undici'
import { countReconciled } from './backlog/count-reconciled.ts'
import { type Backlog, spendEvening } from './backlog/evening.ts'
import { startInSessionWork } from './backlog/in-session.ts'
import { type Sent, sendBacklog } from './backlog/send-paced.ts'
import type { LoadResult } from './load-result.ts'
import { type MemorySeen, watchMemory } from './memory-watch.ts'
import { type PortalProcess, startPortalProcess } from './portal-process.ts'
import { openCounters } from './signed-sessions.ts'
import { quantile, rounded } from './statistics.ts'

export interface BacklogBenchOptions {
  readonly counters: number
  readonly reconciliations: number
  /** New screenings a second at counters that were open all along. */
  readonly inSessionPerSecond: number
  /** How long these work before the others come back. */
  readonly steadySeconds: number
}

export interface BacklogBenchResult extends LoadResult<'backlog'> {
  /** From the first counter's return to the last definitive answer. */
  readonly seconds: number
  readonly failures: Record<string, number>
  /** Of a batch that was worked on, from sending to answer. */
  readonly p50Milliseconds: number
  readonly inSessionP99Milliseconds: number
  readonly inSessionP50Milliseconds: number
  readonly inSessionPerSecond: number
  readonly inSessionFailed: number
  readonly counters: number
  readonly reconciliations: number
  /** Requests that were told a time to come back. */
  readonly turnedAway: number
  /** How the backlog drains: definitive answers a second in each ten seconds. */
  readonly donePerSecondByTen: readonly number[]
  readonly flags: number
  /** Processor time of one reconciliation, with its share of turning others away and of the work in session. */
  readonly processorMillisecondsEach: {
    readonly server: number
    readonly database: number
    readonly load: number
  }
  /** Of the server, from the first work in session until a rest after the last answer. */
  readonly memory: MemorySeen
}

const returnSeconds = 60
const inSessionSites = 40
const connections = 512
const secondsMax = 1_800
/** What is only not collected yet goes in this time, or is held. */
const restMilliseconds = 30_000

const loadMilliseconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

const comeBack = async (
  { url }: PortalProcess,
  backlogs: readonly Backlog[],
): Promise<{
  readonly sent: readonly Sent[]
  readonly startedAt: number
  readonly seconds: number
}> => {
  const pool = new Pool(url, { connections, pipelining: 1 })
  const startedAt = performance.now()
  const endsAt = startedAt + secondsMax * 1_000
  const sent = await Promise.all(
    backlogs.map(async (backlog) => {
      await rest(Math.random() * returnSeconds * 1_000)
      return sendBacklog(backlog, { pool, url, endsAt })
    }),
  )
  await pool.close()
  const lastAt = sent.reduce((last, { doneAt }) => Math.max(last, doneAt), startedAt)
  return { sent, startedAt, seconds: (lastAt - startedAt) / 1_000 }
}

const drainOf = (sent: readonly Sent[], startedAt: number, seconds: number): number[] => {
  const done = Array.from({ length: Math.ceil(seconds / 10) }, () => 0)
  for (const { definitive, doneAt } of sent) {
    const ten = Math.min(done.length - 1, Math.floor((doneAt - startedAt) / 10_000))
    done[ten] = (done[ten] ?? 0) + definitive.length / 10
  }
  return done.map((perSecond) => rounded(perSecond))
}

const countedBy = (codes: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

const sortedOf = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()

/** Prepares, lets everybody come back at once, and counts. */
export const benchBacklog = async (options: BacklogBenchOptions): Promise<BacklogBenchResult> => {
  const portal = await startPortalProcess()
  try {
    const { url, dataDirectory } = portal
    const counters = await openCounters(dataDirectory, options.counters, 0, true)
    const others = await openCounters(dataDirectory, inSessionSites, options.counters)
    const evening = await spendEvening(
      { url, folder: dataDirectory },
      counters,
      options.reconciliations,
    )
    const inSessionPool = new Pool(url, { connections: 64, pipelining: 1 })
    const memory = watchMemory(portal)
    const stopInSession = startInSessionWork(
      { pool: inSessionPool, url, perSecond: options.inSessionPerSecond },
      others,
    )
    await rest(options.steadySeconds * 1_000)
    const before = { ...(await portal.processorTime()), load: loadMilliseconds() }
    const { sent, startedAt, seconds } = await comeBack(portal, evening.backlogs)
    const inSession = await stopInSession()
    const after = { ...(await portal.processorTime()), load: loadMilliseconds() }
    await rest(restMilliseconds)
    const memorySeen = await memory.stop()
    await inSessionPool.close()
    await evening.close()
    await portal.stop()
    const definitive = sent.flatMap((one) => one.definitive)
    const counted = await countReconciled(dataDirectory, definitive)
    const failures = sent.flatMap((one) => one.failures)
    const latencies = sortedOf(sent.flatMap((one) => one.latencies))
    const inSessionLatencies = sortedOf(inSession.latencies)
    const each = (milliseconds: number): number => rounded(milliseconds / definitive.length, 3)
    return {
      scenario: 'backlog',
      seconds: rounded(seconds),
      offeredPerSecond: rounded(options.reconciliations / returnSeconds),
      donePerSecond: rounded(definitive.length / seconds),
      failed: failures.length,
      failures: countedBy(failures),
      lost: counted.lost,
      duplicated: counted.duplicated,
      p50Milliseconds: rounded(quantile(latencies, 0.5)),
      p99Milliseconds: rounded(quantile(latencies, 0.99)),
      cores: availableParallelism(),
      inSessionP99Milliseconds: rounded(quantile(inSessionLatencies, 0.99)),
      inSessionP50Milliseconds: rounded(quantile(inSessionLatencies, 0.5)),
      inSessionPerSecond: options.inSessionPerSecond,
      inSessionFailed: inSession.failed,
      counters: options.counters,
      reconciliations: options.reconciliations,
      turnedAway: sent.reduce((sum, one) => sum + one.turnedAway, 0),
      donePerSecondByTen: drainOf(sent, startedAt, seconds),
      flags: counted.flags,
      processorMillisecondsEach: {
        server: each(after.serverMilliseconds - before.serverMilliseconds),
        database: each(after.databaseMilliseconds - before.databaseMilliseconds),
        load: each(after.load - before.load),
      },
      memory: memorySeen,
    }
  } finally {
    await portal.close()
  }
}
